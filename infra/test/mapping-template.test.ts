// The templates of POST /trips give the workflow that admits bookings what the local gateway gives
// its executions, and its ends their status.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { answerTemplate, requestTemplate } from "../lib/api/templates";
import { render } from "./vtl/render";
import type { Call } from "./vtl/render";

interface Case {
  readonly name: string;
  readonly request_id: string;
  readonly claims: Record<string, string>;
  readonly headers: Record<string, string>;
  readonly body: string;
  readonly start_execution: { readonly name: string; readonly input: string; readonly traceHeader?: string } | null;
}

const CASES: Case[] = JSON.parse(readFileSync(join(__dirname, "../generated/gateway-cases.json"), "utf8"));
const ARN = "arn:aws:states:eu-west-1:111122223333:stateMachine:trip-admission";
const EXECUTION = "arn:aws:states:eu-west-1:111122223333:execution:trip-booking:trip-1";

/** The id that the record has in place of a fresh one, and what the templates make of the gateway's. */
const FRESH = /a-fresh-id/g;
const GIVEN = "1772326800120-JJNX-_FTDoEEJ7g";

/** JSON as it is written once every text is spelled alike: the members in the order in which they stand. */
function spelled(json: string): string {
  return JSON.stringify(JSON.parse(json));
}

interface Admission {
  readonly trip_id: string;
  readonly input: Record<string, string>;
  readonly trace_header?: string;
  readonly is_ambiguous?: boolean;
}

/** What the workflow is given. Step Functions takes the input of an execution as it is written here. */
function admission(call: Call): Admission & { readonly spelling: string } {
  const sent = JSON.parse(render(requestTemplate(ARN), call).text);
  assert.equal(sent.stateMachineArn, ARN);
  return { ...JSON.parse(sent.input), spelling: sent.input };
}

function admitted(body: string): Admission & { readonly spelling: string } {
  return admission({ body, headers: {}, requestId: "r-1", claims: { sub: "1" } });
}

const STARTED = { status: "SUCCEEDED", output: JSON.stringify({ execution_arn: EXECUTION }) };

function answer(template: "booking-admitted" | "booking-refused" | "booking-failed", body: object, headers = {}) {
  const { text, ...rest } = render(answerTemplate(template), { body: JSON.stringify(body), headers, requestId: "r-1" });
  return { ...rest, body: JSON.parse(text) };
}

for (const { name, request_id: requestId, start_execution: expected, ...call } of CASES.filter((one) => one.start_execution)) {
  test(`request: ${name}`, () => {
    const { trip_id: id, input, trace_header: trace, is_ambiguous: ambiguous } = admission({ ...call, requestId });
    assert.equal(id, expected?.name.replace(FRESH, GIVEN));
    assert.equal(JSON.stringify(input), spelled(expected?.input ?? "").replace(FRESH, GIVEN));
    assert.equal(trace, expected?.traceHeader);
    assert.equal(ambiguous, undefined);
  });
}

const BOOKING = CASES[0]?.body ?? "";

for (const [groups, customer] of [
  ["operators", "operator:1"],
  ["admins,operators", "operator:1"],
  ["admins, operators", "operator:1"],
  ["customers", "1"],
  ["not-operators,operators2", "1"],
] as const) {
  test(`a member of ${groups} books as ${customer}`, () => {
    const call = { body: BOOKING, headers: {}, requestId: "r-1", claims: { sub: "1", "cognito:groups": groups } };
    assert.equal(admission(call).input.customer_id, customer);
  });
}

test("no id of the client's becomes a trip's", () => {
  const { trip_id: _, ...unnamed } = JSON.parse(BOOKING);
  const call = { body: JSON.stringify(unnamed), headers: { "X-Request-Id": "order-7" }, requestId: "order-7", claims: { sub: "1" } };
  assert.equal(admission(call).trip_id, GIVEN);
});

test("one booking in many spellings starts one execution of one input", () => {
  const booking = JSON.parse(BOOKING);
  const turned = Object.fromEntries(Object.entries(booking).reverse());
  const spellings = [
    JSON.stringify(booking, null, 2),
    JSON.stringify(turned),
    JSON.stringify({ ...booking, sandbox: null }),
    BOOKING.replace("80000", "8e4").replace("50000", "50000.0").replace("30000", '"30000.00"'),
    BOOKING.replace("NH001", "nh 1").replace("T10:00:00", " 10:00"),
    BOOKING.replace("Grand", "\\u0047rand"),
  ];
  for (const text of spellings) assert.equal(admitted(text).spelling, admitted(BOOKING).spelling, text);
});

test("large numbers are one number, whether Java prints them with an exponent or not", () => {
  const inputs = ["12345678", "12345678.0", "1.2345678E7", '"12345678"'].map((amount) => admitted(BOOKING.replace("80000", amount)).input);
  assert.deepEqual(inputs, Array(4).fill(inputs[0]));
  assert.equal(inputs[0]?.amount, "12345678");
});

for (const member of ['"currency":', '"trip_id":', '"hotel_name":', '"price_amount":']) {
  test(`${member} given twice starts nothing`, () => {
    assert.equal(admitted(BOOKING.replace(member, `${member}"\\"x\\":",${member}`)).is_ambiguous, true);
    const refused = answer("booking-admitted", { status: "FAILED", error: "RepeatedField", cause: "a member is given more than once" });
    assert.deepEqual([refused.status, refused.body.code], [400, "InvalidRequest"]);
    assert.deepEqual(refused.body.errors.map((error: { code: string }) => error.code), ["repeated_field"]);
  });
}

test("an accepted booking is answered with where the trip is, under the client's request id", () => {
  const accepted = answer("booking-admitted", STARTED, { "X-REQUEST-ID": "mine" });
  assert.deepEqual(accepted.body, { trip_id: "trip-1", status: "PENDING", execution_arn: EXECUTION });
  assert.deepEqual(accepted.headers, { Location: "/dev/trips/trip-1", "Retry-After": "1", "X-Request-Id": "mine" });
});

for (const { name, headers, start_execution: started } of CASES.filter((one) => one.start_execution)) {
  test(`answer: ${name}`, () => {
    const [, time, random, parent, sampled] = started?.traceHeader?.match(/^Root=1-(\w{8})-(\w{24});Parent=(\w{16});Sampled=([01])$/) ?? [];
    const traceparent = parent && `00-${time}${random}-${parent}-0${sampled}`;
    assert.equal(answer("booking-admitted", STARTED, headers).headers.traceparent, traceparent);
  });
}

test("of a traceparent's flags only the one that says sampled is passed on", () => {
  const headers = { Traceparent: "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-fb" };
  const sent = answer("booking-admitted", STARTED, headers).headers.traceparent;
  assert.equal(sent, "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01");
});

for (const sent of [
  "Root=1-00000000-000000000000000000000000",
  "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=0000000000000000;Sampled=1",
  "Sampled=1;Root=1-5759e988-bd862e3fe1be46a994272793",
  "Self=1-67891234-12456789abcdef012345678;Root=1-5759e988-bd862e3fe1be46a994272793",
]) {
  test(`the trace ${sent} is not passed on`, () => {
    const call = { body: BOOKING, headers: { "X-Amzn-Trace-Id": sent }, requestId: "r-1", claims: { sub: "1" } };
    assert.equal(admission(call).trace_header, undefined);
  });
}

test("a taken id is 409 with where its trip is", () => {
  const refused = answer("booking-admitted", { status: "FAILED", error: "TripExists", cause: "trip-1" });
  assert.equal(refused.status, 409);
  assert.equal(refused.body.code, "TripExists");
  const { "Content-Type": type, ...headers } = refused.headers;
  assert.equal(type, "application/problem+json");
  assert.deepEqual(headers, { Location: "/dev/trips/trip-1", "X-Request-Id": "r-1" });
});

for (const [error, status, code] of [
  ["StepFunctions.ThrottlingException", 429, "TooManyRequests"],
  ["StepFunctions.ExecutionLimitExceededException", 429, "TooManyRequests"],
  ["StepFunctions.InvalidNameException", 400, "InvalidRequest"],
  ["StepFunctions.InvalidExecutionInputException", 400, "InvalidRequest"],
  ["DynamoDB.AccessDeniedException", 502, "InternalError"],
  ["States.Timeout", 502, "InternalError"],
] as const) {
  test(`an admission that ends in ${error} is answered as ${code}`, () => {
    const refused = answer("booking-admitted", { status: error === "States.Timeout" ? "TIMED_OUT" : "FAILED", error, cause: "secret" });
    checkProblem(refused, status, code);
    assert.equal(refused.status, status);
  });
}

for (const [type, status, code] of [
  ["ThrottlingException", 429, "TooManyRequests"],
  ["com.amazonaws.sfn#InvalidExecutionInput", undefined, "InvalidRequest"],
  ["AccessDeniedException", 502, "InternalError"],
  ["StateMachineDoesNotExist", 502, "InternalError"],
] as const) {
  test(`${type} is answered as ${code}`, () => {
    const refused = answer("booking-refused", { __type: type, message: "secret" });
    checkProblem(refused, status, code);
    assert.equal(refused.status, status);
  });
}

function checkProblem(refused: ReturnType<typeof answer>, status: number | undefined, code: string): void {
  assert.equal(refused.body.code, code);
  assert.equal(refused.body.type, `/dev/docs/errors/${code}`);
  assert.equal(refused.headers["Retry-After"], status === 429 ? "1" : undefined);
  assert.ok(!JSON.stringify(refused.body).includes("secret"));
}

test("what Step Functions cannot answer is a fault of ours", () => {
  const { code, type } = answer("booking-failed", {}).body;
  assert.deepEqual({ code, type }, { code: "InternalError", type: "/dev/docs/errors/InternalError" });
});
