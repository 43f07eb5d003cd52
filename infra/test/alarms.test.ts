// What wakes an operator: the alarms, whom they tell, and what the README says to do about each.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { Match } from "aws-cdk-lib/assertions";
import { ALARMS, alarmsOf, runbook } from "../lib/observability/alarms";
import { FUNCTION_KEYS } from "../lib/functions/catalogue";
import { Settings } from "../lib/settings";
import { ofType, template } from "./stack";

const PREFIX = "trip-saga-";
const alarms = ofType("prod", "AWS::CloudWatch::Alarm").map((alarm) => alarm.Properties);
const named = (id: string) => alarms.find((alarm) => alarm.AlarmName === `${PREFIX}${id}`) ?? assert.fail(id);

/** What is told with every sweep, and raises an alarm where two periods bring no sample of it. */
const SILENCES: Record<string, string> = { SweeperSilent: "OldestPendingEventSeconds" };

/** What raises each other alarm: the figure, its statistic of five minutes, and from which value on. */
const RAISED_BY: Record<string, readonly [figure: string, statistic: string, threshold: number]> = {
  OldestPendingEvent: ["OldestPendingEventSeconds", "Maximum", 900],
  SweepIncomplete: ["SweepsLeftIncomplete", "Sum", 3],
  SweepsFailed: ["ApproximateNumberOfMessagesVisible", "Maximum", 3],
  MarksRefused: ["FILL(m1, 0) + FILL(m2, 0)", "MarksRefused MarksRefused", 1],
  StreamWithoutImages: ["FILL(m1, 0) + FILL(m2, 0)", "StreamsWithoutImages StreamsWithoutImages", 1],
  ParkedEvents: ["ParkedEventsNow", "Maximum", 1],
  DispatcherAge: ["IteratorAge", "Maximum", 900_000],
  ProjectorAge: ["IteratorAge", "Maximum", 900_000],
  OnFailureObjects: ["MatchedEvents", "Sum", 1],
  ViewDrift: ["FILL(m1, 0) + FILL(m2, 0)", "RowsSetAside RecordsUnreadable", 1],
  ExhaustedCompensations: ["MAX([0, FILL(whole, 0) - FILL(part, 0)]) + FILL(m1, 0)", "BookingExecutionsFailed BookingExecutionsRefused ExecutionsFailed", 1],
  SagasAborted: ["FILL(m1, 0) + FILL(m2, 0)", "ExecutionsAborted ExecutionsTimedOut", 1],
  ApiFaults: ["5XXError", "Sum", 5],
  ApiLatency: ["Latency", "p99", 3000],
};

for (const [id, expected] of Object.entries(RAISED_BY)) {
  test(`${id} rises at ${expected[2]} of ${expected[0]}`, () => {
    const alarm = named(id);
    const [math, ...terms] = alarm.Metrics ?? [];
    const figure = math?.Expression ?? alarm.MetricName;
    const statistic = math ? terms.map((term: any) => term.MetricStat.Metric.MetricName).join(" ") : (alarm.Statistic ?? alarm.ExtendedStatistic);
    assert.deepEqual([figure, statistic, alarm.Threshold], expected);
    assert.equal(alarm.ComparisonOperator, "GreaterThanOrEqualToThreshold");
    assert.equal(math ? terms[0].MetricStat.Period : alarm.Period, 300);
    assert.equal(alarm.TreatMissingData, "notBreaching");
  });
}

for (const [id, figure] of Object.entries(SILENCES)) {
  test(`${id} rises when ten minutes bring no ${figure}, though nothing else is wrong`, () => {
    const { MetricName, Statistic, Period, EvaluationPeriods, Threshold, ComparisonOperator, TreatMissingData } = named(id);
    assert.deepEqual([MetricName, Statistic, Period, EvaluationPeriods], [figure, "SampleCount", 300, 2]);
    assert.deepEqual([ComparisonOperator, Threshold, TreatMissingData], ["LessThanThreshold", 1, "breaching"]);
  });
}

test("no alarm is missing from the table, and each stands on the dashboard", () => {
  const expected = alarmsOf(new Settings("prod"));
  assert.deepEqual(alarmsOf(new Settings("staging")), ALARMS);
  assert.deepEqual(expected.map((alarm) => alarm.id).sort(), [...Object.keys(RAISED_BY), ...Object.keys(SILENCES)].sort());
  assert.equal(alarms.length, expected.length + FUNCTION_KEYS.length);
  const [dashboard] = ofType("prod", "AWS::CloudWatch::Dashboard");
  const body = JSON.stringify(dashboard?.Properties.DashboardBody);
  for (const mapping of ofType("prod", "AWS::Lambda::EventSourceMapping")) assert.ok(mapping.Properties.MetricsConfig);
  for (const name of ["PolledEventCount", "DroppedEventCount"]) assert.equal(body.split(name).length - 1, 2, `a graph of each mapping's ${name}`);
  for (const { id } of expected) assert.ok(body.includes(`\\"title\\":\\"${id}\\"`), id);
});

test("every alarm tells the topic when it rises and when it is over", () => {
  for (const alarm of alarms) assert.deepEqual([alarm.AlarmActions.length, alarm.OKActions], [1, alarm.AlarmActions]);
});

test("a release goes back at the third fault of a minute that is not a refusal", () => {
  for (const alarm of alarms.filter((alarm) => alarm.AlarmName.startsWith(`${PREFIX}release-`))) {
    assert.deepEqual([alarm.Threshold, alarm.ComparisonOperator], [2, "GreaterThanThreshold"]);
    assert.match(JSON.stringify(alarm.Metrics), /Refusals-/);
  }
});

test("CloudWatch and EventBridge may publish to the topic, which has no key that would keep them out", () => {
  const service = (name: string) => Match.objectLike({ Effect: "Allow", Principal: { Service: name } });
  const both = Match.arrayWith([service("cloudwatch.amazonaws.com"), service("events.amazonaws.com")]);
  template("prod").hasResourceProperties("AWS::SNS::Topic", { KmsMasterKeyId: Match.absent() });
  template("prod").hasResourceProperties("AWS::SNS::TopicPolicy", { PolicyDocument: { Statement: both } });
});

test("the README says of every alarm what to do", () => {
  const readme = readFileSync(join(__dirname, "../README.md"), "utf8");
  assert.ok(readme.includes(runbook()), `the README should say:\n${runbook()}`);
});
