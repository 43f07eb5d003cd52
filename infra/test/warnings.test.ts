// A synthesis says nothing that one would have to read past.

import assert from "node:assert/strict";
import { test } from "node:test";
import type { Stack } from "aws-cdk-lib";
import { Template } from "aws-cdk-lib/assertions";
import { PipelineStack } from "../lib/pipeline";
import { Settings } from "../lib/settings";
import { TripSagaStack } from "../lib/stack";
import { application } from "./stack";

/** Said while nobody has built the functions, which the tests do not need. */
const UNBUILT = /run "cargo xtask dist/;
const CONNECTION = "arn:aws:codeconnections:eu-west-1:111122223333:connection/1";

function warnings(stack: Stack): string[] {
  Template.fromStack(stack);
  const said = stack.node.findAll().flatMap((construct) => construct.node.metadata);
  const texts = said.filter(({ type }) => type === "aws:cdk:warning" || type === "aws:cdk:error").map(({ data }) => String(data));
  return texts.filter((text) => !UNBUILT.test(text));
}

for (const stage of ["dev", "prod"]) {
  test(`${stage} is synthesized without a warning, and with everything that can be switched on`, () => {
    const app = application({ stage, waf: true, alarmEmail: "alarms@example.com" });
    assert.deepEqual(warnings(new TripSagaStack(app, "TripSaga", { settings: Settings.fromContext(app.node) })), []);
  });
}

test("the pipeline is synthesized without a warning", () => {
  const props = { connectionArn: CONNECTION, repository: "owner/trip-saga", branch: "main" };
  assert.deepEqual(warnings(new PipelineStack(application(), "Pipeline", props)), []);
});
