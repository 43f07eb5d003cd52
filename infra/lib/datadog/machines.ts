// The state machines in Datadog: the tags that turn traces on, and the subscription to their logs.
//
// Datadog's own construct is not used: it would log every execution's data, which includes a
// customer's data. Without the data a trace shows the execution as a whole, and under it the spans
// that the functions report.

import { Tags } from "aws-cdk-lib";
import type { DeliveryStream } from "aws-cdk-lib/aws-kinesisfirehose";
import { FilterPattern, SubscriptionFilter } from "aws-cdk-lib/aws-logs";
import { FirehoseDestination } from "aws-cdk-lib/aws-logs-destinations";
import { Construct } from "constructs";
import type { Machine } from "../orchestration";
import { SERVICE } from "./settings";

export class DatadogMachines extends Construct {
  constructor(scope: Construct, id: string, private readonly stage: string, private readonly destination: DeliveryStream) {
    super(scope, id);
  }

  add(id: string, { machine, logs }: Machine): void {
    const tags = { env: this.stage, service: SERVICE, DD_TRACE_ENABLED: "true" };
    for (const [name, value] of Object.entries(tags)) Tags.of(machine).add(name, value);
    new SubscriptionFilter(this, `${id}Logs`, {
      logGroup: logs,
      destination: new FirehoseDestination(this.destination),
      filterPattern: FilterPattern.allEvents(),
    });
  }
}
