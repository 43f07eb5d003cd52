// Metrics from logs: the faults of functions, refusals and failures of steps by kind, and the
// business figures.

import { FilterPattern, MetricFilter } from "aws-cdk-lib/aws-logs";
import type { JsonPattern, LogGroup } from "aws-cdk-lib/aws-logs";
import { Construct } from "constructs";
import type { Functions } from "../functions";
import { isStep } from "../functions/catalogue";
import type { ProductFunction } from "../functions/function";
import type { Orchestration } from "../orchestration";
import type { Settings } from "../settings";
import { filterNamespace } from "./metrics";
import type { MachineKey } from "./series";

/** The business figures. */
export const BOOKING_COMPLETED = "trip.booking.completed";
export const COMPENSATION_TRIGGERED = "trip.compensation.triggered";

/** A line that a state machine logs. */
export interface MachineLine {
  readonly machine: MachineKey;
  readonly type: string;
  readonly state?: string;
}

/** The lines that a business figure counts. */
export const BUSINESS: { readonly [name in typeof BOOKING_COMPLETED | typeof COMPENSATION_TRIGGERED]: readonly MachineLine[] } = {
  [BOOKING_COMPLETED]: [{ machine: "booking", type: "ExecutionSucceeded" }],
  [COMPENSATION_TRIGGERED]: [
    // Every compensation of a booking ends by releasing the flight, whatever step it began at.
    { machine: "booking", type: "TaskStateEntered", state: "CancelFlight" },
    { machine: "compensation", type: "ExecutionStarted" },
  ],
};

export interface LogMetricsProps {
  readonly settings: Settings;
  readonly functions: Functions;
  readonly orchestration: Orchestration;
}

export class LogMetrics extends Construct {
  private readonly namespace: string;

  constructor(scope: Construct, id: string, props: LogMetricsProps) {
    super(scope, id);
    this.namespace = filterNamespace(props.settings.stage);
    props.functions.list().forEach((fn) => this.count(`${fn.spec.name}-faults`, fn.logs, faultsOf(fn.spec.name), FAULT));
    props.functions.list().filter(({ spec }) => isStep(spec)).forEach((step) => this.step(step));
    for (const [name, lines] of Object.entries(BUSINESS)) {
      for (const line of lines) this.count(`${name}-${line.machine}`, props.orchestration[line.machine].logs, name, written(line));
    }
  }

  /** The lines that a step writes about its answer. */
  private step(step: ProductFunction): void {
    const { name } = step.spec;
    this.count(`${name}-refused-code`, step.logs, "StepsRefused", says("step refused"), { Code: "$.code" });
    this.count(`${name}-failed-code`, step.logs, "StepsFailed", says("step failed"), { Code: "$.code" });
  }

  private count(id: string, logGroup: LogGroup, metricName: string, filterPattern: JsonPattern, dimensions?: Record<string, string>): void {
    const metricNamespace = this.namespace;
    new MetricFilter(this, id, { logGroup, metricNamespace, metricName, filterPattern, metricValue: "1", dimensions });
  }
}

/** The faults of one function. */
export function faultsOf(name: string): string {
  return `Faults-${name}`;
}

const equals = (field: string, text: string) => FilterPattern.stringValue(field, "=", text);
const says = (message: string) => equals("$.message", message);

/**
 * An invocation that was not answered as it should be, once each. A function tells of every answer
 * of its own that is a fault, and of no refusal. Where it could not answer, Lambda's report says
 * why: it ran out of time, or its process ended, as where it could not start or had no memory left,
 * whose errors all begin with `Runtime.`.
 */
const FAULT = FilterPattern.any(
  says("invocation failed"),
  FilterPattern.all(equals("$.type", "platform.report"), equals("$.record.status", "timeout")),
  FilterPattern.all(equals("$.type", "platform.report"), equals("$.record.errorType", "Runtime.*")),
);

function written({ type, state }: MachineLine): JsonPattern {
  const event = equals("$.type", type);
  return state === undefined ? event : FilterPattern.all(event, equals("$.details.name", state));
}
