// A small Step Functions: TestState for mocked tasks, as its reference describes it, and
// ValidateStateMachineDefinition. It holds every request to the SDK's own model.

import assert from "node:assert/strict";
import { createServer } from "node:http";
import type { IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { InspectionLevel, MockResponseValidationMode, StateMachineType, TestState$, ValidateStateMachineDefinition$, ValidateStateMachineDefinitionSeverity } from "@aws-sdk/client-sfn";

type Json = Record<string, any>;

const OPERATIONS: Record<string, unknown> = { TestState: TestState$, ValidateStateMachineDefinition: ValidateStateMachineDefinition$ };
/** Texts that are one of a few: the model of the requests says only that they are texts. */
const CHOICES: Record<string, object> = {
  inspectionLevel: InspectionLevel,
  fieldValidationMode: MockResponseValidationMode,
  type: StateMachineType,
  severity: ValidateStateMachineDefinitionSeverity,
};
const TEXT = 0;
const NUMBER = 1;
const STRUCTURE = 3;

/** A shape of the SDK's model: [kind, namespace, name, traits, members' names, members, required]. */
type Shape = number | readonly [number, string, string, unknown, ...unknown[]];
const resolved = (shape: unknown): Shape => {
  const one = typeof shape === "function" ? shape() : shape;
  // A member with traits of its own is [shape, traits].
  return Array.isArray(one) && one.length === 2 ? resolved(one[0]) : one;
};

/** Refuses what the model does not have. */
export function assertModelled(value: unknown, shape: unknown, path: string): void {
  const found = resolved(shape);
  const kind = typeof found === "number" ? found : found[0];
  if (kind !== STRUCTURE || typeof found === "number") {
    const type = { [TEXT]: "string", [NUMBER]: "number", 2: "boolean" }[kind];
    assert.ok(type !== undefined, `${path} is of a kind that is not known here: ${kind}`);
    assert.equal(typeof value, type, path);
    const choices = CHOICES[path.split(".").at(-1) ?? ""];
    if (choices) assert.ok(Object.values(choices).includes(value), `${path}: ${value}`);
    return;
  }
  const [names, members, required = 0] = found.slice(4) as [string[], unknown[], number?];
  const given = value as Json;
  for (const [name, inner] of Object.entries(given)) {
    const index = names.indexOf(name);
    assert.ok(index >= 0, `${path}.${name} is not in the model of ${found[2]}`);
    assertModelled(inner, members[index], `${path}.${name}`);
  }
  for (const name of names.slice(0, required)) assert.ok(name in given, `${path}.${name} is missing`);
}

/** The value at a path such as `$.a.b` or `$$.State`, or of an intrinsic function of such paths. */
function evaluated(path: string, input: Json, context: Json): unknown {
  const format = /^States\.Format\('(.*)', (.*)\)$/.exec(path);
  if (format) {
    const values = format[2]!.split(", ").map((one) => evaluated(one, input, context));
    return format[1]!.replace(/\{\}/g, () => String(values.shift()));
  }
  const text = /^States\.JsonToString\((.*)\)$/.exec(path);
  if (text) return JSON.stringify(evaluated(text[1]!, input, context));
  const [root, ...keys] = path.split(".");
  return keys.reduce<any>((at, key) => at?.[key], root === "$$" ? context : input);
}

function filled(template: unknown, input: Json, context: Json): any {
  if (template === null || typeof template !== "object") return template;
  const entries = Object.entries(template).map(([key, value]) => {
    if (key.endsWith(".$")) return [key.slice(0, -2), evaluated(value as string, input, context)];
    return [key, filled(value, input, context)];
  });
  return Object.fromEntries(entries);
}

function placed(input: Json, path: string | null | undefined, value: any): Json {
  if (path === null) return input;
  if (path === undefined) return value;
  const output = structuredClone(input);
  const keys = path.split(".").slice(1);
  const last = keys.pop()!;
  const parent = keys.reduce<Json>((at, key) => (at[key] ??= {}), output);
  parent[last] = value;
  return output;
}

const matches = (policy: Json, error: string) =>
  policy.ErrorEquals.includes(error) ||
  (policy.ErrorEquals.includes("States.ALL") && !["States.DataLimitExceeded", "States.Runtime"].includes(error)) ||
  (policy.ErrorEquals.includes("States.TaskFailed") && error !== "States.Timeout");

/** What TestState says of a mocked task. */
export function testState({ definition, stateName, input: given, context: around, mock, stateConfiguration }: Json): Json {
  const state: Json = JSON.parse(definition).States[stateName];
  const [input, context] = [JSON.parse(given), JSON.parse(around)];
  const afterParameters = JSON.stringify(filled(state.Parameters, input, context));
  if (mock.result !== undefined) {
    const result = JSON.parse(mock.result);
    const selected = state.ResultSelector ? filled(state.ResultSelector, result, context) : result;
    return { status: "SUCCEEDED", nextState: state.Next, output: JSON.stringify(placed(input, state.ResultPath, selected)), inspectionData: { afterParameters } };
  }
  const { error, cause } = mock.errorOutput;
  const retried = stateConfiguration.retrierRetryCount;
  const retryIndex = (state.Retry ?? []).findIndex((retrier: Json) => matches(retrier, error));
  const retrier = state.Retry?.[retryIndex];
  if (retrier && retried < retrier.MaxAttempts) {
    const wait = Math.min(retrier.IntervalSeconds * retrier.BackoffRate ** retried, retrier.MaxDelaySeconds ?? Infinity);
    return { status: "RETRIABLE", error, cause, inspectionData: { errorDetails: { retryIndex, retryBackoffIntervalSeconds: wait } } };
  }
  const catchIndex = (state.Catch ?? []).findIndex((catcher: Json) => matches(catcher, error));
  const catcher = state.Catch?.[catchIndex];
  if (!catcher) return { status: "FAILED", error, cause };
  const output = JSON.stringify(placed(input, catcher.ResultPath, { Error: error, Cause: cause }));
  return { status: "CAUGHT_ERROR", error, cause, nextState: catcher.Next, output, inspectionData: { errorDetails: { catchIndex } } };
}

async function body(request: IncomingMessage): Promise<Json> {
  const chunks = await request.toArray();
  return JSON.parse(Buffer.concat(chunks).toString("utf8"));
}

export interface Endpoint {
  readonly url: string;
  /** How often each operation was called. */
  readonly calls: Record<string, number>;
  close(): void;
}

/** Serves until it is closed. `answer` may change what TestState says. */
export async function serve(answer: (request: Json) => Json = testState): Promise<Endpoint> {
  const calls: Record<string, number> = {};
  const server = createServer(async (request, response) => {
    const operation = String(request.headers["x-amz-target"]).replace("AWSStepFunctions.", "");
    const send = (status: number, said: Json) => response.writeHead(status, { "content-type": "application/x-amz-json-1.0" }).end(JSON.stringify(said));
    try {
      const given = await body(request);
      const schema = OPERATIONS[operation] as readonly unknown[] | undefined;
      assert.ok(schema, `no operation ${operation}`);
      assertModelled(given, schema[4], operation);
      assert.match(String(request.headers.authorization), /^AWS4-HMAC-SHA256 Credential=.*\/states\/aws4_request/);
      calls[operation] = (calls[operation] ?? 0) + 1;
      send(200, operation === "TestState" ? answer(given) : { result: "OK", diagnostics: [], truncated: false });
    } catch (error) {
      send(400, { __type: "ValidationException", message: (error as Error).message });
    }
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, calls, close: () => server.close() };
}
