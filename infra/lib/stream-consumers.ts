// The two consumers of the write table's stream: the dispatcher of events and the projector of the
// search view.
//
// Both mappings invoke the aliases, so a release or a rollback moves them too. The handlers set
// poison records aside themselves; a batch fails only in an outage, and is retried for hours
// without a limit of attempts. A batch that is given up after that is kept whole, with its payload.

import { Duration } from "aws-cdk-lib";
import type { Table } from "aws-cdk-lib/aws-dynamodb";
import { EventSourceMapping, FilterCriteria, MetricType, StartingPosition } from "aws-cdk-lib/aws-lambda";
import { BlockPublicAccess, Bucket, BucketEncryption, CfnBucket } from "aws-cdk-lib/aws-s3";
import { Construct } from "constructs";
import type { ProductFunction } from "./functions/function";
import { CONSUMERS } from "./runtime";
import type { Consumer } from "./runtime";
import { KEPT } from "./settings";
import type { Settings } from "./settings";

export interface StreamConsumersProps {
  readonly settings: Settings;
  readonly trips: Table;
  readonly dispatcher: ProductFunction;
  readonly projector: ProductFunction;
}

/** No limit: the age decides. */
const RETRIES = -1;
const KEPT_FOR = Duration.days(90);

export class StreamConsumers extends Construct {
  /** Batches that were given up, for an operator to redrive. */
  readonly givenUp: Bucket;
  /** By their ids, under which Lambda counts what became of the records. */
  readonly mappings: { readonly Dispatcher: EventSourceMapping; readonly Projector: EventSourceMapping };

  constructor(scope: Construct, id: string, private readonly props: StreamConsumersProps) {
    super(scope, id);
    this.givenUp = this.bucket();
    this.mappings = {
      Dispatcher: this.consume("Dispatcher", props.dispatcher, CONSUMERS.dispatcher),
      Projector: this.consume("Projector", props.projector, CONSUMERS.projector),
    };
  }

  private consume(id: string, target: ProductFunction, consumer: Consumer): EventSourceMapping {
    this.grant(target);
    const mapping = new EventSourceMapping(this, id, {
      target: target.alias,
      eventSourceArn: this.props.trips.tableStreamArn,
      filters: [FilterCriteria.filter(consumer.filter)],
      batchSize: consumer.batchSize,
      maxBatchingWindow: Duration.seconds(0),
      startingPosition: StartingPosition.TRIM_HORIZON,
      reportBatchItemFailures: true,
      bisectBatchOnError: true,
      retryAttempts: RETRIES,
      maxRecordAge: Duration.seconds(consumer.maxRecordAgeSeconds),
      parallelizationFactor: consumer.parallelizationFactor,
      metricsConfig: { metrics: [MetricType.EVENT_COUNT] },
      onFailure: { bind: () => ({ destination: this.givenUp.bucketArn }) },
    });
    mapping.node.addDependency(target.role);
    return mapping;
  }

  private grant(consumer: ProductFunction): void {
    const stream = this.props.trips.tableStreamArn;
    if (!stream) throw new Error("the write table has no stream");
    consumer.allow(["dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator"], [stream]);
    // Lambda lists the streams of an account to find the one that it was given.
    consumer.allow(["dynamodb:ListStreams"], ["*"]);
    consumer.allow(["s3:PutObject"], [this.givenUp.arnForObjects("aws/lambda/*")]);
    consumer.allow(["s3:ListBucket"], [this.givenUp.bucketArn]);
  }

  private bucket(): Bucket {
    const bucket = new Bucket(this, "GivenUp", {
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      encryption: BucketEncryption.S3_MANAGED,
      enforceSSL: true,
      versioned: true,
      lifecycleRules: [{ expiration: KEPT_FOR, noncurrentVersionExpiration: KEPT_FOR }],
      removalPolicy: KEPT,
    });
    // Sets the property directly; the higher-level one would deploy a function to set it.
    const events = { eventBridgeConfiguration: { eventBridgeEnabled: true } };
    (bucket.node.defaultChild as CfnBucket).notificationConfiguration = events;
    return bucket;
  }
}
