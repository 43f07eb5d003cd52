// What comes of `bus=ordered`.

import assert from "node:assert/strict";
import { test } from "node:test";
import { Stack } from "aws-cdk-lib";
import { Template } from "aws-cdk-lib/assertions";
import { OrderedBus, REGIONS } from "../lib/ordered-bus";
import { Settings } from "../lib/settings";
import { TripSagaStack } from "../lib/stack";
import { application, ofType, onAnOrderedBus, resources } from "./stack";

const ON = "dev-ordered";
const only = (type: string) => {
  const [found, ...more] = ofType(ON, type);
  assert.ok(found && more.length === 0, type);
  return found.Properties;
};
const idOf = (type: string) => resources(ON).filter(([, { Type }]) => Type === type).map(([id]) => id);

test("without it there is nothing of an ordered bus, and with it nothing of the other", () => {
  for (const stage of ["dev", "prod"] as const) assert.deepEqual(resources(stage).filter(([, { Type }]) => Type.startsWith("AWS::EventsV2")), []);
  const classic = ["AWS::Events::EventBus", "AWS::Events::Archive", "AWS::Events::EventBusPolicy"];
  assert.deepEqual(resources(ON).filter(([, { Type }]) => classic.includes(Type)), []);
});

test("it is a context value, and no other value is taken", () => {
  const read = (bus?: string) => Settings.fromContext(application({ ...(bus && { bus }) }).node).bus;
  assert.deepEqual([read(), read("classic"), read("ordered")], ["classic", "classic", "ordered"]);
  assert.throws(() => read("fifo"), /bus is one of classic, ordered, not fifo/);
});

test("the bus keeps events as long as the other's archive does", () => {
  const { Name, StorageConfiguration } = only("AWS::EventsV2::EventBus");
  assert.deepEqual([Name, StorageConfiguration], ["trip-saga-dev", { RetentionPeriodInDays: 7 }]);
});

test("its publishers are told its ARN, may put events on it, and are the only ones who can", () => {
  const [bus] = idOf("AWS::EventsV2::EventBus");
  const arn = { "Fn::GetAtt": [bus, "EventBusArn"] };
  const told = ofType(ON, "AWS::Lambda::Function").map((one) => one.Properties.Environment?.Variables?.EVENT_BUS).filter(Boolean);
  assert.deepEqual(told, [arn, arn]);
  const statements = ofType(ON, "AWS::IAM::Policy").flatMap((policy) => policy.Properties.PolicyDocument.Statement);
  const granted = statements.filter((one: any) => JSON.stringify(one.Action).includes("events:PutEvents"));
  assert.deepEqual(granted.map((one: any) => one.Resource), [arn, arn]);
  assert.doesNotMatch(JSON.stringify(resources(ON)), /eventsv2:/, "no such actions exist, and IAM would not say so");
  const [{ Condition, Effect }] = only("AWS::EventsV2::ResourcePolicy").PolicyDocument.Statement;
  assert.deepEqual([Effect, Condition.ArnNotEquals["aws:PrincipalArn"].length], ["Deny", 2]);
});

test("the example subscriber gets each trip in order, into a queue that keeps the order", () => {
  const { Type, InvokeConfiguration, OnFailureConfiguration } = only("AWS::EventsV2::Subscriber");
  assert.equal(Type, "FIFO");
  assert.match(InvokeConfiguration.SqsParameters.MessageGroupId, /EventGroupId/);
  const queues = resources(ON).filter(([id, { Type }]) => Type === "AWS::SQS::Queue" && id.startsWith("OrderedBus"));
  assert.deepEqual(queues.map(([, { Properties }]) => Properties.FifoQueue), [true, true]);
  const arns = [InvokeConfiguration.TargetArn, OnFailureConfiguration.Arn].map((arn) => JSON.stringify(arn));
  const [role] = ofType(ON, "AWS::IAM::Role").filter((one) => JSON.stringify(one.Properties.AssumeRolePolicyDocument).includes(":subscriber/*"));
  const [{ PolicyDocument }] = role?.Properties.Policies;
  assert.deepEqual(PolicyDocument.Statement.map((one: any) => [one.Action, one.Resource.map((arn: any) => JSON.stringify(arn)).sort()]), [["sqs:SendMessage", arns.sort()]]);
});

test("production has no example", () => {
  const prod = new TripSagaStack(application(), "TripSaga-prod", { settings: onAnOrderedBus("prod") });
  const template = Template.fromStack(prod);
  template.resourceCountIs("AWS::EventsV2::Subscriber", 0);
  template.hasResource("AWS::EventsV2::EventBus", { DeletionPolicy: "RetainExceptOnCreate", Properties: { StorageConfiguration: { RetentionPeriodInDays: 30 } } });
});

test("a region that does not know the resource is refused by name", () => {
  const on = (region: string) => new OrderedBus(new Stack(application(), "S", { env: { region } }), "Bus", onAnOrderedBus("dev"));
  for (const region of REGIONS) on(region);
  for (const region of ["ca-west-1", "us-gov-west-1", "cn-north-1"]) {
    assert.throws(() => on(region), new RegExp(`bus=ordered: CloudFormation does not know AWS::EventsV2 in ${region}, only in .*eu-west-1`));
  }
});

test("a stack without a region of its own is judged by the one that it is deployed to", () => {
  const before = process.env.CDK_DEFAULT_REGION;
  const at = (region: string) => {
    process.env.CDK_DEFAULT_REGION = region;
    return () => new OrderedBus(new Stack(application(), "S"), "Bus", onAnOrderedBus("dev"));
  };
  try {
    assert.throws(at("ca-west-1"), /does not know AWS::EventsV2 in ca-west-1/);
    at("eu-west-1")();
  } finally {
    if (before === undefined) delete process.env.CDK_DEFAULT_REGION;
    else process.env.CDK_DEFAULT_REGION = before;
  }
});
