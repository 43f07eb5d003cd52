// Everything that an installation sends to Datadog: spans and lines of functions, logs of state
// machines, metrics.

import { Construct } from "constructs";
import { DatadogAsCode } from "./datadog/as-code";
import { DatadogFunctions } from "./datadog/functions";
import { DatadogIntake } from "./datadog/intake";
import { DatadogMachines } from "./datadog/machines";
import { MetricStream } from "./datadog/metric-stream";
import type { DatadogSettings } from "./datadog/settings";
import type { Functions } from "./functions";
import type { Orchestration } from "./orchestration";
import type { Settings } from "./settings";

export interface DatadogProps {
  readonly settings: Settings;
  readonly datadog: DatadogSettings;
  readonly functions: Functions;
  readonly orchestration: Orchestration;
}

export class Datadog extends Construct {
  constructor(scope: Construct, id: string, { settings, datadog, functions, orchestration }: DatadogProps) {
    super(scope, id);
    new DatadogFunctions(this, "Functions", settings.stage, datadog, functions.list());
    const intake = new DatadogIntake(this, "Intake", settings, datadog);
    new MetricStream(this, "Metrics", settings, intake.metrics);
    const machines = new DatadogMachines(this, "Machines", settings.stage, intake.logs);
    machines.add("Booking", orchestration.booking);
    machines.add("Compensation", orchestration.compensation);
    if (datadog.asCode) new DatadogAsCode(this, "AsCode", settings);
  }
}
