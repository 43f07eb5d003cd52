// The pipeline: what a commit passes on its way to production, and what its builds may do.

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { Validations } from "aws-cdk-lib";
import { Template } from "aws-cdk-lib/assertions";
import { AwsSolutionsChecks } from "cdk-nag";
import { PIPELINE } from "../lib/acknowledgements";
import { PipelineStack } from "../lib/pipeline";
import { NO_SUPPLIERS, SUPPLIERS } from "../lib/suppliers";
import { acceptedBy, application } from "./stack";

const PROPS = {
  connectionArn: "arn:aws:codeconnections:eu-west-1:111122223333:connection/1",
  repository: "owner/trip-saga",
  branch: "main",
};

const template = Template.fromStack(new PipelineStack(application(), "Pipeline", { ...PROPS, suppliers: ["an airline"] }));
const short = Template.fromStack(new PipelineStack(application(), "Pipeline", { ...PROPS, suppliers: [] }));
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
    ["Pipeline", ["Update"]],
    ["Staging", ["Deploy", "Accept"]],
    ["Approval", ["Approve"]],
    ["Production", ["Deploy"]],
  ]);
});

test("the check is the product's own commands", () => {
  for (const command of ["cargo xtask test", "cargo xtask dist"]) {
    assert.ok(commands("Tests a commit").includes(command), command);
  }
});

test("what is deployed was synthesized when its commit was checked, with no placeholder for a function", () => {
  for (const stage of ["staging", "prod"]) {
    const assembly = `cdk.out/${stage}`;
    const synth = `npx cdk synth --quiet --context stage=${stage} --context requireDist=true --output ${assembly}`;
    assert.ok(commands("Tests a commit").includes(synth), synth);
    const deploys = commands(`Deploys ${stage}`);
    assert.ok(deploys.includes(`npx cdk deploy TripSaga-${stage} --exclusively --app ${assembly} `), deploys);
    assert.ok(!deploys.includes("synth"), deploys);
  }
  assert.ok(commands("Books trips in staging").includes("accept-staging.sh TripSaga-staging"));
});

test("a commit that changes the pipeline changes it first, and passes through the changed one", () => {
  const [pipeline] = ofType("AWS::CodePipeline::Pipeline");
  assert.equal(pipeline?.RestartExecutionOnUpdate, true);
  assert.ok(commands("Updates the pipeline").endsWith("npx cdk deploy Pipeline --exclusively --app cdk.out/pipeline --require-approval never"));
  const [synth] = commands("Tests a commit").match(/npx cdk synth Pipeline .*?--output cdk.out\/pipeline(?= )/) ?? assert.fail();
  // The template that it deploys is this one, from the same context values.
  const given = Object.fromEntries([...synth.matchAll(/--context "(\w+)=([^"]*)"/g)].map(([, name, value]) => [name, value]));
  assert.deepEqual(given, PROPS);
  const application = readFileSync(join(__dirname, "../bin/app.ts"), "utf8");
  for (const name of Object.keys(PROPS)) assert.match(application, new RegExp(`(tryGetContext|context)\\("${name}"\\)`));
});

test("a commit that changes a build's commands passes through them, since they make another pipeline", () => {
  const [pipeline] = ofType("AWS::CodePipeline::Pipeline");
  const actions: any[] = pipeline?.Stages.flatMap((stage: { Actions: object[] }) => stage.Actions);
  const builds = actions.filter((action) => action.ActionTypeId.Provider === "CodeBuild");
  const told = builds.map((action) => JSON.parse(action.Configuration.EnvironmentVariables)).flat();
  const digests = ofType("AWS::CodeBuild::Project").map((project) => {
    const { commands } = JSON.parse(project.Source.BuildSpec).phases.build;
    return createHash("sha256").update(commands.join("\n")).digest("hex");
  });
  assert.deepEqual(told.map(({ name, value }) => [name, value]).sort(), digests.map((digest) => ["COMMANDS", digest]).sort());
});

test("deployments have no rights but those of the bootstrap's roles", () => {
  const statements = ofType("AWS::IAM::Policy").flatMap((policy) => policy.PolicyDocument.Statement);
  const assumed = statements.filter((one) => one.Action === "sts:AssumeRole" && JSON.stringify(one.Resource).includes("cdk-"));
  assert.equal(assumed.length, 3);
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
  assert.equal(bucket?.BucketEncryption.ServerSideEncryptionConfiguration[0].ServerSideEncryptionByDefault.SSEAlgorithm, "AES256");
  assert.equal(bucket?.LifecycleConfiguration.Rules[0].ExpirationInDays, 30);
  assert.ok(JSON.stringify(ofType("AWS::S3::BucketPolicy")).includes("aws:SecureTransport"));
});

test("what a destroyed pipeline cannot delete is left out of its removal, and its logs go", () => {
  const policies = (type: string) => Object.values(template.findResources(type)).map((resource) => resource.DeletionPolicy);
  assert.deepEqual(policies("AWS::S3::Bucket"), ["RetainExceptOnCreate"]);
  for (const policy of policies("AWS::Logs::LogGroup")) assert.equal(policy, "Delete");
});

test("cdk-nag finds nothing that has no reason, and each reason has a finding", () => {
  const app = application();
  new PipelineStack(app, "TripSaga-pipeline", { ...PROPS, suppliers: ["an airline"] });
  const pack = new AwsSolutionsChecks(app);
  const needed = acceptedBy(pack);
  Validations.of(app).addPlugins(pack);
  app.synth();
  assert.deepEqual(PIPELINE.map(([id]) => id).filter((id) => !needed.has(id)), []);
});

for (const service of ["codeconnections", "codestar-connections"]) {
  test(`a connection of ${service} is used by the action of its own prefix`, () => {
    const connectionArn = `arn:aws:${service}:eu-west-1:111122223333:connection/1`;
    const made = Template.fromStack(new PipelineStack(application(), "Pipeline", { ...PROPS, connectionArn }));
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
    assert.throws(() => new PipelineStack(application(), "Pipeline", { ...PROPS, connectionArn }), /connectionArn is arn:aws:codeconnections:/);
  });
}

test("nothing goes to production, and nobody is asked to approve it, while its functions would not start", () => {
  const [pipeline] = Object.values(short.findResources("AWS::CodePipeline::Pipeline")).map((one) => one.Properties);
  assert.deepEqual(pipeline?.Stages.map((stage: { Name: string }) => stage.Name), ["Source", "Check", "Pipeline", "Staging"]);
  const builds = JSON.stringify(short.findResources("AWS::CodeBuild::Project"));
  assert.ok(!/stage=prod|TripSaga-prod/.test(builds));
  assert.ok(builds.includes(NO_SUPPLIERS));
  assert.deepEqual(short.toJSON().Outputs.EndsBeforeProduction.Value, NO_SUPPLIERS);
});

test("the suppliers that production has are those that the functions can be made with", () => {
  const code = readFileSync(join(__dirname, "../../saga/src/deps.rs"), "utf8").split("#[cfg(test)]")[0] ?? "";
  const made = [...code.matchAll(/\bSuppliers::(\w+)\(/g)].map(([, name]) => name);
  assert.deepEqual([...new Set(made)].sort(), ["sandbox", ...SUPPLIERS].sort());
});

test("no test runs twice, no key is paid for, and what was downloaded once is kept", () => {
  assert.ok(!commands("Tests a commit").includes("npm test"), "cargo xtask test runs it");
  assert.deepEqual(ofType("AWS::KMS::Key"), []);
  for (const project of ofType("AWS::CodeBuild::Project")) {
    assert.equal(project.Cache.Type, "S3");
    assert.ok(JSON.parse(project.Source.BuildSpec).cache.paths.length > 0);
  }
});

test("what builds install is pinned", () => {
  const spoken = ofType("AWS::CodeBuild::Project").map((project) => JSON.parse(project.Source.BuildSpec).phases.build.commands.join("\n")).join("\n");
  assert.ok(!/\| *(ba)?sh\b/.test(spoken), "no script is run as it comes");
  for (const [, what] of spoken.matchAll(/pip install ([^&\n]*)/g)) assert.match(what ?? "", /--no-deps --requirement /);
  for (const [, file] of spoken.matchAll(/--requirement (\S+)/g)) {
    const lines = readFileSync(join(__dirname, "../..", file ?? ""), "utf8").trim().split("\n").filter((line) => !line.startsWith("#"));
    for (const line of lines) assert.match(line, /^[\w-]+==[\w.]+$/);
  }
  for (const [install] of spoken.matchAll(/npm (?:ci|install|i)\b/g)) assert.equal(install, "npm ci");
  assert.match(spoken, /rustup\/archive\/[\d.]+\/.*sha256sum --check/s);
});

test("a pipeline is told its branch", () => {
  assert.throws(() => new PipelineStack(application(), "Pipeline", { ...PROPS, branch: "" }), /name the branch/);
});

test("a repository is named by its owner and its name", () => {
  assert.throws(() => new PipelineStack(application(), "Pipeline", { ...PROPS, repository: "trip-saga" }), /owner\/name/);
});
