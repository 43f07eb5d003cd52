// What is reserved of an account's concurrent executions, and what a deployment asks of the quota.

import assert from "node:assert/strict";
import { test } from "node:test";
import { App } from "aws-cdk-lib";
import { Template } from "aws-cdk-lib/assertions";
import { narrowness, shortage } from "../lib/functions/quota";
import { reservations } from "../lib/functions/reservations";
import { Settings, STAGES } from "../lib/settings";
import { TripSagaStack } from "../lib/stack";
import { application, ofType } from "./stack";
import type { Resource } from "./stack";

const EACH = 20;
const reserving = (stage: string) => Settings.fromContext(new App({ context: { stage, reservedConcurrency: `${EACH}` } }).node);
const account = (quota: number, unreserved = quota) => ({ AccountLimit: { ConcurrentExecutions: quota, UnreservedConcurrentExecutions: unreserved } });

function reserved(functions: Resource[]): Record<string, number> {
  const some = functions.map(({ Properties }) => [Properties.FunctionName, Properties.ReservedConcurrentExecutions] as const);
  return Object.fromEntries(some.filter(([, executions]) => executions !== undefined));
}

for (const stage of STAGES) {
  test(`${stage}: nothing is reserved by default, so that it deploys in a new account`, () => {
    assert.deepEqual(reserved(ofType(stage, "AWS::Lambda::Function")), {});
  });
}

test("reservedConcurrency keeps executions for compensations, and lets no two sweeps overlap", () => {
  const made = Template.fromStack(new TripSagaStack(application(), "TripSaga", { settings: reserving("prod") }));
  const functions = Object.values(made.findResources("AWS::Lambda::Function")) as Resource[];
  assert.deepEqual(reserved(functions), {
    "trip-saga-flight-cancel": EACH,
    "trip-saga-hotel-cancel": EACH,
    "trip-saga-payment-refund": EACH,
    "trip-saga-trip-cancel": EACH,
    "trip-saga-outbox-sweeper": 1,
  });
});

test("what is asked of the quota is what the template reserves", () => {
  const settings = reserving("staging");
  const made = Template.fromStack(new TripSagaStack(application(), "TripSaga", { settings }));
  const asked = [...reservations(settings)].map(([name, { executions }]) => [name, executions]);
  assert.deepEqual(Object.fromEntries(asked), reserved(Object.values(made.findResources("AWS::Lambda::Function")) as Resource[]));
});

test("a new account's quota lets a stage without reservations through, and is told", () => {
  assert.equal(shortage(account(10), new Map(), 0), undefined);
  assert.match(narrowness(account(10)) ?? "", /10 executions at once.*--desired-value 1000/);
  assert.equal(narrowness(account(1_000)), undefined);
});

test("a quota without room for the reservations is refused with the one to request", () => {
  const wanted = reservations(reserving("prod"));
  const said = shortage(account(10), wanted, 0) ?? assert.fail();
  for (const part of ["reservedConcurrency", "--desired-value 181", "L-B99A9384", "trip-saga-outbox-sweeper: 1, since two sweeps"]) assert.ok(said.includes(part), said);
  assert.equal(shortage(account(181), wanted, 0), undefined);
  assert.match(shortage(account(1_000, 150), wanted, 0) ?? "", /--desired-value 1031/);
});

test("what an earlier deployment reserved is not asked for twice", () => {
  const wanted = reservations(reserving("prod"));
  assert.equal(shortage(account(181, 100), wanted, 81), undefined);
});

for (const value of ["0", "-1", "1.5", "many"]) {
  test(`reservedConcurrency=${value} is refused`, () => {
    const node = new App({ context: { reservedConcurrency: value } }).node;
    assert.throws(() => Settings.fromContext(node), /reservedConcurrency is a whole number from 1 on, not .*: leave it out/);
  });
}
