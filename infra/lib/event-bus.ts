// The bus that domain events are published to, their archive and log, and outside production one
// subscriber as an example to copy.

import { ArnFormat, CfnResource, Duration, RemovalPolicy, Stack } from "aws-cdk-lib";
import { Archive, EventBus as Bus, Rule } from "aws-cdk-lib/aws-events";
import type { EventPattern } from "aws-cdk-lib/aws-events";
import { SqsQueue } from "aws-cdk-lib/aws-events-targets";
import type { Role } from "aws-cdk-lib/aws-iam";
import { PolicyDocument, PolicyStatement, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import { CfnResourcePolicy, LogGroup } from "aws-cdk-lib/aws-logs";
import { Queue, QueueEncryption } from "aws-cdk-lib/aws-sqs";
import { Construct } from "constructs";
import type { Settings } from "./settings";

/** The source of every event of the product. */
export const SOURCE = "trip-saga";
const ALL_EVENTS: EventPattern = { source: [SOURCE] };
/** The events that end a trip, which a subscriber such as a notification service needs. */
const OUTCOMES: EventPattern = {
  source: [SOURCE],
  detailType: ["trip.confirmed.v1", "trip.failed.v1", "trip.cancelled.v1"],
};

/** What the rest of an installation knows of its bus. */
export interface DomainBus {
  /** How the functions are told of it. */
  readonly setting: string;
  readonly arn: string;
  /** Absent in production, which has no use for an example. */
  readonly subscriberDeadLetters?: Queue;
  /** All its events, where the bus has a log of them. */
  readonly logs?: LogGroup;
  /** Nobody else in the account can put events on the bus, whatever their rights. */
  admitOnly(publishers: readonly Role[]): void;
}

export class EventBus extends Construct implements DomainBus {
  readonly bus: Bus;
  readonly subscriberDeadLetters?: Queue;
  readonly logs: LogGroup;

  constructor(scope: Construct, id: string, private readonly settings: Settings) {
    super(scope, id);
    this.bus = new Bus(this, "Bus", {
      eventBusName: settings.named("trip-saga"),
      description: "Domain events of Trip Saga",
    });
    this.archive();
    this.logs = this.log();
    if (!settings.isProduction) this.subscriberDeadLetters = this.subscribe();
  }

  get setting(): string {
    return this.bus.eventBusName;
  }

  get arn(): string {
    return this.bus.eventBusArn;
  }

  admitOnly(publishers: readonly Role[]): void {
    const statement = {
      Effect: "Deny",
      Principal: "*",
      Action: "events:PutEvents",
      Resource: this.bus.eventBusArn,
      Condition: {
        ArnNotEquals: { "aws:PrincipalArn": publishers.map((role) => role.roleArn) },
        // The service itself replays the archive.
        Bool: { "aws:PrincipalIsAWSService": "false" },
      },
    };
    const properties = { EventBusName: this.bus.eventBusName, StatementId: "OnlyThePublishers", Statement: statement };
    // The library's class for it warns of a deprecated property whether it is set or not.
    new CfnResource(this, "Publishers", { type: "AWS::Events::EventBusPolicy", properties });
  }

  private archive(): void {
    new Archive(this, "Archive", {
      sourceEventBus: this.bus,
      archiveName: this.settings.named("trip-saga"),
      description: "Domain events, to replay to a subscriber that missed them",
      eventPattern: ALL_EVENTS,
      retention: this.settings.archiveRetention,
    });
  }

  /** A log of the bus's events, to explain what a subscriber did. The console shows it. */
  private log(): LogGroup {
    const logs = new LogGroup(this, "Log", {
      logGroupName: `/aws/events/${this.settings.named("trip-saga")}`,
      retention: this.settings.logRetention,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const policy = new CfnResourcePolicy(this, "LogPolicy", {
      policyName: this.settings.named("trip-saga-events-to-log"),
      policyDocument: Stack.of(this).toJsonString(this.mayWrite(logs).toJSON()),
    });
    const rule = new Rule(this, "LogRule", {
      eventBus: this.bus,
      description: "Writes every domain event to a log",
      eventPattern: ALL_EVENTS,
      // A custom target: the library's would deploy a custom resource for the log's policy.
      targets: [{ bind: () => ({ arn: logGroupArn(logs) }) }],
    });
    rule.node.addDependency(policy);
    return logs;
  }

  private mayWrite(logs: LogGroup): PolicyDocument {
    const services = ["events.amazonaws.com", "delivery.logs.amazonaws.com"];
    const statement = new PolicyStatement({
      principals: services.map((service) => new ServicePrincipal(service)),
      actions: ["logs:CreateLogStream", "logs:PutLogEvents"],
      resources: [logs.logGroupArn],
    });
    return new PolicyDocument({ statements: [statement] });
  }

  private subscribe(): Queue {
    const deadLetterQueue = this.queue("OutcomesDeadLetters");
    new Rule(this, "OutcomesRule", {
      eventBus: this.bus,
      description: "How trips end, to the example subscriber",
      eventPattern: OUTCOMES,
      targets: [new SqsQueue(this.queue("Outcomes", deadLetterQueue), { deadLetterQueue })],
    });
    return deadLetterQueue;
  }

  private queue(id: string, deadLetters?: Queue): Queue {
    return new Queue(this, id, {
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      visibilityTimeout: Duration.seconds(60),
      retentionPeriod: Duration.days(14),
      deadLetterQueue: deadLetters && { queue: deadLetters, maxReceiveCount: 5 },
    });
  }
}

/** A log group's ARN without the `:*` that stands for its streams. */
export function logGroupArn(logs: LogGroup): string {
  return Stack.of(logs).formatArn({
    service: "logs",
    resource: "log-group",
    resourceName: logs.logGroupName,
    arnFormat: ArnFormat.COLON_RESOURCE_NAME,
  });
}
