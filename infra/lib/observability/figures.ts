// The series of alarms as CloudWatch's metrics, taken from the constructs that they measure. Each
// is a plain metric: an alarm on an expression can neither be tried out here nor trusted where its
// metrics arrive with different delays.

import { Metric, Stats } from "aws-cdk-lib/aws-cloudwatch";
import type { RestApi } from "aws-cdk-lib/aws-apigateway";
import type { Rule } from "aws-cdk-lib/aws-events";
import type { Queue } from "aws-cdk-lib/aws-sqs";
import type { Functions } from "../functions";
import type { Orchestration } from "../orchestration";
import { counted, PERIOD } from "./metrics";
import type { QueueKey, RuleKey, Series } from "./series";

/** The constructs to measure. */
export interface Measured {
  readonly functions: Functions;
  readonly orchestration: Orchestration;
  readonly api: RestApi;
  readonly queues: { readonly [key in QueueKey]: Queue | undefined };
  readonly rules: { readonly [key in RuleKey]: Rule };
}

export class Figures {
  constructor(private readonly of: Measured) {}

  metric(series: Series): Metric {
    const { functions, orchestration, api, queues, rules } = this.of;
    const options = { statistic: series.statistic, period: PERIOD };
    switch (series.kind) {
      case "counted":
        return counted(series.name, functions.get(series.by), PERIOD, series.statistic);
      case "function":
        return functions.get(series.of).alias.metric(series.name, options);
      case "machine":
        return orchestration[series.of].machine.metric(series.name, options);
      case "api":
        return api.metric(series.name, options);
      case "queue":
        return existing(queues[series.of], series.of).metric(series.name, options);
      case "rule":
        return matched(series.name, rules[series.of]);
    }
  }
}

function matched(metricName: string, { ruleName }: Rule): Metric {
  return new Metric({ namespace: "AWS/Events", metricName, dimensionsMap: { RuleName: ruleName }, statistic: Stats.SUM, period: PERIOD });
}

function existing(queue: Queue | undefined, name: QueueKey): Queue {
  if (!queue) throw new Error(`an alarm watches the queue ${name}, which this stage has not`);
  return queue;
}
