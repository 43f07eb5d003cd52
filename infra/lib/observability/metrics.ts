// Every figure that alarms and dashboards show, under one name each: from the code's counts, from
// logs, and from AWS's own metrics.

import { Duration } from "aws-cdk-lib";
import { Metric, Stats } from "aws-cdk-lib/aws-cloudwatch";
import type { EventSourceMapping } from "aws-cdk-lib/aws-lambda";
import type { ProductFunction } from "../functions/function";

/** The namespace of the code's own metrics. */
export const NAMESPACE = "TripSaga";
export const PERIOD = Duration.minutes(5);

/** A figure that a function writes to its log in the embedded metric format. */
export function counted(name: string, by: ProductFunction, period: Duration = PERIOD, statistic: string = Stats.SUM): Metric {
  const dimensionsMap = { Function: by.function.functionName };
  return new Metric({ namespace: NAMESPACE, metricName: name, dimensionsMap, statistic, period });
}

/** A count that a filter takes from a log; one per stage, since stages may share an account. */
export function filtered(name: string, stage: string, period: Duration = PERIOD): Metric {
  return new Metric({ namespace: filterNamespace(stage), metricName: name, statistic: Stats.SUM, period });
}

/** Filters cannot have a fixed dimension, so the stage is in the namespace. */
export function filterNamespace(stage: string): string {
  return `${NAMESPACE}/${stage}`;
}

/** What became of the records that a mapping read, as Lambda counts them where it is asked to. */
const RECORDS = [
  "PolledEventCount",
  "FilteredOutEventCount",
  "InvokedEventCount",
  "FailedInvokeEventCount",
  "DroppedEventCount",
  "OnFailureDestinationDeliveredEventCount",
] as const;

export function recordsOf(mapping: EventSourceMapping): Metric[] {
  const dimensionsMap = { EventSourceMappingUUID: mapping.eventSourceMappingId };
  return RECORDS.map((metricName) => new Metric({ namespace: "AWS/Lambda", metricName, dimensionsMap, statistic: Stats.SUM, period: PERIOD }));
}
