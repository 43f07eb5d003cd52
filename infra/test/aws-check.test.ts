// npm run aws-check, against a small Step Functions of the test's own: that every question is one
// that the SDK's model allows, that a difference is found, and what it says without an account.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { test } from "node:test";
import { SFNClient, TestState$ } from "@aws-sdk/client-sfn";
import { admission } from "../scripts/aws-check/admission";
import { check } from "../scripts/aws-check/check";
import { decisions } from "../scripts/aws-check/decisions";
import type { Decisions, Task } from "../scripts/aws-check/decisions";
import { questions } from "../scripts/aws-check/questions";
import { assertModelled, serve, testState } from "./aws-check/endpoint";

function every(): readonly Decisions[] {
  const local = decisions();
  return [local, admission(local.machines["trip-booking"]!)];
}

/** Where the whole need not be asked: two tasks, and of the errors with one answer the first. */
function some(): readonly Decisions[] {
  const all = decisions();
  const { states, ...booking } = all.machines["trip-booking"]!;
  const fewer = ({ failures, ...task }: Task): Task => ({
    ...task,
    failures: failures.map(({ errors, ...answer }) => ({ ...answer, errors: errors.filter((error, index) => index === 0 || error === "States.Timeout") })),
  });
  const kept = { ReserveHotel: fewer(states.ReserveHotel!), RefundPayment: fewer(states.RefundPayment!) };
  return [{ ...all, machines: { "trip-booking": { ...booking, states: kept } } }, ...every().slice(1)];
}

async function checked(answer: Parameters<typeof serve>[0], asked = some()) {
  const endpoint = await serve(answer);
  const credentials = { accessKeyId: "none", secretAccessKey: "none" };
  const client = new SFNClient({ region: "us-east-1", endpoint: endpoint.url, credentials, disableHostPrefix: true });
  try {
    return { ...(await check(client, asked)), calls: endpoint.calls };
  } finally {
    client.destroy();
    endpoint.close();
  }
}

test("every question is one of the SDK's model, and each outcome of each task is asked for", () => {
  const all = [...questions(every())];
  for (const { name, request } of all) assertModelled(request, TestState$[4], name);
  assert.equal(new Set(all.map(({ name }) => name)).size, all.length);
  const outcomes = every().flatMap(({ machines }) => Object.values(machines)).flatMap(({ states }) =>
    Object.values(states).map(({ failures }) => failures.reduce((sum, { errors, longest_waits }) => sum + errors.length * (longest_waits.length + 1), 1)),
  );
  assert.equal(outcomes.length, 13);
  assert.equal(all.length, outcomes.reduce((sum, one) => sum + one, 0));
});

test("what answers as the reference describes has no differences", async () => {
  const { validated, asked, counts, problems, calls } = await checked(testState);
  assert.deepEqual(problems, []);
  assert.ok(counts);
  assert.equal(asked, [...questions(some())].length);
  // The first question is asked twice: whether the context object is taken, and then in its turn.
  assert.deepEqual(calls, { ValidateStateMachineDefinition: validated, TestState: asked + 1 });
});

test("where the context object may have no count of redrives, the definitions are asked with one of 0", async () => {
  const definitions: string[] = [];
  const { counts, problems } = await checked((request) => {
    if (request.context.includes("RedriveCount")) throw new Error("Invalid Context object provided: Field 'RedriveCount' is not allowed");
    definitions.push(request.definition);
    return testState(request);
  });
  assert.deepEqual(problems, []);
  assert.ok(!counts);
  assert.ok(definitions.length > 0 && definitions.every((text) => !text.includes("RedriveCount")));
});

for (const [what, status, changed, said] of [
  ["another retrier", "RETRIABLE", { inspectionData: { errorDetails: { retryIndex: 7, retryBackoffIntervalSeconds: 0 } } }, /the retrier is 7/],
  ["a longer wait", "RETRIABLE", { inspectionData: { errorDetails: { retryIndex: 0, retryBackoffIntervalSeconds: 61 } } }, /the wait is 61 s, and 0 to/],
  ["no wait", "RETRIABLE", { inspectionData: { errorDetails: { retryIndex: 0 } } }, /the wait is NaN s/],
  ["another catcher", "CAUGHT_ERROR", { inspectionData: { errorDetails: { catchIndex: 7 } } }, /the catcher is 7/],
  ["another next state", "CAUGHT_ERROR", { nextState: "BookingSucceeded" }, /the next state is "BookingSucceeded", and/],
  ["another output", "SUCCEEDED", { output: "{}" }, /the output is \{\}, and/],
  ["another event", "SUCCEEDED", { inspectionData: { afterParameters: "{}" } }, /what is sent is \{\}/],
  ["a caught failure", "FAILED", { status: "CAUGHT_ERROR" }, /the status is "CAUGHT_ERROR", and "FAILED" here/],
] as const) {
  test(`${what} is found`, async () => {
    const { problems } = await checked((request) => {
      const answer = testState(request);
      return answer.status === status ? { ...answer, ...changed } : answer;
    });
    assert.ok(problems.some((problem) => said.test(problem)), problems.join("\n"));
  });
}

test("a question that is refused is told, and the others are asked", async () => {
  const { asked, problems } = await checked((request) => {
    if (request.mock.errorOutput?.error === "States.Timeout") throw new Error("States.Timeout cannot be mocked");
    return testState(request);
  });
  assert.ok(problems.every((problem) => problem.endsWith("refused: States.Timeout cannot be mocked")), problems.join("\n"));
  assert.equal(problems.length, [...questions(some())].filter(({ name }) => name.includes("States.Timeout")).length);
  assert.ok(problems.length < asked);
});

test("the endpoint refuses what is not in the model", () => {
  for (const [request, said] of [
    [{ definition: "{}", retries: 1 }, /retries is not in the model/],
    [{ stateName: "A" }, /definition is missing/],
    [{ definition: "{}", stateConfiguration: { retrierRetryCount: "1" } }, /retrierRetryCount/],
    [{ definition: "{}", mock: { fieldValidationMode: "SOMETIMES" } }, /SOMETIMES/],
  ] as const) {
    assert.throws(() => assertModelled(request, TestState$[4], "TestState"), said);
  }
});

for (const [missing, env] of [
  ["a region", {}],
  ["credentials", { AWS_REGION: "us-east-1" }],
] as const) {
  test(`without ${missing} it says so in one line and fails`, () => {
    const run = spawnSync("npm", ["run", "--silent", "aws-check"], {
      cwd: join(__dirname, ".."),
      encoding: "utf8",
      env: { PATH: process.env.PATH, HOME: "/nonexistent", AWS_EC2_METADATA_DISABLED: "true", ...env },
    });
    assert.notEqual(run.status, 0);
    assert.equal(run.stdout, "");
    assert.match(run.stderr, /^aws-check: no account to ask: sign in and name a region[^\n]*\n$/);
  });
}
