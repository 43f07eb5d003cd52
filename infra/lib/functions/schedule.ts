// The sweeper's schedule, and where a sweep leaves its record when it did not come to an end.

import { Duration } from "aws-cdk-lib";
import { Rule, RuleTargetInput, Schedule } from "aws-cdk-lib/aws-events";
import type { Construct } from "constructs";
import type { ProductFunction } from "./function";
import { Unattended } from "./unattended";

/** The next minute's sweep does the work that this one could not. */
export const ONCE = { retryAttempts: 0, maxEventAge: Duration.minutes(1) } as const;

export class SweepSchedule extends Unattended {
  constructor(scope: Construct, id: string, sweeper: ProductFunction) {
    super(scope, id, sweeper, ONCE);
    new Rule(this, "EveryMinute", {
      description: "Publishes events that the stream did not bring",
      schedule: Schedule.rate(Duration.minutes(1)),
      targets: [this.target({ event: RuleTargetInput.fromObject({}) })],
    });
  }
}
