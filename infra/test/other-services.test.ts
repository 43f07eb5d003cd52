// Rights to services other than DynamoDB, against the calls that the functions' Rust code makes:
// by an SDK, or without one by the target of a request.

import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { FUNCTION_KEYS, FUNCTIONS } from "../lib/functions/catalogue";
import type { FunctionKey } from "../lib/functions/catalogue";
import { ofType } from "./stack";

const ROOT = join(__dirname, "../..");
/** The crates that the functions are built from; the domain knows no SDK. */
const CRATES = ["saga", "dispatcher", "projector", "query-api", "lambda-kit", "aws-json", "store"];
/** And those of the console's function. */
const CONSOLE = ["console", "console/function", "console/sign-in", "operator"];
const SDKS = ["aws-sdk-dynamodb", "aws-sdk-eventbridge", "aws-sdk-eventbridgev2", "aws-sdk-sfn"];

/** What a call needs. */
const CALLS: Record<string, string> = {
  "AWSEvents.PutEvents": "events:PutEvents",
  "AWSEventsV2/operation/PutEvents": "events:PutEvents",
  start_execution: "states:StartExecution",
  describe_execution: "states:DescribeExecution",
  redrive_execution: "states:RedriveExecution",
  get_execution_history: "states:GetExecutionHistory",
  list_event_source_mappings: "lambda:ListEventSourceMappings",
  update_event_source_mapping: "lambda:UpdateEventSourceMapping",
  invoke: "lambda:InvokeFunction",
  list_objects_v2: "s3:ListBucket",
  get_object: "s3:GetObject",
  delete_object: "s3:DeleteObject",
  list_executions: "states:ListExecutions",
  describe_state_machine: "states:DescribeStateMachine",
  "Logs_20140328.FilterLogEvents": "logs:FilterLogEvents",
  "AWSStepFunctions.StartExecution": "states:StartExecution",
  "AWSStepFunctions.DescribeExecution": "states:DescribeExecution",
  "AWSStepFunctions.RedriveExecution": "states:RedriveExecution",
};

/** Where a function calls another service. Every other function calls none. */
const MODULES: Partial<Record<FunctionKey, string[]>> = {
  dispatcher: ["dispatcher/src/eventbridge.rs", "dispatcher/src/eventbridgev2/wire.rs"],
  sweeper: ["dispatcher/src/eventbridge.rs", "dispatcher/src/eventbridgev2/wire.rs"],
  tripCancel: ["saga/src/cancellation/step_functions.rs"],
  // What operators do, by its pages as by the `trip` command; and the bus's events.
  console: [
    "console/function/src/event_log.rs", "operator/src/consumers.rs", "operator/src/given_up/bucket.rs", "operator/src/sagas.rs",
    "operator/src/sagas/machines.rs",
  ],
};

/** What Lambda does with a consumer's role to read the stream and to keep what was given up. */
const MAPPING = ["dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator", "dynamodb:ListStreams", "s3:ListBucket", "s3:PutObject"];
const CONSUMERS: readonly FunctionKey[] = ["dispatcher", "projector"];
/** What Lambda does with a role where nobody waits for the function: it keeps the record of a failure. */
const UNATTENDED = ["sqs:SendMessage"];
const ALONE: readonly FunctionKey[] = ["sweeper", "tripNote"];

const source = (module: string) => readFileSync(join(ROOT, module), "utf8").split(/#\[cfg\(test\)\]\n(?:pub\S* )?mod /)[0] ?? "";
/** An SDK's operations begin as calls without arguments; these are none. */
const SDK_CALL = /\bclient\s*\.(?!(?:clone|has_place|without_retries)\b)(\w+)\(\)/g;
/** A request's target in AWS's JSON protocol. */
const TARGET = /"((?:AWSEvents|AWSStepFunctions|Logs_\d+)\.\w+)"/g;
/** A request's path in Smithy's RPC protocol. */
const PATH = /"\/service\/(\w+\/operation\/\w+)"/g;
const operations = (module: string) => [SDK_CALL, TARGET, PATH].flatMap((call) => [...source(module).matchAll(call)].map(([, name]) => name ?? ""));
const list = <T>(value: T | T[]): T[] => (Array.isArray(value) ? value : [value]);

/** Modules that call a service other than DynamoDB, which is all that the store calls. */
function callers(): string[] {
  const files = [...CRATES, ...CONSOLE].flatMap((crate) => readdirSync(join(ROOT, crate, "src"), { recursive: true }).map((file) => `${crate}/src/${String(file)}`));
  const code = files.filter((file) => file.endsWith(".rs") && !/test|fake|canned|fault/.test(file));
  return code.filter((file) => (file.startsWith("store/") ? /aws_sdk_(?!dynamodb)\w+/ : /aws_sdk_(?!dynamodb)\w+|aws_json::/).test(source(file)));
}

test("the functions are built with the SDKs of four services", () => {
  const manifests = CRATES.map((crate) => readFileSync(join(ROOT, crate, "Cargo.toml"), "utf8").split("[dev-dependencies]")[0] ?? "");
  const used = manifests.flatMap((manifest) => [...manifest.matchAll(/^(aws-sdk-\w+)/gm)].map(([, name]) => name ?? ""));
  assert.deepEqual([...new Set(used)].sort(), SDKS);
});

test("no module calls another service unseen", () => {
  const calling = callers().filter((file) => operations(file).length > 0);
  assert.deepEqual(calling.sort(), [...new Set(Object.values(MODULES).flat())].sort());
  for (const operation of calling.flatMap(operations)) assert.ok(operation in CALLS, operation);
});

for (const key of FUNCTION_KEYS) {
  const { name } = FUNCTIONS[key];
  test(`${name} may use the services that its code calls, and no others`, () => {
    const prefix = `Functions${key.charAt(0).toUpperCase()}${key.slice(1)}Role`;
    const policies = ofType("prod", "AWS::IAM::Policy").filter((policy) => policy.Properties.PolicyName.startsWith(prefix));
    assert.equal(policies.length, 1);
    const granted = policies.flatMap((policy) => policy.Properties.PolicyDocument.Statement).flatMap((one: any) => list<string>(one.Action));
    const called = new Set((MODULES[key] ?? []).flatMap(operations).map((operation) => CALLS[operation] ?? operation));
    const ofLambda = CONSUMERS.includes(key) ? MAPPING : ALONE.includes(key) ? UNATTENDED : [];
    const others = granted.filter((action) => !OWN_TELEMETRY.test(action) && !TABLE_ACTIONS.test(action));
    assert.deepEqual(others.sort(), [...called, ...ofLambda].sort());
  });
}

/** Every function writes its log and its traces. */
const OWN_TELEMETRY = /^(logs:CreateLogStream|logs:PutLogEvents|xray:\w+)$/;
/** Those of tables, which another test compares. */
const TABLE_ACTIONS = /^dynamodb:(?!DescribeStream|GetRecords|GetShardIterator|ListStreams)/;
