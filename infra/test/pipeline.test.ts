// The pipeline: what a commit passes on its way to production, and what its builds may do.

import assert from "node:assert/strict";
import { test } from "node:test";
import { App, Validations } from "aws-cdk-lib";
import { Template } from "aws-cdk-lib/assertions";
import { AwsSolutionsChecks } from "cdk-nag";
import { PIPELINE } from "../lib/acknowledgements";
import { PipelineStack } from "../lib/pipeline";
import { acceptedBy } from "./stack";

const PROPS = {
  connectionArn: "arn:aws:codeconnections:eu-west-1:111122223333:connection/1",
  repository: "owner/trip-saga",
  branch: "main",
};

const template = Template.fromStack(new PipelineStack(new App(), "Pipeline", PROPS));
const ofType = (type: string) => Object.values(template.findResources(type)).map((resource) => resource.Properties);

/** The commands of the project whose description has these words. */
function commands(description: string): string {
  const project = ofType("AWS::CodeBuild::Project").find((project) => project.Description.includes(description));
  return JSON.parse(project?.Source.BuildSpec).phases.build.commands.join("\n");
}

test("a commit is checked, tried in staging and approved by a person before production", () => {
  const [pipeline] = ofType("AWS::CodePipeline::Pipeline");
  const stages = pipeline?.Stages.map((stage: { Name: string; Actions: { Name: string; RunOrder: number }[] }) => [
    stage.Name,
    stage.Actions.toSorted((one, other) => one.RunOrder - other.RunOrder).map((action) => action.Name),
  ]);
  assert.deepEqual(stages, [
    ["Source", ["Commit"]],
    ["Check", ["TestAndBuild"]],
    ["Staging", ["Deploy", "Accept"]],
    ["Approval", ["Approve"]],
    ["Production", ["Deploy"]],
  ]);
});

test("the check is the product's own commands", () => {
  for (const command of ["cargo xtask test", "cargo xtask dist", "npm ci && npm test"]) {
    assert.ok(commands("Tests a commit").includes(command), command);
  }
});

test("what is deployed was synthesized when its commit was checked, with no placeholder for a function", () => {
  for (const stage of ["staging", "prod"]) {
    const assembly = `cdk.out/${stage}`;
    const synth = `npx cdk synth --quiet --context stage=${stage} --context requireDist=true --output ${assembly}`;
    assert.ok(commands("Tests a commit").includes(synth), synth);
    const deploys = commands(`Deploys ${stage}`);
    assert.ok(deploys.includes(`npx cdk deploy TripSaga-${stage} --app ${assembly} `), deploys);
    assert.ok(!deploys.includes("synth"), deploys);
  }
  assert.ok(commands("Books trips in staging").includes("accept-staging.sh TripSaga-staging"));
});

test("deployments have no rights but those of the bootstrap's roles", () => {
  const statements = ofType("AWS::IAM::Policy").flatMap((policy) => policy.PolicyDocument.Statement);
  const assumed = statements.filter((one) => one.Action === "sts:AssumeRole" && JSON.stringify(one.Resource).includes("cdk-"));
  assert.equal(assumed.length, 2);
  for (const { Resource } of assumed) assert.ok(!JSON.stringify(Resource).includes("*"));
  const administers = statements.filter((one) => JSON.stringify(one.Action).includes(":*"));
  assert.deepEqual(administers, []);
});

test("the users that staging is tried as can be made in no other stage's pool", () => {
  const statements = ofType("AWS::IAM::Policy").flatMap((policy) => policy.PolicyDocument.Statement);
  const users = statements.filter((one) => JSON.stringify(one.Action).includes("cognito-idp:"));
  assert.deepEqual(users.map((one) => one.Condition), [{ StringEquals: { "aws:ResourceTag/Stage": "staging" } }]);
});

test("what is built is encrypted and goes away, and no plain HTTP reaches it", () => {
  const [bucket] = ofType("AWS::S3::Bucket");
  assert.equal(bucket?.BucketEncryption.ServerSideEncryptionConfiguration[0].ServerSideEncryptionByDefault.SSEAlgorithm, "aws:kms");
  assert.equal(bucket?.LifecycleConfiguration.Rules[0].ExpirationInDays, 30);
  assert.ok(JSON.stringify(ofType("AWS::S3::BucketPolicy")).includes("aws:SecureTransport"));
});

test("what a destroyed pipeline cannot delete is left out of its removal, and its logs go", () => {
  const policies = (type: string) => Object.values(template.findResources(type)).map((resource) => resource.DeletionPolicy);
  assert.deepEqual(policies("AWS::S3::Bucket"), ["RetainExceptOnCreate"]);
  for (const policy of policies("AWS::Logs::LogGroup")) assert.equal(policy, "Delete");
});

test("cdk-nag finds nothing that has no reason, and each reason has a finding", () => {
  const app = new App();
  new PipelineStack(app, "TripSaga-pipeline", PROPS);
  const pack = new AwsSolutionsChecks(app);
  const needed = acceptedBy(pack);
  Validations.of(app).addPlugins(pack);
  app.synth();
  assert.deepEqual(PIPELINE.map(([id]) => id).filter((id) => !needed.has(id)), []);
});

for (const service of ["codeconnections", "codestar-connections"]) {
  test(`a connection of ${service} is used by the action of its own prefix`, () => {
    const connectionArn = `arn:aws:${service}:eu-west-1:111122223333:connection/1`;
    const made = Template.fromStack(new PipelineStack(new App(), "Pipeline", { ...PROPS, connectionArn }));
    const policies = Object.values(made.findResources("AWS::IAM::Policy"));
    const statements = policies.flatMap((policy) => policy.Properties.PolicyDocument.Statement);
    const granted = statements.filter((one) => one.Resource === connectionArn).flatMap((one) => one.Action);
    assert.ok(granted.includes(`${service}:UseConnection`), JSON.stringify(granted));
  });
}

for (const connectionArn of [
  "arn:aws:codecommit:eu-west-1:111122223333:trip-saga",
  "arn:aws:codeconnections:eu-west-1:111122223333:host/1",
  "connection/1",
]) {
  test(`${connectionArn} is refused as a connection`, () => {
    assert.throws(() => new PipelineStack(new App(), "Pipeline", { ...PROPS, connectionArn }), /connectionArn is arn:aws:codeconnections:/);
  });
}

test("a repository is named by its owner and its name", () => {
  assert.throws(() => new PipelineStack(new App(), "Pipeline", { ...PROPS, repository: "trip-saga" }), /owner\/name/);
});
