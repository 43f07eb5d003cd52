// The figures behind the alarms, as data, so that CloudWatch and Datadog can query the same ones.

import type { FunctionKey } from "../functions/catalogue";

/** What one figure measures, of which resource, and which statistic over five minutes counts. */
export type Series =
  /** A metric that a function writes to its log in the embedded metric format. */
  | { readonly kind: "counted"; readonly by: FunctionKey; readonly name: string; readonly statistic: CountStatistic }
  | { readonly kind: "function"; readonly of: FunctionKey; readonly name: "IteratorAge"; readonly statistic: "Maximum" }
  | { readonly kind: "machine"; readonly of: MachineKey; readonly name: ExecutionsThat; readonly statistic: "Sum" }
  | { readonly kind: "api"; readonly name: "5XXError"; readonly statistic: "Sum" }
  | { readonly kind: "api"; readonly name: "Latency"; readonly statistic: "p99" }
  | { readonly kind: "queue"; readonly of: QueueKey; readonly name: "ApproximateNumberOfMessagesVisible"; readonly statistic: "Maximum" }
  /** A rule that sees what somebody must look at. */
  | { readonly kind: "rule"; readonly of: RuleKey; readonly name: "MatchedEvents"; readonly statistic: "Sum" };

/** How many samples there are tells whether anybody counts at all. */
export type CountStatistic = "Sum" | "Maximum" | "SampleCount";
/** The example subscriber's dead letters, the sweeps that failed, and the notes on trips. */
export type QueueKey = "deadLetters" | "failedSweeps" | "failedNotes";
/** A batch that was given up, a compensation that gave up, and a consumer that was paused. */
export type RuleKey = "givenUp" | "exhausted" | "paused";
export type MachineKey = "booking" | "compensation";
export type ExecutionsThat = "ExecutionsAborted" | "ExecutionsTimedOut";

/**
 * Some series, of which each is watched by itself. No expression adds them up: they arrive with
 * different delays, and a sum of one that is late is a sum of less.
 */
export type Figure = readonly Series[];

export function counted(by: FunctionKey, name: string, statistic: CountStatistic = "Sum"): Series {
  return { kind: "counted", by, name, statistic };
}

export function waiting(of: QueueKey): Series {
  return { kind: "queue", of, name: "ApproximateNumberOfMessagesVisible", statistic: "Maximum" };
}

export function iteratorAge(of: FunctionKey): Series {
  return { kind: "function", of, name: "IteratorAge", statistic: "Maximum" };
}

export function executions(of: MachineKey, name: ExecutionsThat): Series {
  return { kind: "machine", of, name, statistic: "Sum" };
}

export function seen(by: RuleKey): Series {
  return { kind: "rule", of: by, name: "MatchedEvents", statistic: "Sum" };
}

/** What tells a series from the others of its figure. */
export function source(series: Series): string {
  if ("by" in series) return series.by;
  return "of" in series ? series.of : series.kind;
}
