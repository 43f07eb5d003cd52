// What each task of the workflow that admits bookings is to do. The local interpreter does not run
// it, so this stands here, by ADR 19; saga/moto/admission.py asks moto's interpreter the same.

import type { Decisions, Failures, Machine, Task } from "./decisions";

const TRIP = "trip-0001";
const TRACE = "Root=1-5759e988-bd862e3fe1be46a994272793";
const BOOKING = { trip_id: TRIP, is_ambiguous: false, trace_header: TRACE, input: { trip_id: TRIP, amount: "800" } };
const CAUSE = "as mocked";
const STARTED = { ExecutionArn: "arn:saga", StartDate: "2026-03-01T00:00:00.000Z" };

/** Retried after these waits, by the retrier of this index, and then not caught. */
const fails = (errors: readonly string[], retrier: number | null = null, waits: readonly number[] = []): Failures => ({
  errors,
  retrier,
  longest_waits: waits,
  full_jitter: waits.length > 0 ? false : null,
  then: null,
});
/** The id is taken. */
const taken = (error: string): Failures => ({
  ...fails([error]),
  then: { catcher: 0, next: "TripExists", output: { ...BOOKING, failure: { Error: error, Cause: CAUSE } } },
});

const starts = (traced: object): Task => ({
  event: { StateMachineArn: "arn:aws:states:us-east-1:111122223333:stateMachine:trip-booking", Name: TRIP, Input: JSON.stringify(BOOKING.input), ...traced },
  result: STARTED,
  output: { execution_arn: STARTED.ExecutionArn },
  next: null,
  failures: [taken("Sfn.ExecutionAlreadyExistsException"), fails(["Sfn.SfnException", "Sfn.ExecutionLimitExceededException", "States.Timeout"])],
});

const STATES: Record<string, Task> = {
  LookForTrip: {
    event: { TableName: "TripSagaTable", Key: { PK: { S: `TRIP#${TRIP}` }, SK: { S: "METADATA" } }, ProjectionExpression: "PK", ConsistentRead: true },
    result: {},
    output: { ...BOOKING, found: {} },
    next: "IsTripThere",
    failures: [fails(["DynamoDB.ProvisionedThroughputExceededException", "DynamoDB.SdkClientException"], 0, [1, 2]), fails(["States.Timeout"])],
  },
  LookForExecution: {
    event: { ExecutionArn: `arn:aws:states:us-east-1:111122223333:execution:trip-booking:${TRIP}`, IncludedData: "METADATA_ONLY" },
    result: { Status: "RUNNING" },
    output: BOOKING,
    next: "IsTraced",
    failures: [taken("Sfn.ExecutionDoesNotExistException"), fails(["Sfn.SfnException", "Sfn.SdkClientException"], 1, [1, 2]), fails(["States.Timeout"])],
  },
  StartSaga: starts({}),
  StartTracedSaga: starts({ TraceHeader: TRACE }),
};

/** In the context object of another machine, whose fields are the same. */
export function admission({ context }: Machine): Decisions {
  return { input: BOOKING, result: {}, cause: CAUSE, machines: { "trip-admission": { context, states: STATES } } };
}
