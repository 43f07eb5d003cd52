// The figures behind the alarms, as data, so that CloudWatch and Datadog can query the same ones.

import type { FunctionKey } from "../functions/catalogue";

/** What one figure measures, of which resource, and which statistic over five minutes counts. */
export type Series =
  /** A metric that a function writes to its log in the embedded metric format. */
  | { readonly kind: "counted"; readonly by: FunctionKey; readonly name: string; readonly statistic: CountStatistic }
  /** A metric that a filter takes from a log. */
  | { readonly kind: "filtered"; readonly name: string; readonly statistic: "Sum" }
  | { readonly kind: "function"; readonly of: FunctionKey; readonly name: "IteratorAge"; readonly statistic: "Maximum" }
  | { readonly kind: "machine"; readonly of: MachineKey; readonly name: ExecutionsThat; readonly statistic: "Sum" }
  | { readonly kind: "api"; readonly name: "5XXError"; readonly statistic: "Sum" }
  | { readonly kind: "api"; readonly name: "Latency"; readonly statistic: "p99" }
  | { readonly kind: "queue"; readonly of: QueueKey; readonly name: "ApproximateNumberOfMessagesVisible"; readonly statistic: "Maximum" }
  /** The rule that sees a batch being given up. */
  | { readonly kind: "rule"; readonly name: "MatchedEvents"; readonly statistic: "Sum" };

/** How many samples there are tells whether anybody counts at all. */
export type CountStatistic = "Sum" | "Maximum" | "SampleCount";
/** The example subscriber's dead letters, and the sweeps that failed. */
export type QueueKey = "deadLetters" | "failedSweeps";
export type MachineKey = "booking" | "compensation";
export type ExecutionsThat = "ExecutionsFailed" | "ExecutionsAborted" | "ExecutionsTimedOut";

/** The sum of some series, or the excess of one series over another. */
export interface Figure {
  readonly sum: readonly Series[];
  readonly excess?: { readonly of: Series; readonly over: Series };
}

export function counted(by: FunctionKey, name: string, statistic: CountStatistic = "Sum"): Series {
  return { kind: "counted", by, name, statistic };
}

export function filtered(name: string): Series {
  return { kind: "filtered", name, statistic: "Sum" };
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
