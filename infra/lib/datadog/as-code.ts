// Monitors and dashboard as resources of the stack, by the types that Datadog publishes in
// CloudFormation's registry. The account activates the types once and gives them an application
// key.

import { CfnResource } from "aws-cdk-lib";
import { Construct } from "constructs";
import type { Settings } from "../settings";
import { dashboard, monitors } from "./monitors";

export class DatadogAsCode extends Construct {
  constructor(scope: Construct, id: string, settings: Settings) {
    super(scope, id);
    for (const [alarm, monitor] of monitors(settings)) {
      new CfnResource(this, alarm, { type: "Datadog::Monitors::Monitor", properties: inPascalCase(monitor) });
    }
    const DashboardDefinition = JSON.stringify(dashboard(settings));
    new CfnResource(this, "Dashboard", { type: "Datadog::Dashboards::Dashboard", properties: { DashboardDefinition } });
  }
}

/** A monitor has the same members in the registry as in Datadog's API, in another spelling. */
function inPascalCase(members: object): Record<string, unknown> {
  return Object.fromEntries(Object.entries(members).map(([name, value]) => [pascal(name), isNested(value) ? inPascalCase(value) : value]));
}

function isNested(value: unknown): value is object {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function pascal(name: string): string {
  return name.split("_").map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join("");
}
