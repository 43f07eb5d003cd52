// The topic that every alarm goes to. Its messages name figures and objects, no customers.
//
// SNS keeps messages encrypted on its disks. A key of AWS's account would admit neither CloudWatch
// nor EventBridge, and one of our own costs a dollar a month for messages that last for seconds.

import { Stack } from "aws-cdk-lib";
import { PolicyStatement, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import { Topic } from "aws-cdk-lib/aws-sns";
import { EmailSubscription } from "aws-cdk-lib/aws-sns-subscriptions";
import { Construct } from "constructs";
import type { Settings } from "../settings";

export class AlarmTopic extends Construct {
  readonly topic: Topic;

  constructor(scope: Construct, id: string, settings: Settings) {
    super(scope, id);
    this.topic = new Topic(this, "Topic", { topicName: settings.named("trip-saga-alarms"), enforceSSL: true });
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
}
