// The rules that see what somebody must look at: a batch of stream records that was given up, a
// compensation that was, and a consumer that somebody paused. Their messages name the object, the
// execution or the person; the alarm on each rule only says that there was one.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { EventField, Match, Rule, RuleTargetInput } from "aws-cdk-lib/aws-events";
import { SnsTopic } from "aws-cdk-lib/aws-events-targets";
import type { IBucket } from "aws-cdk-lib/aws-s3";
import type { Topic } from "aws-cdk-lib/aws-sns";
import type { Construct } from "constructs";
import type { Orchestration } from "../orchestration";
import type { StreamConsumers } from "../stream-consumers";

const BOOKING = join(__dirname, "../../../saga/trip-booking.asl.json");

export function givenUpRule(scope: Construct, bucket: IBucket, topic: Topic): Rule {
  return new Rule(scope, "GivenUpRule", {
    description: "A batch of stream records was given up",
    eventPattern: { source: ["aws.s3"], detailType: ["Object Created"], detail: { bucket: { name: [bucket.bucketName] } } },
    targets: [new SnsTopic(topic)],
  });
}

/**
 * An execution that failed in any other way than by a Fail state has used up the retries of a
 * compensation. The message leaves out the execution's input, which has a customer's data.
 */
export function exhaustedRule(scope: Construct, { booking, compensation }: Orchestration, topic: Topic): Rule {
  const of = (arn: string, error?: string[]) => ({ stateMachineArn: [arn], ...(error && { error }) });
  const ofBooking = (error: string[]) => of(booking.machine.stateMachineArn, error);
  const refused = Match.anythingBut(...refusals(readFileSync(BOOKING, "utf8")));
  // An event without the error's name could be either, and must not pass unseen.
  const ways = [of(compensation.machine.stateMachineArn), ofBooking(refused), ofBooking(Match.doesNotExist())];
  const execution = EventField.fromPath("$.detail.executionArn");
  return new Rule(scope, "ExhaustedRule", {
    description: "A compensation used up its retries",
    eventPattern: { source: ["aws.states"], detailType: ["Step Functions Execution Status Change"], detail: { status: ["FAILED"], $or: ways } },
    targets: [new SnsTopic(topic, { message: RuleTargetInput.fromText(`a compensation used up its retries: ${execution}`) })],
  });
}

/**
 * Nothing else tells of a paused consumer: it has no age and no errors. CloudTrail appends a version
 * to the operation's name, and spells the id in two ways.
 */
export function pausedRule(scope: Construct, { mappings }: StreamConsumers, topic: Topic): Rule {
  const ids = Object.values(mappings).map((mapping) => mapping.eventSourceMappingId);
  const detail = {
    eventSource: ["lambda.amazonaws.com"],
    eventName: Match.prefix("UpdateEventSourceMapping"),
    requestParameters: { enabled: [false], $or: [{ uUID: ids }, { uuid: ids }] },
  };
  const operator = EventField.fromPath("$.detail.userIdentity.arn");
  return new Rule(scope, "PausedRule", {
    description: "A consumer of the stream was paused",
    eventPattern: { source: ["aws.lambda"], detailType: ["AWS API Call via CloudTrail"], detail },
    targets: [new SnsTopic(topic, { message: RuleTargetInput.fromText(`a consumer of the stream was paused by ${operator}`) })],
  });
}

/** The errors of a definition's Fail states. A Fail state without one could not be told apart. */
export function refusals(definition: string): string[] {
  const states = Object.entries<{ Type: string; Error?: string }>(JSON.parse(definition).States);
  return states.filter(([, { Type }]) => Type === "Fail").map(([name, { Error: error }]) => {
    if (error === undefined) throw new Error(`the Fail state ${name} names no error`);
    return error;
  });
}
