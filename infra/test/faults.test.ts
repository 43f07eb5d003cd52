// What counts as a fault of a function: one filter a function, tried on lines as Lambda and the
// functions write them.

import assert from "node:assert/strict";
import { test } from "node:test";
import { FUNCTION_KEYS, FUNCTIONS } from "../lib/functions/catalogue";
import { ofType, resources } from "./stack";
import { matches } from "./filter-pattern";

const filters = ofType("prod", "AWS::Logs::MetricFilter").map((filter) => filter.Properties);
const told = (name: string) => filters.filter((filter) => filter.MetricTransformations[0].MetricName === name);

/** Lambda's schema of a report: an invocation's status, and its error's type unless it succeeded. */
const report = (record: object) => ({ time: "2026-01-01T00:00:00.000Z", type: "platform.report", record: { requestId: "1", ...record } });
const line = (message: string, rest: object = {}) => ({ timestamp: "2026-01-01T00:00:00.000Z", level: "WARN", message, target: "lambda_kit", ...rest });

const FAULTS: Record<string, object> = {
  "an answer that is a fault": line("invocation failed", { kind: "StoreUnavailable" }),
  "an invocation out of time": report({ status: "timeout" }),
  "a process that ended": report({ status: "error", errorType: "Runtime.ExitError" }),
  "a process without memory": report({ status: "error", errorType: "Runtime.OutOfMemory" }),
  "a binary that does not start": report({ status: "error", errorType: "Runtime.InvalidEntrypoint" }),
};

const OTHERS: Record<string, object> = {
  "a success": report({ status: "success" }),
  // The function has told of it itself if it was a fault.
  "an error that the function answered": report({ status: "error", errorType: "unhandled" }),
  "a refusal": line("step refused", { code: "FlightUnavailable" }),
  "the step's own line of a fault": line("step failed", { code: "StoreUnavailable" }),
  "the first of two reports of a start that failed": { type: "platform.initReport", record: { status: "error", errorType: "Runtime.ExitError" } },
  "a count": { _aws: { CloudWatchMetrics: [] }, Function: "dispatcher", EventsPublished: 3 },
};

for (const key of FUNCTION_KEYS) {
  const { name } = FUNCTIONS[key];
  test(`${name} tells its faults in its own log alone, each once`, () => {
    const [filter, ...more] = told(`Faults-${name}`);
    assert.ok(filter && more.length === 0);
    const logs = resources("prod").find(([id]) => id === filter.LogGroupName.Ref)?.[1];
    assert.equal(logs?.Properties.LogGroupName, `/aws/lambda/trip-saga-${name}`);
    for (const [what, event] of Object.entries(FAULTS)) assert.ok(matches(filter.FilterPattern, event), what);
    for (const [what, event] of Object.entries(OTHERS)) assert.ok(!matches(filter.FilterPattern, event), what);
  });
}

test("Lambda writes its reports as JSON, of the level at which it writes them", () => {
  for (const fn of ofType("prod", "AWS::Lambda::Function")) {
    const { LogFormat, SystemLogLevel, ApplicationLogLevel } = fn.Properties.LoggingConfig;
    assert.deepEqual([LogFormat, SystemLogLevel, ApplicationLogLevel], ["JSON", "INFO", "TRACE"]);
  }
});

test("a pattern that CloudWatch does not document is refused here", () => {
  for (const pattern of ["{ $.a == 1 }", "{ $.a = \"x\" && }", "{ MAX($.a) > 1 }", "{ $.a = \"x\" ", "ERROR"]) {
    assert.throws(() => matches(pattern, {}), /not a documented pattern/, pattern);
  }
});

test("every filter's pattern is one that CloudWatch documents", () => {
  for (const filter of filters) matches(filter.FilterPattern, {});
});
