// What alarms and graphs stand on is told by somebody: a figure that nobody tells would never raise
// its alarm.

import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { ofType, template } from "./stack";

const ROOT = join(__dirname, "../..");
const CRATES = ["dispatcher", "lambda-kit", "projector", "query-api", "saga"];

/** The code of the functions, less its tests. */
function code(crate: string): string {
  const source = join(ROOT, crate, "src");
  const files = readdirSync(source, { recursive: true }).map(String);
  const product = files.filter((file) => file.endsWith(".rs") && !/tests?\b|recording|fakes/.test(file));
  return product.map((file) => readFileSync(join(source, file), "utf8").split("#[cfg(test)]")[0]).join("\n");
}

const CODE = CRATES.map(code).join("\n");

/** The names of the metrics of the functions' namespace, wherever the template has them. */
function shown(): Set<string> {
  const text = JSON.stringify(template("prod").toJSON()).replaceAll("\\", "");
  const inAlarms = text.matchAll(/"MetricName":"(\w+)","Namespace":"TripSaga"/g);
  const inGraphs = text.matchAll(/\["TripSaga","(\w+)"/g);
  return new Set([...inAlarms, ...inGraphs].map(([, name]) => name ?? assert.fail()));
}

test("every figure of an alarm or a graph is told by the code", () => {
  const names = shown();
  assert.ok(names.size >= 4, [...names].join(" "));
  const isTold = (name: string) => new RegExp(`metrics::\\w+\\(\\s*"${name}"`).test(CODE);
  assert.deepEqual([...names].filter((name) => !isTold(name)), []);
});

test("every line that a filter counts is written by the code, or by a state that is there", () => {
  const patterns = ofType("prod", "AWS::Logs::MetricFilter").map((filter) => filter.Properties.FilterPattern as string);
  const quoted = (field: string) => patterns.flatMap((pattern) => [...pattern.matchAll(new RegExp(`\\$\\.${field} = "([^"]+)"`, "g"))].map(([, text]) => text ?? ""));
  const [messages, states] = [quoted("message"), quoted("details\\.name")];
  assert.ok(messages.length > 0 && states.length > 0);
  for (const message of messages) assert.ok(CODE.includes(`"${message}"`), message);
  const { States } = JSON.parse(readFileSync(join(ROOT, "saga/trip-booking.asl.json"), "utf8"));
  for (const state of states) assert.equal(States[state]?.Type, "Task", state);
});

/** A search, the one form of expression in use: a namespace with dimensions, a metric's name, a statistic, a period. */
const SEARCH = /^SEARCH\('\{[\w\/]+(,\w+)*\} MetricName="\w+"', '(Sum|Average|Minimum|Maximum|SampleCount)', \d+\)$/;

test("a graph's expression is a search as CloudWatch documents it, and no alarm has one", () => {
  const [dashboard] = ofType("prod", "AWS::CloudWatch::Dashboard");
  const [, parts] = dashboard?.Properties.DashboardBody["Fn::Join"] ?? assert.fail();
  const body = JSON.parse(parts.map((part: unknown) => (typeof part === "string" ? part : "name")).join(""));
  const metrics = body.widgets.flatMap((widget: any) => widget.properties.metrics).flat();
  const expressions = metrics.flatMap((metric: any) => metric.expression ?? []);
  assert.equal(expressions.length, 2);
  for (const expression of expressions) assert.match(expression, SEARCH);
  assert.doesNotMatch(JSON.stringify(ofType("prod", "AWS::CloudWatch::Alarm")), /"Expression"/);
});
