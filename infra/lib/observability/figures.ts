// The figures of alarms as CloudWatch's metrics, taken from the constructs that they measure.

import { MathExpression, Metric, Stats } from "aws-cdk-lib/aws-cloudwatch";
import type { IMetric } from "aws-cdk-lib/aws-cloudwatch";
import type { RestApi } from "aws-cdk-lib/aws-apigateway";
import type { Rule } from "aws-cdk-lib/aws-events";
import type { Queue } from "aws-cdk-lib/aws-sqs";
import type { Functions } from "../functions";
import type { Orchestration } from "../orchestration";
import { counted, filtered, PERIOD, sum } from "./metrics";
import type { Figure, QueueKey, Series } from "./series";

/** The constructs to measure. */
export interface Measured {
  readonly stage: string;
  readonly functions: Functions;
  readonly orchestration: Orchestration;
  readonly api: RestApi;
  readonly queues: { readonly [key in QueueKey]: Queue | undefined };
  readonly givenUp: Rule;
}

export class Figures {
  constructor(private readonly of: Measured) {}

  metric(figure: Figure, label: string): IMetric {
    const [first, ...rest] = figure.sum.map((series) => this.series(series));
    if (figure.excess) return this.withExcess(figure, figure.excess, label);
    if (first && rest.length === 0) return first;
    return sum(this.named(figure.sum), label);
  }

  private withExcess(figure: Figure, excess: NonNullable<Figure["excess"]>, label: string): MathExpression {
    const others = this.named(figure.sum);
    const beyond = "MAX([0, FILL(whole, 0) - FILL(part, 0)])";
    return new MathExpression({
      expression: [beyond, ...Object.keys(others).map((id) => `FILL(${id}, 0)`)].join(" + "),
      usingMetrics: { whole: this.series(excess.of), part: this.series(excess.over), ...others },
      label,
      period: PERIOD,
    });
  }

  private named(all: readonly Series[]): Record<string, IMetric> {
    return Object.fromEntries(all.map((series, index) => [`m${index + 1}`, this.series(series)]));
  }

  private series(series: Series): IMetric {
    const { functions, orchestration, api, queues, givenUp, stage } = this.of;
    const options = { statistic: series.statistic, period: PERIOD };
    switch (series.kind) {
      case "counted":
        return counted(series.name, functions.get(series.by), PERIOD, series.statistic);
      case "filtered":
        return filtered(series.name, stage);
      case "function":
        return functions.get(series.of).alias.metric(series.name, options);
      case "machine":
        return orchestration[series.of].machine.metric(series.name, options);
      case "api":
        return api.metric(series.name, options);
      case "queue":
        return existing(queues[series.of], series.of).metric(series.name, options);
      case "rule":
        return new Metric({ namespace: "AWS/Events", metricName: series.name, dimensionsMap: { RuleName: givenUp.ruleName }, statistic: Stats.SUM, period: PERIOD });
    }
  }
}

function existing(queue: Queue | undefined, name: QueueKey): Queue {
  if (!queue) throw new Error(`an alarm watches the queue ${name}, which this stage has not`);
  return queue;
}
