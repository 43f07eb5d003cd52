// The sweeper's schedule, and where a sweep leaves its record when it did not come to an end.
//
// A rule hands its event to Lambda, which keeps it in a queue of its own and retries it for hours.
// Neither of them tells anybody of an event that it gives up, so both put it into one queue, which
// an alarm watches.

import { Duration } from "aws-cdk-lib";
import { Rule, RuleTargetInput, Schedule } from "aws-cdk-lib/aws-events";
import { LambdaFunction } from "aws-cdk-lib/aws-events-targets";
import { Queue, QueueEncryption } from "aws-cdk-lib/aws-sqs";
import { Construct } from "constructs";
import type { ProductFunction } from "./function";

/** The next minute's sweep does the work that this one could not. */
const ONCE = { retryAttempts: 0, maxEventAge: Duration.minutes(1) } as const;
/** So long the alarm looks back: it is over when no sweep has failed for an hour. */
const REMEMBERED = Duration.hours(1);

export class SweepSchedule extends Construct {
  /** A message for each sweep that failed, or that could not be started. */
  readonly failures: Queue;

  constructor(scope: Construct, id: string, sweeper: ProductFunction) {
    super(scope, id);
    this.failures = new Queue(this, "Failures", {
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      retentionPeriod: REMEMBERED,
    });
    sweeper.allow(["sqs:SendMessage"], [this.failures.queueArn]);
    // A custom destination: the library's would also grant the reading of the queue's settings.
    const onFailure = { bind: () => ({ destination: this.failures.queueArn }) };
    const { retryAttempts, maxEventAge } = ONCE;
    sweeper.alias.configureAsyncInvoke({ retryAttempts, maxEventAge, onFailure });
    this.everyMinute(sweeper);
  }

  private everyMinute(sweeper: ProductFunction): void {
    const event = RuleTargetInput.fromObject({});
    new Rule(this, "EveryMinute", {
      description: "Publishes events that the stream did not bring",
      schedule: Schedule.rate(Duration.minutes(1)),
      targets: [new LambdaFunction(sweeper.alias, { event, deadLetterQueue: this.failures, ...ONCE })],
    });
  }
}
