// Streams CloudWatch's metrics to Datadog, two or three minutes after they are recorded.

import { CfnMetricStream } from "aws-cdk-lib/aws-cloudwatch";
import { PolicyStatement, Role, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import type { DeliveryStream } from "aws-cdk-lib/aws-kinesisfirehose";
import { Construct } from "constructs";
import { filterNamespace, NAMESPACE } from "../observability/metrics";
import type { Settings } from "../settings";

/** The services that a trip passes through, and the product's own metrics. */
export function namespaces(stage: string): string[] {
  const services = ["ApiGateway", "DynamoDB", "Events", "Lambda", "SQS", "States"];
  return [...services.map((service) => `AWS/${service}`), NAMESPACE, filterNamespace(stage)];
}

export class MetricStream extends Construct {
  constructor(scope: Construct, id: string, settings: Settings, destination: DeliveryStream) {
    super(scope, id);
    const role = this.role(destination);
    const stream = new CfnMetricStream(this, "Stream", {
      name: settings.named("trip-saga-datadog"),
      firehoseArn: destination.deliveryStreamArn,
      roleArn: role.roleArn,
      outputFormat: "opentelemetry1.0",
      includeFilters: namespaces(settings.stage).map((namespace) => ({ namespace })),
      // A stream has no percentiles by default, and the alarm for slow answers needs one.
      statisticsConfigurations: [
        { additionalStatistics: ["p99"], includeMetrics: [{ namespace: "AWS/ApiGateway", metricName: "Latency" }] },
      ],
    });
    stream.node.addDependency(role);
  }

  private role(destination: DeliveryStream): Role {
    const role = new Role(this, "Role", {
      assumedBy: new ServicePrincipal("streams.metrics.cloudwatch.amazonaws.com"),
      description: "Puts CloudWatch's metrics into the stream to Datadog",
    });
    const actions = ["firehose:PutRecord", "firehose:PutRecordBatch"];
    role.addToPolicy(new PolicyStatement({ actions, resources: [destination.deliveryStreamArn] }));
    return role;
  }
}
