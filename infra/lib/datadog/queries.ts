// The figures of alarms as Datadog's queries. They measure the same thing over the same five
// minutes as CloudWatch's.
//
// AWS's own metrics have the names of Datadog's integrations. A custom namespace is written in
// lower case before the metric's name, and Datadog keeps only the average of such a metric. A count
// is logged as values of one or more, so the sum of the averages over five minutes reaches one
// exactly when the count does.

import { FUNCTIONS } from "../functions/catalogue";
import type { FunctionKey } from "../functions/catalogue";
import { BUSINESS } from "../observability/log-metrics";
import { NAMESPACE } from "../observability/metrics";
import type { Figure, MachineKey, Series } from "../observability/series";
import type { Settings } from "../settings";

/** AWS's metric by Datadog's name for the requested statistic. */
const AWS_METRICS = {
  IteratorAge: "aws.lambda.iterator_age.maximum",
  ExecutionsFailed: "aws.states.executions_failed",
  ExecutionsAborted: "aws.states.executions_aborted",
  ExecutionsTimedOut: "aws.states.executions_timed_out",
  ExecutionsStarted: "aws.states.executions_started",
  ExecutionsSucceeded: "aws.states.executions_succeeded",
  "5XXError": "aws.apigateway.5xxerror",
  Latency: "aws.apigateway.latency.p99",
  ApproximateNumberOfMessagesVisible: "aws.sqs.approximate_number_of_messages_visible",
  MatchedEvents: "aws.events.matched_events",
} as const;

/** The queues' logical ids, which begin their names. */
const QUEUES = {
  deadLetters: "eventbusoutcomesdeadletters",
  failedSweeps: "functionssweepsfailures",
  failedNotes: "tripnotesfailures",
} as const;

/** The same of the rules. */
const RULES = {
  givenUp: "observabilitygivenuprule",
  exhausted: "observabilityexhaustedrule",
  paused: "observabilitypausedrule",
} as const;

/** How the values of five minutes become one. */
type Window = "sum" | "max";

export interface Query {
  readonly window: Window;
  /** Without the window, as a graph needs it. */
  readonly text: string;
}

/** The names of one stage's resources in tags, where values are in lower case. */
export class Queries {
  constructor(private readonly settings: Settings) {}

  /** A monitor's query, which adds the series up: they arrive by one stream. */
  query(figure: Figure): Query {
    const window = figure.every((series) => series.statistic === "Sum") ? "sum" : "max";
    // Most of these metrics exist only while something is wrong.
    const terms = figure.map((series) => `default_zero(${this.term(series)})`);
    return { window, text: terms.join(" + ") };
  }

  /** A figure that may be missing, as a monitor of silence needs it. */
  bare(figure: Figure): string {
    return figure.map((series) => this.term(series)).join(" + ");
  }

  /** Executions of a state machine. */
  executions(of: MachineKey, name: "ExecutionsStarted" | "ExecutionsSucceeded" | "ExecutionsFailed"): string {
    return `sum:${AWS_METRICS[name]}{${this.machine(of)}}.as_count()`;
  }

  /** The lines that a business figure counts: of the metric itself Datadog keeps only the average. */
  lines(figure: keyof typeof BUSINESS): string {
    const ways = BUSINESS[figure].map(({ machine, type, state }) => {
      const entered = state === undefined ? "" : ` @details.name:${state}`;
      return `(@execution_arn:*\\:${this.settings.named(`trip-${machine}`)}\\:* @type:${type}${entered})`;
    });
    return `env:${this.settings.stage} (${ways.join(" OR ")})`;
  }

  private term(series: Series): string {
    switch (series.kind) {
      case "counted":
        return `max:${NAMESPACE.toLowerCase()}.${series.name}{function:${this.functionName(series.by)}}`;
      case "function":
        return `max:${AWS_METRICS[series.name]}{functionname:${this.functionName(series.of)}}`;
      case "machine":
        return `sum:${AWS_METRICS[series.name]}{${this.machine(series.of)}}.as_count()`;
      case "api":
        return this.api(series);
      case "queue":
        return `max:${AWS_METRICS[series.name]}{queuename:${this.generated(QUEUES[series.of])}}`;
      case "rule":
        return `sum:${AWS_METRICS[series.name]}{rulename:${this.generated(RULES[series.of])}}.as_count()`;
    }
  }

  private api(series: Extract<Series, { kind: "api" }>): string {
    const scope = `{apiname:${this.settings.named("trip-saga")}}`;
    const metric = AWS_METRICS[series.name];
    return series.statistic === "Sum" ? `sum:${metric}${scope}.as_count()` : `max:${metric}${scope}`;
  }

  private functionName(key: FunctionKey): string {
    return this.settings.named(`trip-saga-${FUNCTIONS[key].name}`);
  }

  /** An ARN ends with the machine's name; region and account differ. */
  private machine(of: MachineKey): string {
    return `statemachinearn:*:${this.settings.named(`trip-${of}`)}`;
  }

  /** A name that CloudFormation makes: the stack, the resource, and generated characters. */
  private generated(resource: string): string {
    return `tripsaga-${this.settings.stage}-${resource}*`;
  }
}
