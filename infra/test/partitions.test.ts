// AWS is several partitions, such as `aws` and `aws-us-gov`. A template must not name the one that
// it was written in.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { App } from "aws-cdk-lib";
import { Template } from "aws-cdk-lib/assertions";
import { PipelineStack } from "../lib/pipeline";
import { Settings } from "../lib/settings";
import { TripSagaStack } from "../lib/stack";
import { DATADOG, INSTALLATIONS, ofType, template } from "./stack";

const PARTITIONED = /arn:aws[\w-]*:|\w+\.amazonaws\.com\.cn|https:[^"]*amazonaws\.com/g;
const CONNECTION = "arn:aws:codeconnections:eu-west-1:111122223333:connection/1";
/** What the settings name is where it is. */
const GIVEN = [DATADOG.apiKeySecretArn, CONNECTION];

/** Datadog's layer, which the library finds in `aws` only; other partitions are refused. */
const LAYER = /"arn:aws:lambda:",{"Ref":"AWS::Region"},":\d{12}:layer:Datadog-/g;

function named(template: Template): string[] {
  const text = GIVEN.reduce((text, arn) => text.replaceAll(arn, ""), JSON.stringify(template.toJSON())).replace(LAYER, "");
  return [...text.matchAll(PARTITIONED)].map(([name]) => name);
}

for (const installation of INSTALLATIONS) {
  test(`${installation}: nothing is named in one partition`, () => {
    assert.deepEqual(named(template(installation)), []);
    // A table of regions would hold those of the partitions that cdk.json lists.
    assert.equal(template(installation).toJSON().Mappings, undefined);
  });
}

test("nothing of the firewall and of the pipeline is named in one partition", () => {
  const app = new App({ context: { waf: "true" } });
  const guarded = new TripSagaStack(app, "TripSaga", { settings: Settings.fromContext(app.node) });
  const pipeline = new PipelineStack(app, "Pipeline", { connectionArn: CONNECTION, repository: "owner/name", branch: "main" });
  for (const stack of [guarded, pipeline]) assert.deepEqual(named(Template.fromStack(stack)), []);
});

test("a state machine's integrations are those of its file, in the partition that it is deployed to", () => {
  const machines = ofType("prod", "AWS::StepFunctions::StateMachine").map(({ Properties }) => Properties);
  for (const { StateMachineName, DefinitionString, DefinitionSubstitutions } of machines) {
    const file = readFileSync(join(__dirname, `../../saga/${StateMachineName}.asl.json`), "utf8");
    const inAws = ([name, arn]: [string, any]) => [`"\${${name}}"`, `"${arn["Fn::Join"]?.[1].map((part: any) => (part.Ref === "AWS::Partition" ? "aws" : part)).join("")}"`] as const;
    const integrations = Object.entries(DefinitionSubstitutions).filter(([, arn]) => JSON.stringify(arn).includes(":states:::"));
    assert.ok(integrations.length > 0);
    const resolved = integrations.map(inAws).reduce((text, [name, arn]) => text.replaceAll(name, arn), DefinitionString);
    assert.equal(resolved, file);
  }
});
