// The README's prices are the formula's, and what the formula counts is what the template has.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { STANDING, table } from "../lib/costs";
import { STAGES } from "../lib/settings";
import { ofType } from "./stack";

test("the README's prices are what the formula gives", () => {
  const readme = readFileSync(join(__dirname, "../README.md"), "utf8");
  assert.ok(readme.includes(table()), `the README should say:\n${table()}`);
});

test("what is paid for every month is what stands there", () => {
  const watched = ofType("prod", "AWS::CloudWatch::Alarm").map(({ Properties }) => Properties.Metrics?.filter((one: any) => one.MetricStat).length ?? 1);
  const counted = {
    alarmMetric: watched.reduce((total, metrics) => total + metrics, 0),
    secret: ofType("prod", "AWS::SecretsManager::Secret").length,
    dashboard: ofType("prod", "AWS::CloudWatch::Dashboard").length,
    metric: GAUGES.length + 6 * ofType("prod", "AWS::Lambda::EventSourceMapping").length,
    insightRule: 2 * JSON.stringify(ofType("prod", "AWS::DynamoDB::Table")).split('"THROTTLED_KEYS"').slice(1).length,
  };
  assert.deepEqual(counted, STANDING);
});

/** What the sweeper tells whether anything happened or not. */
const GAUGES = [...readFileSync(join(__dirname, "../../dispatcher/src/sweeper/backlog.rs"), "utf8").matchAll(/metrics::gauge\w*\(/g)];

/** What is paid for by the month, or by the hour, whether it is used or not. */
const RENTED = ["AWS::KMS::Key", "AWS::EC2::NatGateway", "AWS::EC2::VPCEndpoint", "AWS::WAFv2::WebACL", "AWS::CloudWatch::InsightRule", "AWS::ApiGateway::UsagePlan", "AWS::Synthetics::Canary"];

test("nothing else is rented, and no stage pays for what nobody looks at", () => {
  for (const stage of STAGES) {
    assert.deepEqual(RENTED.filter((type) => ofType(stage, type).length > 0), []);
    const [api] = ofType(stage, "AWS::ApiGateway::Stage");
    for (const settings of api?.Properties.MethodSettings) assert.equal(settings.MetricsEnabled, false, "each method's metrics are paid for one by one");
    assert.equal(api?.Properties.CacheClusterEnabled, undefined);
    for (const fn of ofType(stage, "AWS::Lambda::Alias")) assert.equal(fn.Properties.ProvisionedConcurrencyConfig, undefined);
  }
  assert.deepEqual(ofType("prod", "AWS::SQS::Queue").length, 2, "failed sweeps and notes; production has no example subscriber");
});
