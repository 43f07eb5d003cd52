// The way from AWS's own telemetry to Datadog: a Firehose stream each for metrics and for logs.
//
// A bucket keeps what Datadog does not accept within a minute, so an outage of Datadog loses
// nothing.

import { Duration, RemovalPolicy, SecretValue, Stack } from "aws-cdk-lib";
import { PolicyStatement, Role, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import { Datadog, DeliveryStream, EnableLogging, StreamEncryption } from "aws-cdk-lib/aws-kinesisfirehose";
import type { DatadogEndpoint } from "aws-cdk-lib/aws-kinesisfirehose";
import { LogGroup } from "aws-cdk-lib/aws-logs";
import { BlockPublicAccess, Bucket, BucketEncryption } from "aws-cdk-lib/aws-s3";
import { Secret } from "aws-cdk-lib/aws-secretsmanager";
import { Construct } from "constructs";
import { KEPT } from "../settings";
import type { Settings } from "../settings";
import { SERVICE, SITES } from "./settings";
import type { DatadogSettings } from "./settings";

/** Long enough to send it again by hand after a weekend. */
const KEPT_FOR = Duration.days(30);

export class DatadogIntake extends Construct {
  readonly metrics: DeliveryStream;
  readonly logs: DeliveryStream;
  private readonly apiKey: Secret;
  private readonly undelivered: Bucket;

  constructor(scope: Construct, id: string, private readonly settings: Settings, datadog: DatadogSettings) {
    super(scope, id);
    this.apiKey = this.copyOfKey(datadog);
    this.undelivered = this.bucket();
    const { metrics, logs } = SITES[datadog.site];
    this.metrics = this.stream("Metrics", metrics);
    this.logs = this.stream("Logs", logs);
    // The library's table of addresses, for databases that Firehose would write to; nothing here
    // refers to it.
    Stack.of(this).node.tryRemoveChild("@aws-cdk--aws-kinesisfirehose.CidrBlocks");
  }

  private stream(id: string, endpoint: DatadogEndpoint): DeliveryStream {
    const errors = this.errorLog(id);
    const role = this.role(id, errors);
    const stream = new DeliveryStream(this, id, {
      encryption: StreamEncryption.awsOwnedKey(),
      destination: new Datadog({
        endpoint,
        apiKey: this.apiKey,
        tags: [{ name: "env", value: this.settings.stage }, { name: "application", value: SERVICE }],
        retryOptions: { duration: Duration.minutes(1) },
        // The library would add wildcards; the role has what it needs.
        role: role.withoutPolicyUpdates(),
        s3Backup: { bucket: this.undelivered, errorOutputPrefix: `${id.toLowerCase()}/`, loggingConfig: new EnableLogging(errors) },
        loggingConfig: new EnableLogging(errors),
      }),
    });
    stream.node.addDependency(role);
    return stream;
  }

  private role(id: string, errors: LogGroup): Role {
    const role = new Role(this, `${id}Role`, {
      assumedBy: new ServicePrincipal("firehose.amazonaws.com", {
        conditions: { StringEquals: { "aws:SourceAccount": Stack.of(this).account } },
      }),
      description: `Sends ${id.toLowerCase()} of Trip Saga to Datadog`,
    });
    const allow = (actions: string[], resource: string) => role.addToPolicy(new PolicyStatement({ actions, resources: [resource] }));
    allow(["secretsmanager:GetSecretValue"], this.apiKey.secretArn);
    allow(["s3:GetBucketLocation", "s3:ListBucket", "s3:ListBucketMultipartUploads"], this.undelivered.bucketArn);
    allow(["s3:AbortMultipartUpload", "s3:PutObject"], this.undelivered.arnForObjects("*"));
    allow(["logs:PutLogEvents"], errors.logGroupArn);
    return role;
  }

  /**
   * Firehose reads the key from JSON, and the extension from a plain text: one secret cannot serve
   * both.
   */
  private copyOfKey(datadog: DatadogSettings): Secret {
    return new Secret(this, "ApiKey", {
      description: `Datadog's API key as Firehose reads it, stage ${this.settings.stage}`,
      secretObjectValue: { api_key: SecretValue.secretsManager(datadog.apiKeySecretArn) },
    });
  }

  private errorLog(id: string): LogGroup {
    return new LogGroup(this, `${id}Errors`, {
      logGroupName: `/aws/kinesisfirehose/${this.settings.named(`trip-saga-datadog-${id.toLowerCase()}`)}`,
      retention: this.settings.logRetention,
      removalPolicy: RemovalPolicy.DESTROY,
    });
  }

  private bucket(): Bucket {
    return new Bucket(this, "Undelivered", {
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      encryption: BucketEncryption.S3_MANAGED,
      enforceSSL: true,
      lifecycleRules: [{ expiration: KEPT_FOR, abortIncompleteMultipartUploadAfter: Duration.days(1) }],
      // The content is deleted with the stack: telemetry, of which CloudWatch has the originals.
      removalPolicy: KEPT,
    });
  }
}
