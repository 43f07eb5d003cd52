// Datadog's monitors, one for each alarm, and a dashboard of the same figures.

import { alarmsOf } from "../observability/alarms";
import type { AlarmSpec } from "../observability/alarms";
import { BOOKING_COMPLETED, COMPENSATION_TRIGGERED } from "../observability/log-metrics";
import type { Settings } from "../settings";
import { Queries } from "./queries";
import { SERVICE } from "./settings";

/** Metrics of a stream arrive within three minutes; the evaluated window must be complete. */
const ARRIVAL_SECONDS = 300;

/** At least twice the evaluated window, by Datadog's rule, and longer than metrics take to arrive. */
const SILENT_MINUTES = 15;

/** As Datadog's API takes them, each under the id of its alarm. */
export function monitors(settings: Settings): [id: string, monitor: object][] {
  const queries = new Queries(settings);
  return alarmsOf(settings).map((spec) => [spec.id, monitorOf(spec, settings.stage, queries)]);
}

function monitorOf(spec: AlarmSpec, stage: string, queries: Queries): object {
  if (spec.inSilence) return silence(spec, stage, queries.bare(spec.figure));
  const { window, text } = queries.query(spec.figure);
  return monitor(spec, stage, `${window}(last_5m):${text}`);
}

/** No value is below zero: such a monitor rises only where there is none. */
function silence(spec: AlarmSpec, stage: string, query: string): object {
  const { options, ...rest } = monitor(spec, stage, "");
  return {
    ...rest,
    query: `max(last_5m):${query} < 0`,
    options: { ...options, thresholds: { critical: 0 }, notify_no_data: true, no_data_timeframe: SILENT_MINUTES },
  };
}

function monitor(spec: AlarmSpec, stage: string, query: string) {
  return {
    name: `Trip Saga ${stage}: ${spec.id}`,
    type: "query alert",
    query: `${query} >= ${spec.threshold}`,
    message: `${spec.means}.\n\nLook at: ${spec.look}.\n\nDo: ${spec.act}.`,
    tags: [`service:${SERVICE}`, `env:${stage}`],
    options: {
      thresholds: { critical: spec.threshold },
      evaluation_delay: ARRIVAL_SECONDS,
      require_full_window: false,
      notify_no_data: false,
      include_tags: false,
    },
  };
}

export function dashboard(settings: Settings): object {
  const queries = new Queries(settings);
  const figures = ([BOOKING_COMPLETED, COMPENSATION_TRIGGERED] as const).map((name) => counted(name, queries.lines(name)));
  const business = [
    ...figures,
    graph("Bookings that failed or were refused", queries.executions("booking", "ExecutionsFailed")),
    graph("Cancellations", queries.executions("compensation", "ExecutionsStarted")),
  ];
  const watched = alarmsOf(settings).map((spec) => graph(spec.id, queries.query(spec.figure).text, spec.inSilence ? undefined : spec.threshold));
  return { title: `Trip Saga ${settings.stage}`, layout_type: "ordered", widgets: [...business, ...watched] };
}

/** How many log lines a search finds. */
function counted(title: string, search: string): object {
  const query = { name: "lines", data_source: "logs", search: { query: search }, compute: { aggregation: "count" }, indexes: ["*"] };
  const request = { response_format: "timeseries", queries: [query], formulas: [{ formula: "default_zero(lines)" }], display_type: "bars" };
  return { definition: { type: "timeseries", title, requests: [request] } };
}

function graph(title: string, query: string, threshold?: number): object {
  const markers = threshold === undefined ? [] : [{ value: `y = ${threshold}`, display_type: "error dashed" }];
  return { definition: { type: "timeseries", title, requests: [{ q: query, display_type: "line" }], markers } };
}
