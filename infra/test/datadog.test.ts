// What goes to Datadog when an installation asks for it, what never does, and that nothing does
// otherwise.

import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { Architecture } from "aws-cdk-lib/aws-lambda";
import { Match, Template } from "aws-cdk-lib/assertions";
import { documents } from "../lib/datadog/documents";
import { EXTENSION_VERSION } from "../lib/datadog/functions";
import { datadogSettings, SITES } from "../lib/datadog/settings";
import { FUNCTION_KEYS, FUNCTIONS } from "../lib/functions/catalogue";
import { alarmsOf } from "../lib/observability/alarms";
import { Settings, STAGES } from "../lib/settings";
import { TripSagaStack } from "../lib/stack";
import { application, DATADOG, ofType, resources, template } from "./stack";

const ON = "prod-datadog";
const functions = () => ofType(ON, "AWS::Lambda::Function").map((fn) => fn.Properties);
const list = <T>(value: T | T[]): T[] => (Array.isArray(value) ? value : [value]);

for (const stage of STAGES) {
  test(`${stage}: nothing of Datadog is in the template unless it is asked for`, () => {
    const [trace] = JSON.stringify(template(stage).toJSON()).match(/datadog|"DD_\w+|"OTEL_\w+|firehose/i) ?? [];
    assert.equal(trace, undefined);
  });
}

test("Datadog changes no table, no definition, no log, no alarm and no route", () => {
  for (const type of ["DynamoDB::Table", "CloudWatch::Alarm", "Lambda::EventSourceMapping", "Events::Rule", "ApiGateway::Method"]) {
    assert.deepEqual(ofType(ON, `AWS::${type}`), ofType("prod", `AWS::${type}`), type);
  }
});

for (const key of FUNCTION_KEYS) {
  const { name, handler } = FUNCTIONS[key];
  test(`${name} keeps its handler and its settings, and has the extension beside it`, () => {
    const of = (all: Record<string, any>[]) => all.find((fn) => fn.FunctionName === `trip-saga-${name}`) ?? assert.fail(name);
    const [fn, plain] = [of(functions()), of(ofType("prod", "AWS::Lambda::Function").map((one) => one.Properties))];
    assert.deepEqual([fn.Handler, fn.Code, fn.MemorySize, fn.Timeout], [handler, plain.Code, plain.MemorySize, plain.Timeout]);
    assert.equal(fn.Layers.length, 1);
    assert.match(JSON.stringify(fn.Layers), new RegExp(`:464622532012:layer:Datadog-Extension-ARM:${EXTENSION_VERSION}"`));
    const { DD_CAPTURE_LAMBDA_PAYLOAD, DD_LAMBDA_HANDLER, AWS_LAMBDA_EXEC_WRAPPER, ...variables } = fn.Environment.Variables;
    assert.deepEqual([DD_CAPTURE_LAMBDA_PAYLOAD, DD_LAMBDA_HANDLER, AWS_LAMBDA_EXEC_WRAPPER], ["false", undefined, undefined]);
    assert.deepEqual({ ...variables, ...SENT, ...plain.Environment.Variables }, variables);
  });
}

/** What the extension and the functions are told. */
const SENT = {
  DD_API_KEY_SECRET_ARN: DATADOG.apiKeySecretArn,
  DD_SITE: "datadoghq.eu",
  DD_ENV: "prod",
  DD_SERVICE: "trip-saga",
  DD_SERVERLESS_LOGS_ENABLED: "true",
  DD_OTLP_CONFIG_RECEIVER_PROTOCOLS_HTTP_ENDPOINT: "localhost:4318",
  OTEL_EXPORTER_OTLP_ENDPOINT: "http://localhost:4318",
  OTEL_SERVICE_NAME: "trip-saga",
  OTEL_PROPAGATORS: "datadog",
};

test("the extension is of the functions' architecture", () => {
  const settings = new Settings("dev", Architecture.X86_64, undefined, undefined, undefined, undefined, DATADOG);
  const made = Template.fromStack(new TripSagaStack(application(), "TripSaga-dev", { settings }));
  const layers = Object.values(made.findResources("AWS::Lambda::Function")).map((fn) => JSON.stringify(fn.Properties.Layers));
  for (const layer of layers) assert.match(layer, /:layer:Datadog-Extension:\d+"/);
});

test("each function may read the key's value and nothing else of any secret", () => {
  const policies = ofType(ON, "AWS::IAM::Policy").filter((policy) => policy.Properties.PolicyName.startsWith("Functions"));
  assert.equal(policies.length, FUNCTION_KEYS.length);
  for (const { Properties } of policies) {
    const secret = Properties.PolicyDocument.Statement.filter((one: any) => JSON.stringify(one.Action).includes("secretsmanager"));
    assert.deepEqual(secret, [{ Action: "secretsmanager:GetSecretValue", Effect: "Allow", Resource: DATADOG.apiKeySecretArn }]);
  }
});

test("the key itself is in no template and no function's settings", () => {
  const texts = resources(ON).map(([id, resource]) => [id, JSON.stringify(resource)] as const);
  assert.deepEqual(texts.filter(([, text]) => text.includes("{{resolve:secretsmanager:arn")).map(([id]) => id.replace(/[0-9A-F]{8}$/, "")), ["DatadogIntakeApiKey"]);
  assert.doesNotMatch(JSON.stringify(functions()), /DD_API_KEY"|resolve:secretsmanager:arn/);
});

test("state machines ask for traces, log no data, and gain no right", () => {
  const ofTheSaga = (installation: "prod" | typeof ON) => {
    const all = ofType(installation, "AWS::StepFunctions::StateMachine").map((one) => one.Properties);
    return all.filter((machine) => machine.StateMachineType === "STANDARD");
  };
  const [machines, plain] = [ofTheSaga(ON), ofTheSaga("prod")];
  assert.equal(machines.length, 2);
  machines.forEach(({ Tags, ...machine }, index) => {
    const { Tags: before, ...without } = plain[index] ?? assert.fail();
    assert.deepEqual(machine, without);
    assert.equal(machine.LoggingConfiguration.IncludeExecutionData, false);
    const added = Tags.filter((tag: any) => !before.some((one: any) => one.Key === tag.Key));
    assert.deepEqual(Object.fromEntries(added.map((tag: any) => [tag.Key, tag.Value])), { DD_TRACE_ENABLED: "true", env: "prod", service: "trip-saga" });
  });
  const rights = (installation: "prod" | typeof ON) => ofType(installation, "AWS::IAM::Policy").filter((policy) => policy.Properties.PolicyName.startsWith("Orchestration"));
  assert.deepEqual(rights(ON), rights("prod"));
});

test("only the state machines' logs are subscribed to: no event's detail and no access log leaves", () => {
  const filters = ofType(ON, "AWS::Logs::SubscriptionFilter").map((filter) => filter.Properties);
  assert.deepEqual(filters.map((filter) => filter.LogGroupName.Ref.replace(/[0-9A-F]{8}$/, "")).sort(), ["OrchestrationBookingLogs", "OrchestrationCompensationLogs"]);
  for (const filter of filters) assert.match(JSON.stringify(filter.DestinationArn), /DatadogIntakeLogs/);
});

test("metrics are streamed of the product's own services and counts, with the percentile that an alarm stands on", () => {
  template(ON).hasResourceProperties("AWS::CloudWatch::MetricStream", {
    OutputFormat: "opentelemetry1.0",
    IncludeFilters: ["AWS/ApiGateway", "AWS/DynamoDB", "AWS/Events", "AWS/Lambda", "AWS/SQS", "AWS/States", "TripSaga", "TripSaga/prod"].map((Namespace) => ({ Namespace })),
    StatisticsConfigurations: [{ AdditionalStatistics: ["p99"], IncludeMetrics: [{ Namespace: "AWS/ApiGateway", MetricName: "Latency" }] }],
  });
});

test("what Datadog does not take within a minute is kept for a month, encrypted and by TLS only", () => {
  const streams = ofType(ON, "AWS::KinesisFirehose::DeliveryStream").map((stream) => stream.Properties);
  const urls = streams.map((stream) => stream.HttpEndpointDestinationConfiguration.EndpointConfiguration);
  assert.deepEqual(urls, [{ Url: "https://awsmetrics-intake.datadoghq.eu/v1/input" }, { Url: "https://aws-kinesis-http-intake.logs.datadoghq.eu/v1/input" }]);
  for (const stream of streams) {
    const { RetryOptions, S3BackupMode, SecretsManagerConfiguration } = stream.HttpEndpointDestinationConfiguration;
    assert.deepEqual([RetryOptions.DurationInSeconds, S3BackupMode, SecretsManagerConfiguration.Enabled], [60, "FailedDataOnly", true]);
    assert.equal(stream.DeliveryStreamEncryptionConfigurationInput.KeyType, "AWS_OWNED_CMK");
  }
  const lifecycle = { Rules: [Match.objectLike({ ExpirationInDays: 30 })] };
  template(ON).hasResourceProperties("AWS::S3::Bucket", { BucketEncryption: Match.anyValue(), PublicAccessBlockConfiguration: Match.anyValue(), LifecycleConfiguration: lifecycle });
  const policies = ofType(ON, "AWS::S3::BucketPolicy");
  assert.equal(policies.length, ofType(ON, "AWS::S3::Bucket").length);
  for (const policy of policies) assert.match(JSON.stringify(policy), /aws:SecureTransport/);
  for (const log of ofType(ON, "AWS::Logs::LogGroup")) assert.equal(log.Properties.RetentionInDays, 90);
});

test("each role beside the product's can do one thing", () => {
  const policies = ofType(ON, "AWS::IAM::Policy").filter((policy) => policy.Properties.PolicyName.startsWith("Datadog"));
  const actions = policies.map(({ Properties }) => Properties.PolicyDocument.Statement.flatMap((one: any) => list(one.Action)).join(" "));
  const put = "firehose:PutRecord firehose:PutRecordBatch";
  const deliver = "secretsmanager:GetSecretValue s3:GetBucketLocation s3:ListBucket s3:ListBucketMultipartUploads s3:AbortMultipartUpload s3:PutObject logs:PutLogEvents";
  assert.deepEqual(actions, [deliver, deliver, put, put, put]);
});

test("the site and the secret are checked when they are given", () => {
  const { apiKeySecretArn } = DATADOG;
  assert.equal(datadogSettings(undefined, undefined), undefined);
  assert.deepEqual(datadogSettings(apiKeySecretArn, undefined), { apiKeySecretArn, site: "datadoghq.com", asCode: false });
  for (const site of Object.keys(SITES)) assert.equal(datadogSettings(apiKeySecretArn, site)?.site, site);
  for (const site of ["datadog.com", "DATADOGHQ.COM", "toString", "us3.datadoghq.com"]) assert.throws(() => datadogSettings(apiKeySecretArn, site), /datadogSite is one of/);
  for (const arn of ["datadog", "arn:aws:secretsmanager:eu-west-1:111122223333:secret:datadog"]) assert.throws(() => datadogSettings(arn, undefined), /whole ARN/);
  assert.throws(() => datadogSettings(apiKeySecretArn.replace("arn:aws:", "arn:aws-us-gov:"), undefined), /is in aws-us-gov: leave it out/);
  assert.throws(() => datadogSettings(undefined, "datadoghq.eu"), /both or neither/);
});

test("the settings are read from the context", () => {
  const app = application({ datadogApiKeySecretArn: DATADOG.apiKeySecretArn, datadogSite: "us5.datadoghq.com" });
  assert.deepEqual(Settings.fromContext(app.node).datadog, { apiKeySecretArn: DATADOG.apiKeySecretArn, site: "us5.datadoghq.com", asCode: false });
});

test("monitors and dashboards are those that the list of alarms gives", () => {
  const folder = join(__dirname, "../datadog");
  assert.deepEqual(readdirSync(folder).sort(), documents().map(([file]) => file).sort());
  for (const [file, text] of documents()) assert.equal(readFileSync(join(folder, file), "utf8"), text, `npm run datadog writes ${file}`);
});

test("every alarm is a monitor with its threshold", () => {
  const [, text] = documents().find(([file]) => file === "monitors-prod.json") ?? assert.fail();
  const monitors = new Map(JSON.parse(text).map((monitor: any) => [monitor.name.split(": ")[1], monitor]));
  assert.equal(monitors.size, alarmsOf(new Settings("prod")).length);
  for (const { id, threshold, means, act, inSilence } of alarmsOf(new Settings("prod"))) {
    const monitor: any = monitors.get(id);
    for (const words of [means, act]) assert.ok(monitor.message.includes(words), id);
    if (inSilence) continue;
    assert.ok(monitor.query.endsWith(` >= ${threshold}`), id);
    assert.equal(monitor.options.thresholds.critical, threshold);
  }
});

test("a monitor of silence rises where there is no value, and at none", () => {
  const [, text] = documents().find(([file]) => file === "monitors-prod.json") ?? assert.fail();
  const { query, options } = JSON.parse(text).find((monitor: any) => monitor.name.endsWith(": SweeperSilent"));
  assert.equal(query, "max(last_5m):max:tripsaga.OldestPendingEventSeconds{function:trip-saga-outbox-sweeper} < 0");
  assert.deepEqual([options.thresholds, options.notify_no_data, options.no_data_timeframe], [{ critical: 0 }, true, 15]);
});

/** What the types of Datadog's publisher take, in the versions 4.9.0 and 2.1.0 of their schemas. */
const MONITOR = ["Message", "Name", "Options", "Query", "Tags", "Type"];
const OPTIONS = ["EvaluationDelay", "IncludeTags", "NoDataTimeframe", "NotifyNoData", "RequireFullWindow", "Thresholds"];

test("where the account has an application key, the stack makes the monitors and the dashboard of the documents", () => {
  const text = (name: string) => JSON.parse(documents().find(([file]) => file === name)?.[1] ?? assert.fail(name));
  const made = ofType(ON, "Datadog::Monitors::Monitor").map((one) => one.Properties);
  const spelled = (members: object): object => Object.fromEntries(Object.entries(members).map(([name, value]) => [
    name.replace(/(?<=.)[A-Z]/g, (capital) => `_${capital}`).toLowerCase(),
    typeof value === "object" && !Array.isArray(value) ? spelled(value) : value,
  ]));
  assert.deepEqual(made.map(spelled), text("monitors-prod.json"));
  for (const { Options, ...monitor } of made) {
    assert.deepEqual(Object.keys({ ...monitor, Options }).sort(), MONITOR);
    for (const name of Object.keys(Options)) assert.ok(OPTIONS.includes(name), name);
    assert.deepEqual(Object.keys(Options.Thresholds), ["Critical"]);
  }
  const [board, ...more] = ofType(ON, "Datadog::Dashboards::Dashboard");
  assert.deepEqual([JSON.parse(board?.Properties.DashboardDefinition), more], [text("dashboard-prod.json"), []]);
});

test("monitors without telemetry are refused", () => {
  assert.throws(() => datadogSettings(undefined, undefined, true), /datadogAsCode without datadogApiKeySecretArn/);
});

test("the dashboard begins with the business figures, by the lines that CloudWatch's metrics count", () => {
  const dashboard = JSON.parse(documents().find(([file]) => file === "dashboard-staging.json")?.[1] ?? assert.fail());
  const figures = dashboard.widgets.slice(0, 2).map(({ definition }: any) => [definition.title, definition.requests[0].queries[0].search.query]);
  assert.deepEqual(figures, [
    ["trip.booking.completed", "env:staging ((@execution_arn:*\\:trip-booking-staging\\:* @type:ExecutionSucceeded))"],
    [
      "trip.compensation.triggered",
      "env:staging ((@execution_arn:*\\:trip-booking-staging\\:* @type:TaskStateEntered @details.name:CancelFlight) OR " +
        "(@execution_arn:*\\:trip-compensation-staging\\:* @type:ExecutionStarted))",
    ],
  ]);
  const filters = ofType("staging", "AWS::Logs::MetricFilter").map((filter) => filter.Properties);
  const counted = (name: string) => filters.filter((filter) => filter.MetricTransformations[0].MetricName === name).map((filter) => filter.FilterPattern);
  assert.deepEqual(counted("trip.booking.completed"), ['{ $.type = "ExecutionSucceeded" }']);
  assert.deepEqual(counted("trip.compensation.triggered"), [
    '{ ($.type = "TaskStateEntered") && ($.details.name = "CancelFlight") }',
    '{ $.type = "ExecutionStarted" }',
  ]);
});

test("names that CloudFormation makes begin as the queries expect", () => {
  const named = resources("staging").filter(([, { Type }]) => Type === "AWS::SQS::Queue" || Type === "AWS::Events::Rule");
  const ids = named.map(([id]) => `TripSaga-staging-${id}`.toLowerCase());
  const [, text] = documents().find(([file]) => file === "monitors-staging.json") ?? assert.fail();
  const prefixes = [...text.matchAll(/name:(tripsaga-[\w-]+)\*/g)].map(([, prefix]) => prefix ?? "");
  assert.equal(prefixes.length, 6);
  for (const prefix of prefixes) assert.equal(ids.filter((id) => id.startsWith(prefix)).length, 1, prefix);
});
