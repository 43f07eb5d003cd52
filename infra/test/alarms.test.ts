// What wakes an operator: the alarms, whom they tell, and what the README says to do about each.

import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { Match } from "aws-cdk-lib/assertions";
import { ALARMS, alarmsOf, runbook, watched } from "../lib/observability/alarms";
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
  "MarksRefused-dispatcher": ["MarksRefused", "Sum", 1],
  "MarksRefused-sweeper": ["MarksRefused", "Sum", 1],
  "StreamWithoutImages-dispatcher": ["StreamsWithoutImages", "Sum", 1],
  "StreamWithoutImages-projector": ["StreamsWithoutImages", "Sum", 1],
  ParkedEvents: ["ParkedEventsNow", "Maximum", 1],
  DispatcherAge: ["IteratorAge", "Maximum", 900_000],
  ProjectorAge: ["IteratorAge", "Maximum", 900_000],
  OnFailureObjects: ["MatchedEvents", "Sum", 1],
  "ViewDrift-RowsSetAside": ["RowsSetAside", "Sum", 1],
  "ViewDrift-RecordsUnreadable": ["RecordsUnreadable", "Sum", 1],
  ExhaustedCompensations: ["MatchedEvents", "Sum", 1],
  "SagasAborted-ExecutionsAborted": ["ExecutionsAborted", "Sum", 1],
  "SagasAborted-ExecutionsTimedOut": ["ExecutionsTimedOut", "Sum", 1],
  NotesFailed: ["ApproximateNumberOfMessagesVisible", "Maximum", 1],
  ConsumerPaused: ["MatchedEvents", "Sum", 1],
  ApiFaults: ["5XXError", "Sum", 5],
  ApiLatency: ["Latency", "p99", 3000],
};

for (const [id, expected] of Object.entries(RAISED_BY)) {
  test(`${id} rises at ${expected[2]} of ${expected[0]}`, () => {
    const alarm = named(id);
    assert.deepEqual([alarm.MetricName, alarm.Statistic ?? alarm.ExtendedStatistic, alarm.Threshold], expected);
    assert.equal(alarm.ComparisonOperator, "GreaterThanOrEqualToThreshold");
    assert.deepEqual([alarm.Period, alarm.EvaluationPeriods, alarm.TreatMissingData], [300, 1, "notBreaching"]);
  });
}

test("no alarm stands on an expression, whose metrics may arrive one after the other", () => {
  for (const alarm of alarms) assert.equal(alarm.Metrics, undefined, alarm.AlarmName);
});

for (const [id, figure] of Object.entries(SILENCES)) {
  test(`${id} rises when ten minutes bring no ${figure}, though nothing else is wrong`, () => {
    const { MetricName, Statistic, Period, EvaluationPeriods, Threshold, ComparisonOperator, TreatMissingData } = named(id);
    assert.deepEqual([MetricName, Statistic, Period, EvaluationPeriods], [figure, "SampleCount", 300, 2]);
    assert.deepEqual([ComparisonOperator, Threshold, TreatMissingData], ["LessThanThreshold", 1, "breaching"]);
  });
}

test("no alarm is missing from the table, and each stands on the dashboard", () => {
  const expected = alarmsOf(new Settings("prod"));
  const ids = expected.flatMap((spec) => watched(spec).map(([id]) => id));
  assert.deepEqual(alarmsOf(new Settings("staging")), ALARMS);
  assert.deepEqual(ids.toSorted(), [...Object.keys(RAISED_BY), ...Object.keys(SILENCES)].sort());
  assert.equal(alarms.length, ids.length + FUNCTION_KEYS.length);
  const [dashboard] = ofType("prod", "AWS::CloudWatch::Dashboard");
  const body = JSON.stringify(dashboard?.Properties.DashboardBody);
  for (const mapping of ofType("prod", "AWS::Lambda::EventSourceMapping")) assert.ok(mapping.Properties.MetricsConfig);
  for (const name of ["PolledEventCount", "DroppedEventCount"]) assert.equal(body.split(name).length - 1, 2, `a graph of each mapping's ${name}`);
  for (const { id } of expected) assert.ok(body.includes(`\\"title\\":\\"${id}\\"`), id);
});

test("every alarm tells the topic when it rises and when it is over", () => {
  for (const alarm of alarms) assert.deepEqual([alarm.AlarmActions.length, alarm.OKActions], [1, alarm.AlarmActions]);
});

const ruleNamed = (description: string) =>
  ofType("prod", "AWS::Events::Rule").find(({ Properties }) => Properties.Description === description)?.Properties ?? assert.fail(description);
const exhausted = ruleNamed("A compensation used up its retries");

test("the rule that tells trips is the file that the local runtime reads, on the stack's machines", () => {
  const { EventPattern } = ruleNamed("An execution failed, was stopped or goes on");
  const file = readFileSync(join(__dirname, "../../saga/trip-note.pattern.json"), "utf8");
  const machine = (_: string, value: any) => {
    const id: string | undefined = value?.Ref;
    return id === undefined ? value : `\${${/^Orchestration(Booking|Compensation)/.exec(id)?.[1]}StateMachineArn}`;
  };
  assert.deepEqual(JSON.parse(JSON.stringify(EventPattern), machine), JSON.parse(file));
});

test("a compensation that gave up is told apart from a booking that was refused", () => {
  const { detail } = exhausted.EventPattern;
  const { States } = JSON.parse(readFileSync(join(__dirname, "../../saga/trip-booking.asl.json"), "utf8"));
  const refusals = Object.values<any>(States).filter((state) => state.Type === "Fail").map((state) => state.Error);
  assert.ok(refusals.length > 0 && refusals.every((error) => typeof error === "string"));
  assert.deepEqual(detail.status, ["FAILED"]);
  const machine = (way: any) => JSON.stringify(way.stateMachineArn).match(/Orchestration(Booking|Compensation)/)?.[1];
  assert.deepEqual(detail.$or.map((way: any) => [machine(way), way.error]), [
    ["Compensation", undefined],
    ["Booking", [{ "anything-but": refusals }]],
    ["Booking", [{ exists: false }]],
  ]);
});

test("a consumer that is paused is seen by what CloudTrail tells of the call", () => {
  const patterns = ofType("prod", "AWS::Events::Rule").map((rule) => rule.Properties.EventPattern);
  const { detail } = patterns.find((pattern) => pattern?.source?.[0] === "aws.lambda") ?? assert.fail();
  assert.deepEqual(detail.eventName, [{ prefix: "UpdateEventSourceMapping" }]);
  assert.deepEqual(detail.requestParameters.enabled, [false]);
  assert.deepEqual(detail.requestParameters.$or.map((way: any) => [Object.keys(way)[0], Object.values<any>(way)[0].length]), [["uUID", 2], ["uuid", 2]]);
});

test("the message about an execution names it, and repeats nothing of its input", () => {
  const [{ InputTransformer }] = exhausted.Targets;
  assert.deepEqual(InputTransformer.InputPathsMap, { "detail-executionArn": "$.detail.executionArn" });
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

test("every alarm has a runbook, and every runbook an alarm", () => {
  const pages = readdirSync(join(__dirname, "../../docs/runbooks")).map((file) => file.replace(/\.md$/, ""));
  assert.deepEqual(pages.sort(), ALARMS.map(({ id }) => id).sort());
});
