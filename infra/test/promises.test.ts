// What the documents promise of an installation, asserted on its template.

import assert from "node:assert/strict";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { Match } from "aws-cdk-lib/assertions";
import { ACCEPTED } from "../lib/acknowledgements";
import { FUNCTION_KEYS, FUNCTIONS } from "../lib/functions/catalogue";
import { TASK_TIMEOUT_SECONDS } from "../lib/runtime";
import { TABLES } from "../lib/schema";
import { checked, INSTALLATIONS, ofType, resources, template } from "./stack";

for (const stage of INSTALLATIONS) {
  test(`${stage}: cdk-nag finds nothing that is not accepted with a reason`, () => void checked(stage));

  test(`${stage}: the list of resources is the one on record`, () => {
    const counts: Record<string, number> = {};
    for (const [, { Type }] of resources(stage)) counts[Type] = (counts[Type] ?? 0) + 1;
    const now = `${JSON.stringify(Object.fromEntries(Object.entries(counts).sort()), null, 2)}\n`;
    const file = join(__dirname, `snapshots/${stage}.json`);
    if (process.env.UPDATE_SNAPSHOTS) writeFileSync(file, now);
    assert.ok(existsSync(file), "run the tests once with UPDATE_SNAPSHOTS=1");
    assert.equal(now, readFileSync(file, "utf8"));
  });
}

test("every acknowledgement is of a finding that some installation has", () => {
  const needed = new Set(INSTALLATIONS.flatMap((installation) => [...checked(installation)]));
  assert.deepEqual(ACCEPTED.map(([id]) => id).filter((id) => !needed.has(id)), []);
});

test("tables are those that the Rust code generates", () => {
  const names = (stage: "dev" | "prod") => ofType(stage, "AWS::DynamoDB::Table").map((table) => table.Properties.TableName);
  assert.deepEqual(names("prod"), [TABLES.trips.name, TABLES.search.name]);
  assert.deepEqual(names("dev"), Object.values(TABLES).map((table) => `${table.name}-dev`));
  template("prod").hasResource("AWS::DynamoDB::Table", {
    DeletionPolicy: "RetainExceptOnCreate",
    UpdateReplacePolicy: "Retain",
    Properties: {
      TableName: TABLES.trips.name,
      StreamSpecification: { StreamViewType: "NEW_AND_OLD_IMAGES" },
      TimeToLiveSpecification: { AttributeName: "expires_at", Enabled: true },
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
      SSESpecification: { SSEEnabled: true },
      DeletionProtectionEnabled: true,
    },
  });
});

test("production's tables and their indexes name the keys that are throttled", () => {
  const tables = ofType("prod", "AWS::DynamoDB::Table").map((table) => table.Properties);
  for (const one of tables.flatMap((table) => [table, ...table.GlobalSecondaryIndexes])) {
    assert.deepEqual(one.ContributorInsightsSpecification, { Enabled: true, Mode: "THROTTLED_KEYS" });
  }
  assert.doesNotMatch(JSON.stringify(ofType("staging", "AWS::DynamoDB::Table")), /ContributorInsights/);
});

for (const [consumer, pattern, hours] of [
  ["Dispatcher", { eventName: ["INSERT"], dynamodb: { Keys: { SK: { S: [{ prefix: "OUTBOX#" }] } } } }, 6],
  ["Projector", { dynamodb: { Keys: { SK: { S: ["METADATA"] } } } }, 23],
] as const) {
  test(`the ${consumer} consumes the stream by its alias, waits out outages and keeps what it gives up`, () => {
    const [, mapping] = resources("prod").find(([id, { Type }]) => Type === "AWS::Lambda::EventSourceMapping" && id.includes(consumer)) ?? assert.fail();
    const { FunctionName, FilterCriteria, DestinationConfig, ...rest } = mapping.Properties;
    assert.match(JSON.stringify(FunctionName), /:live/);
    assert.deepEqual(FilterCriteria.Filters.map((filter: { Pattern: string }) => JSON.parse(filter.Pattern)), [pattern]);
    assert.match(JSON.stringify(DestinationConfig.OnFailure.Destination), /GivenUp/);
    assert.deepEqual(
      [rest.BatchSize, rest.MaximumBatchingWindowInSeconds, rest.MaximumRetryAttempts, rest.MaximumRecordAgeInSeconds, rest.BisectBatchOnFunctionError, rest.StartingPosition, rest.ParallelizationFactor],
      [100, 0, -1, hours * 3_600, true, "TRIM_HORIZON", 1],
    );
    assert.deepEqual(rest.FunctionResponseTypes, ["ReportBatchItemFailures"]);
    assert.deepEqual(rest.MetricsConfig, { Metrics: ["EventCount"] });
  });
}

test("every function runs on arm64 with the handler that selects its operation, inside its task's time", () => {
  for (const key of FUNCTION_KEYS) {
    const { handler, timeoutSeconds, binary } = FUNCTIONS[key];
    template("prod").hasResourceProperties("AWS::Lambda::Function", {
      FunctionName: `trip-saga-${FUNCTIONS[key].name}`, Handler: handler, Runtime: "provided.al2023", Architectures: ["arm64"],
    });
    if (binary === "saga") assert.ok(timeoutSeconds + 10 <= TASK_TIMEOUT_SECONDS, key);
  }
});

test("a sweep ends before the next one begins", () => {
  template("dev").hasResourceProperties("AWS::Events::Rule", { ScheduleExpression: "rate(1 minute)" });
  assert.ok(FUNCTIONS.sweeper.timeoutSeconds < 60);
});

test("state machines find every name that their files leave open, and trace and log themselves", () => {
  for (const machine of ofType("prod", "AWS::StepFunctions::StateMachine")) {
    const { DefinitionString, DefinitionSubstitutions, TracingConfiguration, LoggingConfiguration } = machine.Properties;
    const open = new Set([...DefinitionString.matchAll(/\$\{(\w+)\}/g)].map(([, name]) => name));
    assert.deepEqual(Object.keys(DefinitionSubstitutions).sort(), [...open].sort());
    assert.deepEqual([TracingConfiguration.Enabled, LoggingConfiguration.Level, LoggingConfiguration.IncludeExecutionData], [true, "ALL", false]);
  }
});

test("a booking is admitted by a workflow that the gateway waits for, which looks at the trip's own record", () => {
  const machines = ofType("prod", "AWS::StepFunctions::StateMachine").filter((one) => one.Properties.StateMachineType === "EXPRESS");
  const [admission] = machines.map((one) => one.Properties);
  assert.equal(admission?.StateMachineName, "trip-admission");
  const { States } = JSON.parse(admission?.DefinitionString);
  const starts = Object.values<any>(States).filter((state) => state.Resource === "${AwsSdkSfnStartExecution}");
  assert.equal(starts.length, 2);
  for (const { Catch } of starts) assert.deepEqual(Catch.map((one: any) => [one.ErrorEquals, one.Next]), [[["Sfn.ExecutionAlreadyExistsException"], "TripExists"]]);
  assert.deepEqual([States.TripExists.Error, States.TripExists.CausePath], ["TripExists", "$.trip_id"]);
});

test("a booking comes from the gateway itself, as JSON of the generated shape only", () => {
  template("prod").hasResourceProperties("AWS::ApiGateway::Method", {
    HttpMethod: "POST",
    AuthorizationType: "COGNITO_USER_POOLS",
    RequestModels: Match.objectLike({ "application/json": Match.anyValue() }),
    RequestValidatorId: Match.anyValue(),
    Integration: { Type: "AWS", PassthroughBehavior: "NEVER" },
  });
});

test("every gateway response is a problem whose code has a page", () => {
  for (const { Properties } of ofType("prod", "AWS::ApiGateway::GatewayResponse")) {
    const problem = JSON.parse(Properties.ResponseTemplates["application/json"]);
    assert.equal(String(problem.status), Properties.StatusCode);
    assert.ok(existsSync(join(__dirname, `../../docs/errors/${problem.code}.md`)), problem.code);
    assert.equal(problem.type, `/$context.stage/docs/errors/${problem.code}`);
    assert.equal(Properties.ResponseParameters["gatewayresponse.header.Content-Type"], "'application/problem+json'");
  }
});

test("API Gateway finds the log that it writes errors to, so that it makes none without an end", () => {
  const [api] = resources("prod").find(([, { Type }]) => Type === "AWS::ApiGateway::RestApi") ?? assert.fail();
  const [, stage] = resources("prod").find(([, { Type }]) => Type === "AWS::ApiGateway::Stage") ?? assert.fail();
  const name = { "Fn::Join": ["", ["API-Gateway-Execution-Logs_", { Ref: api }, `/${stage.Properties.StageName}`]] };
  const logs = template("prod").findResources("AWS::Logs::LogGroup", { Properties: { LogGroupName: name, RetentionInDays: 90 } });
  assert.ok(stage.DependsOn?.includes(Object.keys(logs)[0] ?? "none"), JSON.stringify(stage.DependsOn));
});

test("every log ends, every queue and bucket takes TLS only, everything is tagged with its stage", () => {
  for (const log of ofType("prod", "AWS::Logs::LogGroup")) assert.equal(log.Properties.RetentionInDays, 90);
  const policies = [...ofType("prod", "AWS::SQS::QueuePolicy"), ...ofType("prod", "AWS::S3::BucketPolicy"), ...ofType("prod", "AWS::SNS::TopicPolicy")];
  assert.equal(policies.length, 4);
  for (const policy of policies) assert.match(JSON.stringify(policy), /aws:SecureTransport/);
  for (const fn of ofType("prod", "AWS::Lambda::Function")) assert.ok(fn.Properties.Tags.some((tag: { Value: string }) => tag.Value === "prod"));
});
