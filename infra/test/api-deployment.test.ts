// A change of any part of the API reaches its callers: it makes another deployment.

import assert from "node:assert/strict";
import { test } from "node:test";
import { CfnResource } from "aws-cdk-lib";
import { Template } from "aws-cdk-lib/assertions";
import { PARTS } from "../lib/api/snapshot";
import { Settings } from "../lib/settings";
import { TripSagaStack } from "../lib/stack";
import { application, resources } from "./stack";

/** A property of each kind of part, changed to what no part has. */
const CHANGES: { readonly [part in (typeof PARTS)[number]]: readonly [property: string, value: unknown] } = {
  Authorizer: ["IdentitySource", "method.request.header.X-Token"],
  GatewayResponse: ["ResponseTemplates", { "application/json": "{}" }],
  Method: ["Integration.TimeoutInMillis", 1000],
  Model: ["Schema.required", ["trip_id"]],
  RequestValidator: ["ValidateRequestBody", false],
  Resource: ["PathPart", "journeys"],
};

function deployment(change: (stack: TripSagaStack) => void = () => {}): string {
  const stack = new TripSagaStack(application(), "TripSaga-prod", { settings: new Settings("prod") });
  change(stack);
  const [id, ...more] = Object.keys(Template.fromStack(stack).findResources("AWS::ApiGateway::Deployment"));
  assert.deepEqual(more, []);
  return id ?? assert.fail("there is no deployment");
}

const unchanged = deployment();

test("a part that stays as it is makes no other deployment", () => {
  assert.equal(deployment(), unchanged);
});

for (const part of PARTS) {
  test(`another ${part} makes another deployment`, () => {
    const [property, value] = CHANGES[part];
    const changed = deployment((stack) => {
      const found = stack.node.findAll().find((one) => CfnResource.isCfnResource(one) && one.cfnResourceType === `AWS::ApiGateway::${part}`);
      assert.ok(found, part);
      (found as CfnResource).addPropertyOverride(property, value);
    });
    assert.notEqual(changed, unchanged);
  });
}

test("no part of the API is of a kind that nobody has thought of", () => {
  const kinds = ["Account", "Deployment", "RestApi", "Stage", ...PARTS].map((kind) => `AWS::ApiGateway::${kind}`);
  const types = new Set(resources("prod").map(([, { Type }]) => Type).filter((type) => type.startsWith("AWS::ApiGateway::")));
  assert.deepEqual([...types].sort(), kinds.sort());
});
