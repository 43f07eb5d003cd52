// What the console may do beyond its tables, for what operators do on its pages. Nothing here books
// or cancels a trip: the console does that by the API, as the person who has signed in.

import { ArnFormat, Stack } from "aws-cdk-lib";
import type { StateMachine } from "aws-cdk-lib/aws-stepfunctions";
import type { DomainBus } from "../event-bus";
import type { Functions } from "../functions";
import type { ProductFunction } from "../functions/function";
import type { Orchestration } from "../orchestration";
import type { StreamConsumers } from "../stream-consumers";

/** What operators look at and mend. */
export interface OperatedOn {
  readonly functions: Functions;
  readonly orchestration: Orchestration;
  readonly consumers: StreamConsumers;
  readonly bus: DomainBus;
}

export function allowOperators(fn: ProductFunction, on: OperatedOn): void {
  allowSagas(fn, on.orchestration);
  allowConsumers(fn, on);
  allowGivenUp(fn, on.consumers);
  if (on.bus.logs) fn.allow(["logs:FilterLogEvents"], [on.bus.logs.logGroupArn]);
}

/** Shows a trip's executions, continues one that failed, and undoes a trip that none works on. */
function allowSagas(fn: ProductFunction, { booking, compensation }: Orchestration): void {
  const machines = [booking.machine, compensation.machine];
  fn.allow(["states:DescribeStateMachine", "states:ListExecutions"], machines.map((machine) => machine.stateMachineArn));
  fn.allow(["states:DescribeExecution", "states:GetExecutionHistory", "states:RedriveExecution"], machines.map(executionsOf));
  fn.allow(["states:StartExecution"], [compensation.machine.stateMachineArn]);
}

/** Resumes the stream's consumers, and hands one a batch again that it has given up. */
function allowConsumers(fn: ProductFunction, { functions, consumers }: OperatedOn): void {
  // A listing has no resource of its own.
  fn.allow(["lambda:ListEventSourceMappings"], ["*"]);
  fn.allow(["lambda:UpdateEventSourceMapping"], Object.values(consumers.mappings).map((mapping) => mapping.eventSourceMappingArn));
  fn.allow(["lambda:InvokeFunction"], [functions.get("dispatcher"), functions.get("projector")].map((consumer) => consumer.alias.functionArn));
}

function allowGivenUp(fn: ProductFunction, { givenUp }: StreamConsumers): void {
  fn.allow(["s3:ListBucket"], [givenUp.bucketArn]);
  fn.allow(["s3:GetObject", "s3:DeleteObject"], [givenUp.arnForObjects("aws/lambda/*")]);
}

function executionsOf(machine: StateMachine): string {
  return Stack.of(machine).formatArn({
    service: "states",
    resource: "execution",
    resourceName: `${machine.stateMachineName}:*`,
    arnFormat: ArnFormat.COLON_RESOURCE_NAME,
  });
}
