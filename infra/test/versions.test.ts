// A function's versions. Lambda makes none where neither code nor configuration has changed, and
// CloudFormation makes one only under a new logical id: both must change together.

import assert from "node:assert/strict";
import { test } from "node:test";
import { App } from "aws-cdk-lib";
import { Template } from "aws-cdk-lib/assertions";
import { CfnFunction } from "aws-cdk-lib/aws-lambda";
import { FUNCTION_KEYS } from "../lib/functions/catalogue";
import { Settings } from "../lib/settings";
import { TripSagaStack } from "../lib/stack";

const VERSION = "AWS::Lambda::Version";

/** The logical ids of versions, by those of their functions. */
function versions(context: Record<string, string> = {}, change: (stack: TripSagaStack) => void = () => {}): Map<string, string> {
  const app = new App({ context });
  const stack = new TripSagaStack(app, "TripSaga", { settings: Settings.fromContext(app.node) });
  change(stack);
  const found = Template.fromStack(stack).findResources(VERSION);
  return new Map(Object.entries(found).map(([id, { Properties }]) => [Properties.FunctionName.Ref, id]));
}

const BEFORE = versions();
const changed = (after: Map<string, string>) => [...BEFORE].filter(([fn, id]) => after.get(fn) !== id).map(([fn]) => fn);

test("the same commit with the same settings has the same versions", () => {
  assert.equal(BEFORE.size, FUNCTION_KEYS.length);
  assert.deepEqual(changed(versions()), []);
});

test("other code is another version, of its function only", () => {
  const after = versions({}, (stack) => {
    const fn = stack.node.findAll().find((one): one is CfnFunction => one instanceof CfnFunction && one.node.path.includes("Projector")) ?? assert.fail();
    fn.addPropertyOverride("Code.S3Key", "another.zip");
  });
  assert.deepEqual(changed(after).map((fn) => fn.slice(0, "FunctionsProjector".length)), ["FunctionsProjector"]);
});

test("another configuration is another version, of the functions that have it", () => {
  assert.deepEqual(changed(versions({ arch: "x86_64" })), [...BEFORE.keys()]);
  const [rotated, ...others] = changed(versions({ cursorKeyGeneration: "2" }));
  assert.match(rotated ?? "", /^FunctionsQueryApi/);
  assert.deepEqual(others, []);
});

test("what is no part of a version makes none", () => {
  assert.deepEqual(changed(versions({ reservedConcurrency: "20", alarmEmail: "a@example.com" })), []);
});

test("the version of a deployment that failed goes, so that the next attempt can make it", () => {
  const app = new App({ context: { stage: "prod" } });
  const template = Template.fromStack(new TripSagaStack(app, "TripSaga", { settings: Settings.fromContext(app.node) }));
  for (const [id, { DeletionPolicy, UpdateReplacePolicy }] of Object.entries(template.findResources(VERSION))) {
    assert.deepEqual([DeletionPolicy, UpdateReplacePolicy], ["RetainExceptOnCreate", "Retain"], id);
  }
});
