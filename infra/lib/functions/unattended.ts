// A function that a rule starts and nobody waits for: how often it is tried, and where its failure
// shows.
//
// A rule hands its event to Lambda, which keeps it in a queue of its own and retries it for hours.
// Neither of them tells anybody of an event that it gives up, so both put it into one queue, which
// an alarm watches.

import { Duration } from "aws-cdk-lib";
import { LambdaFunction } from "aws-cdk-lib/aws-events-targets";
import type { LambdaFunctionProps } from "aws-cdk-lib/aws-events-targets";
import { Queue, QueueEncryption } from "aws-cdk-lib/aws-sqs";
import { Construct } from "constructs";
import type { ProductFunction } from "./function";

/** How often Lambda repeats a failed invocation, and for how long the event is of use at all. */
export interface Patience {
  readonly retryAttempts: number;
  readonly maxEventAge: Duration;
}

/** So long the alarm looks back: it is over when nothing has failed for an hour. */
const REMEMBERED = Duration.hours(1);

export class Unattended extends Construct {
  /** A message for each event whose invocation failed, or could not be started. */
  readonly failures: Queue;

  constructor(scope: Construct, id: string, private readonly fn: ProductFunction, private readonly patience: Patience) {
    super(scope, id);
    this.failures = new Queue(this, "Failures", {
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      retentionPeriod: REMEMBERED,
    });
    fn.allow(["sqs:SendMessage"], [this.failures.queueArn]);
    // A custom destination: the library's would also grant the reading of the queue's settings.
    const onFailure = { bind: () => ({ destination: this.failures.queueArn }) };
    fn.alias.configureAsyncInvoke({ ...patience, onFailure });
  }

  /** The function as the target of a rule. */
  protected target(props: LambdaFunctionProps = {}): LambdaFunction {
    return new LambdaFunction(this.fn.alias, { ...props, deadLetterQueue: this.failures, ...this.patience });
  }
}
