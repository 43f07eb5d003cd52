// The topic that every alarm goes to. Its messages are encrypted under a key of its own.

import { RemovalPolicy, Stack } from "aws-cdk-lib";
import { PolicyStatement, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import { Key } from "aws-cdk-lib/aws-kms";
import { Topic } from "aws-cdk-lib/aws-sns";
import { EmailSubscription } from "aws-cdk-lib/aws-sns-subscriptions";
import { Construct } from "constructs";
import type { Settings } from "../settings";

export class AlarmTopic extends Construct {
  readonly topic: Topic;

  constructor(scope: Construct, id: string, settings: Settings) {
    super(scope, id);
    const masterKey = this.key(settings);
    this.topic = new Topic(this, "Topic", { topicName: settings.named("trip-saga-alarms"), enforceSSL: true, masterKey });
    this.topic.addToResourcePolicy(this.alarmsOfThisAccount());
    if (settings.alarmEmail) this.topic.addSubscription(new EmailSubscription(settings.alarmEmail));
  }

  /** A custom policy replaces the topic's default policy, which admits CloudWatch. */
  private alarmsOfThisAccount(): PolicyStatement {
    return new PolicyStatement({
      sid: "AlarmsOfThisAccount",
      principals: [new ServicePrincipal("cloudwatch.amazonaws.com")],
      actions: ["sns:Publish"],
      resources: [this.topic.topicArn],
      conditions: { StringEquals: { "aws:SourceAccount": Stack.of(this).account } },
    });
  }

  private key(settings: Settings): Key {
    const key = new Key(this, "Key", {
      description: `Encrypts alarms of Trip Saga, stage ${settings.stage}`,
      enableKeyRotation: true,
      // The key protects nothing that lasts: a message is gone once it is delivered.
      removalPolicy: RemovalPolicy.DESTROY,
    });
    // AWS's own key for SNS admits neither service. EventBridge's requests have no source to
    // compare with.
    key.addToResourcePolicy(mayEncrypt("cloudwatch.amazonaws.com", { "aws:SourceAccount": Stack.of(this).account }));
    key.addToResourcePolicy(mayEncrypt("events.amazonaws.com"));
    return key;
  }
}

function mayEncrypt(service: string, from?: Record<string, string>): PolicyStatement {
  return new PolicyStatement({
    principals: [new ServicePrincipal(service)],
    actions: ["kms:Decrypt", "kms:GenerateDataKey*"],
    resources: ["*"],
    conditions: from && { StringEquals: from },
  });
}
