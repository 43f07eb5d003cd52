// Renders a mapping template as API Gateway does: Velocity, with $input, $context and $util.

import { Compile, parse } from "velocityjs";
import { escapeJavaScript, JavaString } from "./java-string";

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
    path: new JavaString("/dev/trips"),
    authorizer: { claims: call.claims },
    responseOverride,
  };
  const text = new Compile(parse(template), { escape: false }).render({ input: input(call), context, util: { escapeJavaScript } });
  const headers = Object.entries(responseOverride.header).map(([name, value]) => [name, String(value)]);
  return { text, status: responseOverride.status, headers: Object.fromEntries(headers) };
}

function input(call: Call) {
  const header = {
    keySet: () => Object.keys(call.headers).map((name) => new JavaString(name)),
    get: (name: JavaString) => new JavaString(call.headers[String(name)] ?? ""),
  };
  return { body: new JavaString(call.body), path: (path: string) => member(call.body, path), params: () => ({ header }) };
}

/** The one form of path that the templates use: a member of the root, or nothing. */
function member(body: string, path: string): JavaString | undefined {
  const value = JSON.parse(body)[path.replace(/^\$\./, "")];
  return value === undefined ? undefined : new JavaString(String(value));
}
