// A deployment that failed, tried again: what the first attempt made must not be in the way.

import assert from "node:assert/strict";
import { test } from "node:test";
import { App } from "aws-cdk-lib";
import { Template } from "aws-cdk-lib/assertions";
import { PipelineStack } from "../lib/pipeline";
import { Settings } from "../lib/settings";
import { TripSagaStack } from "../lib/stack";
import { application, INSTALLATIONS, resources } from "./stack";
import type { Resource } from "./stack";

/** API Gateway has one role an account to write logs under; CloudFormation makes its name. */
const SHARED = ["AWS::ApiGateway::Account", "AWS::IAM::Role"];
/** Goes with its log group. */
const STREAM = "AWS::Logs::LogStream";

function left(all: Resource[]): string[] {
  const kept = all.filter(({ DeletionPolicy, Type }) => DeletionPolicy === "Retain" && Type !== STREAM);
  return kept.map(({ Type }) => Type).sort();
}

for (const installation of INSTALLATIONS) {
  test(`${installation}: a first deployment that fails leaves nothing behind but what the account shares`, () => {
    assert.deepEqual(left(resources(installation).map(([, resource]) => resource)), SHARED);
  });

  test(`${installation}: what holds data is kept when it is removed or replaced`, () => {
    const holding = ["AWS::DynamoDB::Table", "AWS::Cognito::UserPool", "AWS::StepFunctions::StateMachine"];
    const policies = installation.startsWith("dev") ? ["Delete", "Delete"] : ["RetainExceptOnCreate", "Retain"];
    for (const [id, resource] of resources(installation).filter(([, { Type }]) => holding.includes(Type))) {
      assert.deepEqual([resource.DeletionPolicy, resource.UpdateReplacePolicy], policies, id);
    }
  });
}

test("the pipeline's first deployment leaves nothing behind either", () => {
  const connectionArn = "arn:aws:codeconnections:eu-west-1:111122223333:connection/1";
  const stack = new PipelineStack(application(), "Pipeline", { connectionArn, repository: "owner/name", branch: "main" });
  assert.deepEqual(left(Object.values(Template.fromStack(stack).toJSON().Resources)), []);
});

for (const [context, isProtected] of [[{ stage: "prod" }, true], [{ stage: "prod", firstDeployment: "true" }, false], [{ stage: "staging" }, false]] as const) {
  test(`${JSON.stringify(context)}: AWS ${isProtected ? "refuses" : "agrees"} to delete`, () => {
    const app = new App({ context });
    const stack = new TripSagaStack(app, "TripSaga", { settings: Settings.fromContext(app.node) });
    const template = Template.fromStack(stack);
    const tables = Object.values(template.findResources("AWS::DynamoDB::Table"));
    for (const table of tables) assert.equal(table.Properties.DeletionProtectionEnabled, isProtected);
    template.hasResourceProperties("AWS::Cognito::UserPool", { DeletionProtection: isProtected ? "ACTIVE" : "INACTIVE" });
    assert.equal(stack.terminationProtection, isProtected);
  });
}
