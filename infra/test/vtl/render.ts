// Renders a mapping template as API Gateway does: Velocity, with $input, $context and $util.

import { Compile, parse } from "velocityjs";
import { escapeJavaScript, JavaNumber, JavaString } from "./java-string";

export interface Call {
  readonly body: string;
  readonly headers: Record<string, string>;
  readonly requestId: string;
  readonly claims?: Record<string, string>;
}

export interface Answer {
  readonly text: string;
  readonly status?: number;
  readonly headers: Record<string, string>;
}

export function render(template: string, call: Call): Answer {
  const responseOverride: { status?: number; header: Record<string, unknown> } = { header: {} };
  const context = {
    requestId: new JavaString(call.requestId),
    extendedRequestId: new JavaString("JJNX+/FTDoEEJ7g="),
    requestTimeEpoch: 1772326800120,
    path: new JavaString("/dev/trips"),
    authorizer: { claims: call.claims },
    responseOverride,
  };
  const text = new Compile(parse(template), { escape: false, customMethodHandlers: [TO_STRING] }).render({ input: input(call), context, util: { escapeJavaScript, parseJson: (json: unknown) => read(String(json)) } });
  const headers = Object.entries(responseOverride.header).map(([name, value]) => [name, String(value)]);
  return { text, status: responseOverride.status, headers: Object.fromEntries(headers) };
}

/** JavaScript's own toString, by which a text is printed, gives no string of Java's. */
const TO_STRING = {
  uid: "toString",
  match: ({ property }: { property: string }) => property === "toString",
  resolve: ({ context }: { context: unknown }) => new JavaString(String(context)),
};

function input(call: Call) {
  const header = {
    keySet: () => Object.keys(call.headers).map((name) => new JavaString(name)),
    get: (name: JavaString) => new JavaString(call.headers[String(name)] ?? ""),
  };
  return { body: new JavaString(call.body), path: (path: string) => at(call.body, path), params: () => ({ header }) };
}

/** The two forms of path that the templates use: the root, and a member of it. */
function at(body: string, path: string): unknown {
  const root = read(body);
  return path === "$" ? root : (root as Record<string, unknown>)[path.replace(/^\$\./, "")];
}

/** JSON as Java has it. A number is marked first, since JavaScript's own would not tell 8e4 from 80000. */
function read(json: string): unknown {
  const marked = json.replace(/"(?:[^"\\]|\\.)*"|-?[0-9][0-9.eE+-]*/g, (token) => (token.startsWith('"') ? `"s${token.slice(1)}` : `"n${token}"`));
  return unmarked(JSON.parse(marked));
}

function unmarked(value: unknown): unknown {
  if (typeof value === "string") return value.startsWith("n") ? new JavaNumber(value.slice(1)) : new JavaString(value.slice(1));
  if (value === null || typeof value !== "object" || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name.slice(1), unmarked(one)]));
}
