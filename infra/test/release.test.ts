// How a release reaches the functions, and what sends it back.

import assert from "node:assert/strict";
import { test } from "node:test";
import { Template } from "aws-cdk-lib/assertions";
import { FUNCTION_KEYS, FUNCTIONS } from "../lib/functions/catalogue";
import type { FunctionKey } from "../lib/functions/catalogue";
import { Settings } from "../lib/settings";
import { TripSagaStack } from "../lib/stack";
import { application, resources } from "./stack";
import type { Resource } from "./stack";

const RARE: readonly FunctionKey[] = ["flightCancel", "hotelCancel", "paymentRefund", "tripCancel", "tripNote", "sweeper"];
const prod = resources("prod");
const ofType = (type: string, all = prod) => all.filter(([, one]) => one.Type === type).map(([, one]) => one.Properties);
const named = (key: FunctionKey) => `trip-saga-${FUNCTIONS[key].name}`;

function group(key: FunctionKey, all?: [string, Resource][]): Record<string, any> {
  const suffix = JSON.stringify(named(key)).replaceAll('"', "");
  const ids = (all ?? prod).filter(([, one]) => one.Type === "AWS::Lambda::Function" && one.Properties.FunctionName.startsWith(suffix)).map(([id]) => id);
  const groups = ofType("AWS::CodeDeploy::DeploymentGroup", all);
  return groups.find((one) => ids.includes(one.DeploymentGroupName.Ref)) ?? assert.fail(key);
}

const alarm = (key: FunctionKey) => ofType("AWS::CloudWatch::Alarm").find((one) => one.AlarmName === named(key).replace("trip-saga-", "trip-saga-release-")) ?? assert.fail(key);

test("no group ends before its alarm could have risen, for CodeDeploy watches only while it shifts", () => {
  const [most] = ofType("AWS::CodeDeploy::DeploymentConfig");
  const { Type, TimeBasedCanary } = most?.TrafficRoutingConfig ?? assert.fail();
  assert.deepEqual([Type, TimeBasedCanary], ["TimeBasedCanary", { CanaryPercentage: 90, CanaryInterval: 10 }]);
  for (const key of FUNCTION_KEYS) {
    const { DeploymentConfigName, AlarmConfiguration, AutoRollbackConfiguration } = group(key);
    const isRare = RARE.includes(key);
    assert.match(JSON.stringify(DeploymentConfigName), isRare ? /DeploymentMostAtOnce/ : /LambdaCanary10Percent5Minutes/, key);
    const watchedFor = isRare ? TimeBasedCanary.CanaryInterval : 5;
    // The count comes up to a minute late.
    assert.ok(alarm(key).DatapointsToAlarm + 1 < watchedFor, key);
    assert.equal(AlarmConfiguration.Alarms.length, 1);
    assert.deepEqual(AutoRollbackConfiguration, { Enabled: true, Events: ["DEPLOYMENT_FAILURE", "DEPLOYMENT_STOP_ON_REQUEST", "DEPLOYMENT_STOP_ON_ALARM"] });
  }
});

test("what is called all the time can be released by a tenth every minute instead", () => {
  const app = application({ releaseShift: "linear" });
  const made = Template.fromStack(new TripSagaStack(app, "TripSaga-dev", { settings: Settings.fromContext(app.node) }));
  const all = Object.entries(made.toJSON().Resources as Record<string, Resource>);
  for (const key of FUNCTION_KEYS) {
    const expected = RARE.includes(key) ? /DeploymentMostAtOnce/ : /LambdaLinear10PercentEvery1Minute/;
    assert.match(JSON.stringify(group(key, all).DeploymentConfigName), expected, key);
  }
});

test("a release goes back at faults in two minutes, three each where calls are many", () => {
  for (const key of FUNCTION_KEYS) {
    const { Namespace, MetricName, Period, Statistic, Threshold, ComparisonOperator, DatapointsToAlarm, EvaluationPeriods, TreatMissingData } = alarm(key);
    assert.deepEqual([Namespace, MetricName, Period, Statistic], ["TripSaga/prod", `Faults-${FUNCTIONS[key].name}`, 60, "Sum"]);
    assert.deepEqual([ComparisonOperator, TreatMissingData], ["GreaterThanOrEqualToThreshold", "notBreaching"]);
    assert.deepEqual([Threshold, DatapointsToAlarm, EvaluationPeriods], RARE.includes(key) ? [1, 2, 5] : [3, 2, 3], key);
  }
});

test("a sweep that fails every time sends its release back, though there is one a minute", () => {
  assert.ok(alarm("sweeper").Threshold <= 1);
});

test("two versions of a stream's consumer get one batch of a shard after the other", () => {
  for (const mapping of ofType("AWS::Lambda::EventSourceMapping")) assert.equal(mapping.ParallelizationFactor, 1);
});
