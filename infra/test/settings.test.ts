// What may be set for an installation, and what comes of it.

import assert from "node:assert/strict";
import { test } from "node:test";
import { CfnWaitConditionHandle, Stack } from "aws-cdk-lib";
import { Template } from "aws-cdk-lib/assertions";
import type { Binary } from "../lib/functions/catalogue";
import { packageOf } from "../lib/functions/package";
import { API } from "../lib/runtime";
import { Settings, STAGES } from "../lib/settings";
import { TripSagaStack } from "../lib/stack";
import { application, ofType } from "./stack";

function withContext(context: Record<string, unknown>): Template {
  const app = application(context);
  return Template.fromStack(new TripSagaStack(app, "TripSaga", { settings: Settings.fromContext(app.node) }));
}

test("the API is throttled as the local gateway is", () => {
  const [stage] = ofType("prod", "AWS::ApiGateway::Stage");
  const everyMethod = stage?.Properties.MethodSettings.find((one: any) => one.HttpMethod === "*" && one.ResourcePath === "/*");
  assert.deepEqual([everyMethod.ThrottlingRateLimit, everyMethod.ThrottlingBurstLimit], [API.requestsPerSecond, API.burst]);
});

test("a web ACL stands before the API's stage where it is asked for, and nowhere else", () => {
  assert.deepEqual(ofType("prod", "AWS::WAFv2::WebACL"), []);
  const guarded = withContext({ stage: "prod", waf: "true" });
  const acl = Object.keys(guarded.findResources("AWS::WAFv2::WebACL"));
  const stage = Object.keys(guarded.findResources("AWS::ApiGateway::Stage"));
  assert.deepEqual([acl.length, stage.length], [1, 1]);
  const [association] = Object.values(guarded.findResources("AWS::WAFv2::WebACLAssociation"));
  assert.deepEqual(association?.Properties.WebACLArn, { "Fn::GetAtt": [acl[0], "Arn"] });
  const [{ Rules }] = Object.values(guarded.findResources("AWS::WAFv2::WebACL")).map((one) => one.Properties) as [any];
  const groups = Rules.map((rule: any) => rule.Statement.ManagedRuleGroupStatement?.Name);
  assert.deepEqual(groups, [undefined, "AWSManagedRulesCommonRuleSet", "AWSManagedRulesKnownBadInputsRuleSet"]);
  assert.match(JSON.stringify(association?.Properties.ResourceArn), new RegExp(`"Ref":"${stage[0]}"`));
  for (const off of ["false", "yes", undefined]) withContext({ waf: off }).resourceCountIs("AWS::WAFv2::WebACL", 0);
});

test("the API takes TLS 1.2 and newer under its own name only, in every stage", () => {
  for (const stage of STAGES) {
    const [api] = ofType(stage, "AWS::ApiGateway::RestApi").map((one) => one.Properties);
    assert.match(api?.SecurityPolicy, /^SecurityPolicy_TLS13_1_[23]_/);
    assert.deepEqual([api?.EndpointAccessMode, api?.EndpointConfiguration.Types], ["STRICT", ["REGIONAL"]]);
  }
});

for (const [requireDist, refused] of [["true", true], ["false", false]] as const) {
  test(`requireDist=${requireDist} ${refused ? "refuses" : "takes"} a placeholder for a function`, () => {
    const app = application({ requireDist });
    const stack = new Stack(app, "Stack");
    new CfnWaitConditionHandle(stack, "TemplatesMustHaveAResource");
    packageOf(stack, "a-binary-that-nobody-built" as Binary, Settings.fromContext(app.node));
    const said = stack.node.metadata.map((entry) => String(entry.data)).join("\n");
    assert.match(said, /run "cargo xtask dist --arch arm64"/);
    if (refused) assert.throws(() => app.synth(), /Validation failed/);
    else app.synth();
  });
}

for (const [generation, known] of [["1", ["k1", "k2"]], ["2", ["k2", "k3", "k1"]], ["7", ["k7", "k8", "k6"]]] as const) {
  test(`generation ${generation} signs cursors with ${known[0]} and knows ${known.slice(1).join(" and ")}`, () => {
    const made = withContext({ cursorKeyGeneration: generation });
    made.resourceCountIs("AWS::SecretsManager::Secret", known.length);
    const [query] = Object.values(made.findResources("AWS::Lambda::Function", { Properties: { FunctionName: "trip-saga-query-api-dev" } }));
    const keys = JSON.stringify(query?.Properties.Environment.Variables.CURSOR_KEYS);
    assert.deepEqual([...keys.matchAll(/k\d+(?=:\{\{resolve)/g)].map(([name]) => name), known);
  });
}

for (const [name, value, message] of [
  ["stage", "test", /the stage is one of dev, staging, prod/],
  ["arch", "arm", /arm64 or x86_64/],
  ["releaseShift", "blue-green", /canary, linear/],
  ["cursorKeyGeneration", "0", /a whole number from 1 on/],
  ["cursorKeyGeneration", "1.5", /a whole number from 1 on/],
  ["cursorKeyGeneration", "next", /a whole number from 1 on/],
] as const) {
  test(`${name}=${value} is refused`, () => {
    assert.throws(() => Settings.fromContext(application({ [name]: value }).node), message);
  });
}
