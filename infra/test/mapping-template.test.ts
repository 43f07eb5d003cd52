// The templates of POST /trips give StartExecution what the local gateway gives it, and its answers their status.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { answerTemplate, requestTemplate } from "../lib/api/templates";
import { render } from "./vtl/render";

interface Case {
  readonly name: string;
  readonly request_id: string;
  readonly claims: Record<string, string>;
  readonly headers: Record<string, string>;
  readonly body: string;
  readonly start_execution: { readonly name: string; readonly input: string; readonly traceHeader?: string } | null;
}

const CASES: Case[] = JSON.parse(readFileSync(join(__dirname, "../generated/gateway-cases.json"), "utf8"));
const ARN = "arn:aws:states:eu-west-1:111122223333:stateMachine:trip-booking";
const EXECUTION = "arn:aws:states:eu-west-1:111122223333:execution:trip-booking:trip-1";

/** Parsed, with every number as the text that stands there. */
function digits(json: string): unknown {
  return JSON.parse(json.replace(/("(?:[^"\\]|\\.)*")|-?[0-9][0-9.eE+-]*/g, (token, text) => text ?? `"number ${token}"`));
}

function answer(template: "booking-accepted" | "booking-refused" | "booking-failed", body: object, headers = {}) {
  const { text, ...rest } = render(answerTemplate(template), { body: JSON.stringify(body), headers, requestId: "r-1" });
  return { ...rest, body: JSON.parse(text) };
}

for (const { name, request_id: requestId, start_execution: expected, ...call } of CASES.filter((one) => one.start_execution)) {
  test(`request: ${name}`, () => {
    const started = JSON.parse(render(requestTemplate(ARN), { ...call, requestId }).text);
    assert.equal(started.stateMachineArn, ARN);
    assert.equal(started.name, expected?.name);
    assert.deepEqual(digits(started.input), digits(expected?.input ?? ""));
    assert.equal(started.traceHeader, expected?.traceHeader);
  });
}

for (const [groups, customer] of [
  ["operators", "operator:1"],
  ["admins,operators", "operator:1"],
  ["admins, operators", "operator:1"],
  ["customers", "1"],
  ["not-operators,operators2", "1"],
]) {
  test(`a member of ${groups} books as ${customer}`, () => {
    const call = { body: '{"amount":1}', headers: {}, requestId: "r-1", claims: { sub: "1", "cognito:groups": groups } };
    const started = JSON.parse(render(requestTemplate(ARN), call).text);
    assert.equal(JSON.parse(started.input).customer_id, customer);
  });
}

test("a gateway id that a client made up is replaced by the extended one", () => {
  const call = { body: '{"amount":1}', headers: {}, requestId: "a b", claims: { sub: "1" } };
  assert.equal(JSON.parse(render(requestTemplate(ARN), call).text).name, "JJNXFTDoEEJ7g");
});

test("an accepted booking is answered with where the trip is, under the client's request id", () => {
  const accepted = answer("booking-accepted", { executionArn: EXECUTION }, { "X-REQUEST-ID": "mine" });
  assert.deepEqual(accepted.body, { trip_id: "trip-1", status: "PENDING", execution_arn: EXECUTION });
  assert.deepEqual(accepted.headers, { Location: "/dev/trips/trip-1", "X-Request-Id": "mine" });
});

for (const { name, headers, start_execution: started } of CASES.filter((one) => one.start_execution)) {
  test(`answer: ${name}`, () => {
    const [, time, random, parent, sampled] = started?.traceHeader?.match(/^Root=1-(\w{8})-(\w{24});Parent=(\w{16});Sampled=([01])$/) ?? [];
    const traceparent = parent && `00-${time}${random}-${parent}-0${sampled}`;
    assert.equal(answer("booking-accepted", { executionArn: EXECUTION }, headers).headers.traceparent, traceparent);
  });
}

test("of a traceparent's flags only the one that says sampled is passed on", () => {
  const headers = { Traceparent: "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-fb" };
  const sent = answer("booking-accepted", { executionArn: EXECUTION }, headers).headers.traceparent;
  assert.equal(sent, "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01");
});

for (const sent of [
  "Root=1-00000000-000000000000000000000000",
  "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=0000000000000000;Sampled=1",
  "Sampled=1;Root=1-5759e988-bd862e3fe1be46a994272793",
  "Self=1-67891234-12456789abcdef012345678;Root=1-5759e988-bd862e3fe1be46a994272793",
]) {
  test(`the trace ${sent} is not passed on`, () => {
    const call = { body: '{"amount":1}', headers: { "X-Amzn-Trace-Id": sent }, requestId: "r-1", claims: { sub: "1" } };
    assert.equal(JSON.parse(render(requestTemplate(ARN), call).text).traceHeader, undefined);
  });
}

test("a taken id is 409 with where its trip is", () => {
  const message = `Execution Already Exists: '${EXECUTION}'`;
  const refused = answer("booking-refused", { __type: "com.amazonaws.sfn#ExecutionAlreadyExists", message });
  assert.equal(refused.status, 409);
  assert.equal(refused.body.code, "TripExists");
  assert.deepEqual(refused.headers, { Location: "/dev/trips/trip-1", "X-Request-Id": "r-1" });
});

for (const [type, status, code] of [
  ["ThrottlingException", 429, "TooManyRequests"],
  ["ExecutionLimitExceeded", 429, "TooManyRequests"],
  ["InvalidName", undefined, "InvalidRequest"],
  ["InvalidExecutionInput", undefined, "InvalidRequest"],
  ["AccessDeniedException", 502, "InternalError"],
  ["StateMachineDoesNotExist", 502, "InternalError"],
] as const) {
  test(`${type} is answered as ${code}`, () => {
    const refused = answer("booking-refused", { __type: type, message: "secret" });
    assert.deepEqual([refused.status, refused.body.code], [status, code]);
    assert.equal(refused.headers["Retry-After"], status === 429 ? "1" : undefined);
    assert.ok(!JSON.stringify(refused.body).includes("secret"));
  });
}

test("what StartExecution cannot answer is a fault of ours", () => {
  assert.equal(answer("booking-failed", {}).body.code, "InternalError");
});
