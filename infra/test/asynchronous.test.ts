// Invocations that nobody waits for: each has an end, and a place where it is seen that it failed.

import assert from "node:assert/strict";
import { test } from "node:test";
import { ofType, resources } from "./stack";

const all = new Map(resources("prod"));
const typeOf = (reference: any) => all.get(reference?.Ref ?? reference?.["Fn::GetAtt"]?.[0])?.Type ?? "";

interface Target {
  readonly Arn: any;
  readonly DeadLetterConfig?: any;
  readonly RetryPolicy?: { MaximumEventAgeInSeconds: number; MaximumRetryAttempts: number };
}

/** What rules and schedules hand to functions, directly or by an alias. */
const targets: Target[] = ofType("prod", "AWS::Events::Rule")
  .flatMap((rule) => rule.Properties.Targets as Target[])
  .filter((target) => typeOf(target.Arn).startsWith("AWS::Lambda::"));

/** How long each is tried, from the ids of the aliases. */
const PATIENCE: readonly (readonly [alias: RegExp, attempts: number, seconds: number])[] = [
  [/^FunctionsSweeper/, 0, 60],
  [/^FunctionsTripNote/, 2, 40 * 60],
];
const patienceOf = ({ Arn }: Target) => PATIENCE.find(([alias]) => alias.test(Arn.Ref))?.slice(1) ?? assert.fail(JSON.stringify(Arn));

/** The queues whose messages raise an alarm. */
const watched = ofType("prod", "AWS::CloudWatch::Alarm")
  .flatMap((alarm) => alarm.Properties.Dimensions ?? [])
  .filter((dimension) => dimension.Name === "QueueName")
  .map((dimension) => dimension.Value["Fn::GetAtt"][0]);

test("a rule that cannot start a function gives up soon, in a place that raises an alarm", () => {
  assert.equal(targets.length, PATIENCE.length);
  for (const target of targets) {
    const { DeadLetterConfig, RetryPolicy } = target;
    assert.deepEqual([RetryPolicy?.MaximumRetryAttempts, RetryPolicy?.MaximumEventAgeInSeconds], patienceOf(target));
    assert.ok(watched.includes(DeadLetterConfig.Arn["Fn::GetAtt"][0]));
  }
});

test("a function that a rule started gives up soon too, in a place that raises an alarm", () => {
  for (const target of targets) {
    const { Arn } = target;
    assert.equal(typeOf(Arn), "AWS::Lambda::Alias");
    // The qualifier is cut from the alias's ARN.
    const [config] = ofType("prod", "AWS::Lambda::EventInvokeConfig")
      .map((one) => one.Properties)
      .filter((one) => JSON.stringify(one.Qualifier).includes(JSON.stringify(Arn)));
    assert.deepEqual([config?.MaximumRetryAttempts, config?.MaximumEventAgeInSeconds], patienceOf(target));
    assert.ok(watched.includes(config?.DestinationConfig.OnFailure.Destination["Fn::GetAtt"][0]));
  }
});
