// EventBridge's ordered bus: it keeps the events of each trip in order for subscribers that ask for
// it, drops repeats, and lets a new subscriber begin in the past. Outside production it has one
// subscriber as an example to copy.

import { Aws, Duration, Stack, Token } from "aws-cdk-lib";
import { CfnEventBus, CfnResourcePolicy, CfnSubscriber } from "aws-cdk-lib/aws-eventsv2";
import { PolicyDocument, PolicyStatement, Role, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import { DeduplicationScope, FifoThroughputLimit, Queue, QueueEncryption } from "aws-cdk-lib/aws-sqs";
import { Construct } from "constructs";
import type { DomainBus } from "./event-bus";
import { SOURCE } from "./event-bus";
import type { Settings } from "./settings";

/** Where CloudFormation has the resource, by the schemas in cfn-lint 1.58.0. */
export const REGIONS: readonly string[] = [
  "ap-east-1", "ap-northeast-1", "ap-south-1", "ap-southeast-1", "ap-southeast-2", "ap-southeast-5", "ap-southeast-7",
  "eu-central-1", "eu-north-1", "eu-south-2", "eu-west-1", "eusc-de-east-1", "us-east-1", "us-east-2", "us-west-2",
  "eu-isoe-west-1", "us-iso-east-1", "us-iso-west-1", "us-isob-east-1", "us-isob-west-1", "us-isof-east-1", "us-isof-south-1",
];

export class OrderedBus extends Construct implements DomainBus {
  readonly subscriberDeadLetters?: Queue;
  private readonly bus: CfnEventBus;

  constructor(scope: Construct, id: string, private readonly settings: Settings) {
    super(scope, id);
    refuseUnknown(regionOf(this));
    this.bus = new CfnEventBus(this, "Bus", {
      name: settings.named("trip-saga"),
      description: "Domain events of Trip Saga, in order within a trip",
      // It takes the place of an archive.
      storageConfiguration: { retentionPeriodInDays: settings.archiveRetention.toDays() },
    });
    this.bus.applyRemovalPolicy(settings.removalPolicy);
    if (!settings.isProduction) this.subscriberDeadLetters = this.subscribe();
  }

  /** The functions know an ordered bus by its ARN, which ends with an id that AWS gives it. */
  get setting(): string {
    return this.arn;
  }

  get arn(): string {
    return this.bus.attrEventBusArn;
  }

  admitOnly(publishers: readonly Role[]): void {
    const statement = {
      Sid: "OnlyThePublishers",
      Effect: "Deny",
      Principal: "*",
      Action: ["events:PutEvents", "events:PutRawEvents"],
      Resource: this.arn,
      Condition: { ArnNotEquals: { "aws:PrincipalArn": publishers.map((role) => role.roleArn) } },
    };
    const policyDocument = { Version: "2012-10-17", Statement: [statement] };
    new CfnResourcePolicy(this, "Publishers", { eventBusArn: this.arn, policyDocument });
  }

  /** Every event, trip by trip in order, into a queue that keeps that order. */
  private subscribe(): Queue {
    const deadLetters = this.queue("EventsDeadLetters");
    const events = this.queue("Events", deadLetters);
    new CfnSubscriber(this, "Subscriber", {
      name: this.settings.named("trip-saga-events"),
      eventBusArn: this.arn,
      description: "Every event of a trip in order, to the example subscriber",
      type: "FIFO",
      filterConfiguration: { filters: [{ scope: "DATA", pattern: JSON.stringify({ source: [SOURCE] }) }] },
      invokeConfiguration: {
        targetArn: events.queueArn,
        roleArn: this.delivery([events, deadLetters]).roleArn,
        sqsParameters: {
          // Expressions: a constant deduplication id would make the queue drop all messages but
          // one.
          messageGroupId: "{% $events.SystemMetadata.EventGroupId %}",
          messageDeduplicationId: '{% $events.SystemMetadata."aws:EventId" %}',
        },
      },
      retryPolicy: { maxRetryAttempts: 10, maxEventAgeInSeconds: Duration.hours(1).toSeconds() },
      onFailureConfiguration: { arn: deadLetters.queueArn },
    });
    return deadLetters;
  }

  /**
   * What the bus may do for the subscriber: send to its queue, and what fails to its dead letters.
   */
  private delivery(queues: readonly Queue[]): Role {
    const subscribers = Stack.of(this).formatArn({ service: "events", resource: "subscriber", resourceName: "*" });
    const principal = new ServicePrincipal("events.amazonaws.com", {
      conditions: { StringEquals: { "aws:SourceAccount": Aws.ACCOUNT_ID }, ArnLike: { "aws:SourceArn": subscribers } },
    });
    const resources = queues.map((queue) => queue.queueArn);
    const send = new PolicyStatement({ actions: ["sqs:SendMessage"], resources });
    return new Role(this, "Delivery", { assumedBy: principal, inlinePolicies: { Send: new PolicyDocument({ statements: [send] }) } });
  }

  private queue(id: string, deadLetters?: Queue): Queue {
    return new Queue(this, id, {
      fifo: true,
      // By trip: one that is held up does not hold up others.
      deduplicationScope: DeduplicationScope.MESSAGE_GROUP,
      fifoThroughputLimit: FifoThroughputLimit.PER_MESSAGE_GROUP_ID,
      // Whether the bus gives a record of a failure an id is not documented.
      contentBasedDeduplication: deadLetters === undefined,
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      visibilityTimeout: Duration.seconds(60),
      retentionPeriod: Duration.days(14),
      deadLetterQueue: deadLetters && { queue: deadLetters, maxReceiveCount: 5 },
    });
  }
}

/** The stack's region; where it has none of its own, the one that the command line deploys to. */
function regionOf(construct: Construct): string | undefined {
  const { region } = Stack.of(construct);
  return Token.isUnresolved(region) ? process.env.CDK_DEFAULT_REGION : region;
}

function refuseUnknown(region: string | undefined): void {
  if (region === undefined || REGIONS.includes(region)) return;
  throw new Error(
    `bus=ordered: CloudFormation does not know AWS::EventsV2 in ${region}, only in ${REGIONS.join(", ")}. ` +
      "Leave bus out there, for EventBridge's bus with rules; if AWS has added the region, add it to lib/ordered-bus.ts",
  );
}
