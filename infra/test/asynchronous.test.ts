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

/** The queues whose messages raise an alarm. */
const watched = ofType("prod", "AWS::CloudWatch::Alarm")
  .flatMap((alarm) => alarm.Properties.Dimensions ?? [])
  .filter((dimension) => dimension.Name === "QueueName")
  .map((dimension) => dimension.Value["Fn::GetAtt"][0]);

test("a rule that cannot start a function gives up soon, in a place that raises an alarm", () => {
  assert.ok(targets.length > 0);
  for (const { DeadLetterConfig, RetryPolicy } of targets) {
    assert.deepEqual(RetryPolicy, { MaximumEventAgeInSeconds: 60, MaximumRetryAttempts: 0 });
    assert.ok(watched.includes(DeadLetterConfig.Arn["Fn::GetAtt"][0]));
  }
});

test("a function that a rule started gives up soon too, in a place that raises an alarm", () => {
  for (const { Arn } of targets) {
    assert.equal(typeOf(Arn), "AWS::Lambda::Alias");
    // The qualifier is cut from the alias's ARN.
    const [config] = ofType("prod", "AWS::Lambda::EventInvokeConfig")
      .map((one) => one.Properties)
      .filter((one) => JSON.stringify(one.Qualifier).includes(JSON.stringify(Arn)));
    assert.deepEqual([config?.MaximumEventAgeInSeconds, config?.MaximumRetryAttempts], [60, 0]);
    assert.ok(watched.includes(config?.DestinationConfig.OnFailure.Destination["Fn::GetAtt"][0]));
  }
});
