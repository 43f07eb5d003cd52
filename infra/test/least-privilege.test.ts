// Every role has its own actions on its own resources; what names none is listed here with its
// reason.

import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { IN_ORDER, TABLE_ACCESS, tableAccess } from "../lib/functions/access";
import { FUNCTION_KEYS } from "../lib/functions/catalogue";
import type { FunctionKey } from "../lib/functions/catalogue";
import { ofType, resources } from "./stack";
import type { Installation } from "./stack";

/** Actions that may stand on every resource, since AWS lets them be limited to none. */
const ANY_RESOURCE: Record<string, string> = {
  "xray:PutTraceSegments": "X-Ray has no resources",
  "xray:PutTelemetryRecords": "X-Ray has no resources",
  "xray:GetSamplingRules": "X-Ray has no resources",
  "xray:GetSamplingTargets": "X-Ray has no resources",
  "dynamodb:ListStreams": "a listing has no resource",
  "logs:CreateLogDelivery": "the delivery of a state machine's log is set up before it has a name",
  "logs:GetLogDelivery": "as above",
  "logs:UpdateLogDelivery": "as above",
  "logs:DeleteLogDelivery": "as above",
  "logs:ListLogDeliveries": "as above",
  "logs:PutResourcePolicy": "as above",
  "logs:DescribeResourcePolicies": "as above",
  "logs:DescribeLogGroups": "as above",
  "lambda:ListEventSourceMappings": "a listing has no resource",
};

interface Statement {
  readonly Effect: string;
  readonly Action: string | string[];
  readonly Resource: unknown;
}

function statements(stage: Installation): Statement[] {
  return ofType(stage, "AWS::IAM::Policy").flatMap((policy) => policy.Properties.PolicyDocument.Statement);
}

const list = <T>(value: T | T[]): T[] => (Array.isArray(value) ? value : [value]);

for (const stage of ["dev", "prod", "prod-datadog"] as const) {
  test(`${stage}: no statement allows an action by wildcard`, () => {
    const wild = statements(stage).flatMap((one) => list(one.Action)).filter((action) => action.includes("*"));
    assert.deepEqual(wild, []);
  });

  test(`${stage}: every resource is named, but for listed actions`, () => {
    const open = statements(stage).filter((one) => list(one.Resource).includes("*"));
    assert.ok(open.length > 0);
    const unlisted = open.flatMap((one) => list(one.Action)).filter((action) => !(action in ANY_RESOURCE));
    assert.deepEqual(unlisted, []);
  });

  test(`${stage}: a part of a name is left open only for objects that a service names itself, and for executions`, () => {
    const partly = statements(stage).filter((one) => JSON.stringify(one.Resource).match(/[^"]\*/));
    const actions = new Set(partly.flatMap((one) => list(one.Action)));
    const ofDatadog = stage === "prod-datadog" ? ["s3:AbortMultipartUpload"] : [];
    const objects = ["s3:DeleteObject", "s3:GetObject", "s3:PutObject"];
    const executions = ["states:DescribeExecution", "states:GetExecutionHistory", "states:RedriveExecution"];
    assert.deepEqual([...actions].sort(), [...ofDatadog, ...objects, ...executions]);
  });
}

test("every function has a role of its own", () => {
  const roles = ofType("dev", "AWS::Lambda::Function").map((fn) => JSON.stringify(fn.Properties.Role));
  assert.equal(new Set(roles).size, FUNCTION_KEYS.length);
});

test("production's functions know no sandbox", () => {
  const prod = JSON.stringify(resources("prod"));
  assert.doesNotMatch(prod, /SANDBOX_TABLE|SandboxTable/);
});

/**
 * What a call of the Rust code needs: by the store's own requests, or by its target. A transaction
 * needs the rights of what stands in it.
 */
const CALLS: Record<string, string> = {
  "Batch::TARGET": "dynamodb:BatchGetItem",
  "Read::query(": "dynamodb:Query",
  "Request::get(": "dynamodb:GetItem",
  "Request::put(": "dynamodb:PutItem",
  "Request::update(": "dynamodb:UpdateItem",
  "Request::delete(": "dynamodb:DeleteItem",
  '"DynamoDB_20120810.BatchExecuteStatement"': "dynamodb:PartiQLUpdate",
};

const STEP = ["trips/load.rs", "trips/transaction.rs", "sandbox/ledger.rs"];
/** The store's modules that a function reaches. */
const MODULES: Record<FunctionKey, string[]> = {
  flightReserve: STEP,
  flightCancel: STEP,
  hotelReserve: STEP,
  hotelCancel: STEP,
  paymentProcess: STEP,
  paymentRefund: STEP,
  tripCancel: ["trips/load.rs"],
  tripNote: ["trips/run.rs"],
  dispatcher: ["outbox/mark.rs", "outbox/park.rs", "batch_get.rs"],
  sweeper: ["outbox/mark.rs", "outbox/park.rs", "batch_get.rs", "outbox/sweep.rs", "open_work.rs", "open_work/backlog.rs"],
  projector: ["view/put.rs", "view/aside.rs"],
  queryApi: ["trips/load.rs", "trips/root.rs", "outbox/trip.rs", "view/search.rs"],
  console: [
    "trips/load.rs", "trips/root.rs", "trips/items.rs", "outbox/trip.rs", "outbox/list.rs", "outbox/park.rs", "open_work.rs", "open_work/backlog.rs",
    "batch_get.rs", "view/verification.rs",
  ],
};
const STORE = join(__dirname, "../../store/src");

function called(module: string): string[] {
  const code = readFileSync(join(STORE, module), "utf8").split("#[cfg(test)]")[0] ?? "";
  return Object.entries(CALLS).flatMap(([call, action]) => (code.includes(call) ? action : []));
}

for (const key of FUNCTION_KEYS) {
  test(`${key} is granted what its code calls, and nothing else`, () => {
    const granted = new Set<string>(TABLE_ACCESS[key].flatMap((access) => access.actions));
    assert.deepEqual([...granted].sort(), [...new Set(MODULES[key].flatMap(called))].sort());
  });
}

test("on an ordered bus, its publishers may read a trip's events too, and nothing else changes", () => {
  const more = FUNCTION_KEYS.filter((key) => tableAccess(key, "ordered").length > TABLE_ACCESS[key].length);
  assert.deepEqual(more.sort(), ["dispatcher", "sweeper"]);
  assert.deepEqual(IN_ORDER.actions, called("outbox/trip.rs"));
  for (const key of FUNCTION_KEYS) assert.equal(tableAccess(key, "classic"), TABLE_ACCESS[key]);
});

/** What operators alone do, with rights of their own, and what is done where the tables are made by the code. */
const OPERATORS = ["view.rs", "view/held.rs", "view/verification/note.rs", "schema/create.rs"];

test("no module of the store calls DynamoDB unseen", () => {
  const files = readdirSync(STORE, { recursive: true }).map(String).filter((file) => file.endsWith(".rs"));
  const calling = files.filter((file) => called(file).length > 0 && !/test|canned|fault/.test(file));
  const known = new Set([...Object.values(MODULES).flat(), ...OPERATORS]);
  assert.deepEqual(calling.filter((file) => !known.has(file)), []);
});

test("no item is read or written but by the store's own requests, which the tests above find", () => {
  const files = readdirSync(STORE, { recursive: true }).map(String).filter((file) => file.endsWith(".rs") && !/test|canned/.test(file));
  const unseen = files.filter((file) => /\.(query|scan|(batch_get|get|put|update|delete|transact_write)_items?)\(\)/.test(readFileSync(join(STORE, file), "utf8").split("#[cfg(test)]")[0] ?? ""));
  assert.deepEqual(unseen, []);
});
