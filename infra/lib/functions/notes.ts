// The rule that tells a trip how its execution stands: Step Functions' own events go to the
// function that notes them. Its pattern is a file that the local runtime reads too.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Duration } from "aws-cdk-lib";
import { Rule } from "aws-cdk-lib/aws-events";
import type { EventPattern } from "aws-cdk-lib/aws-events";
import type { Construct } from "constructs";
import type { Orchestration } from "../orchestration";
import type { ProductFunction } from "./function";
import { Unattended } from "./unattended";

const PATTERN = join(__dirname, "../../../saga/trip-note.pattern.json");

/** Later, time has told it already: no step is retried for longer. */
export const WHILE_IT_IS_NEWS = { retryAttempts: 2, maxEventAge: Duration.minutes(40) } as const;

export class TripNotes extends Unattended {
  constructor(scope: Construct, id: string, note: ProductFunction, orchestration: Orchestration) {
    super(scope, id, note, WHILE_IT_IS_NEWS);
    new Rule(this, "Executions", {
      description: "An execution failed, was stopped or goes on",
      eventPattern: pattern(orchestration),
      targets: [this.target()],
    });
  }
}

function pattern({ booking, compensation }: Orchestration): EventPattern {
  const arns: Record<string, string> = {
    "${BookingStateMachineArn}": booking.machine.stateMachineArn,
    "${CompensationStateMachineArn}": compensation.machine.stateMachineArn,
  };
  const named = (_: string, value: unknown) => (typeof value === "string" ? (arns[value] ?? value) : value);
  const { source, "detail-type": detailType, detail } = JSON.parse(readFileSync(PATTERN, "utf8"), named);
  return { source, detailType, detail };
}
