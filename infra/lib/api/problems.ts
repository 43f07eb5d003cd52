// API Gateway's own refusals: problem details under the codes of docs/errors.

import { ResponseType } from "aws-cdk-lib/aws-apigateway";
import type { RestApi } from "aws-cdk-lib/aws-apigateway";
import { refusalHeaders } from "./cors";
import { PROBLEM, quoted, SECURITY_HEADERS } from "./headers";

interface Problem {
  readonly type: ResponseType;
  readonly status: number;
  readonly code: string;
  readonly title: string;
  readonly detail: string;
  readonly headers?: Record<string, string>;
}

const SIGN_IN = {
  status: 401,
  code: "Unauthorized",
  title: "Unauthorized",
  detail: "sign in and send the token as Authorization: Bearer TOKEN",
  headers: { "WWW-Authenticate": "Bearer" },
};
const NO_ROUTE = {
  status: 404,
  code: "RouteNotFound",
  title: "Route not found",
  detail: "there is no such route, or it does not take this method",
};
const TOO_MANY = {
  status: 429,
  code: "TooManyRequests",
  title: "Too many requests",
  detail: "too many requests at once; send the same request again",
  headers: { "Retry-After": "1" },
};
const INVALID = { status: 400, code: "InvalidRequest", title: "Invalid request" };
const FAULT = {
  status: 500,
  code: "InternalError",
  title: "Internal error",
  detail: "a fault of ours; its cause is in the log",
};

export const PROBLEMS: readonly Problem[] = [
  { ...INVALID, type: ResponseType.DEFAULT_4XX, detail: "the request is not one that this API takes" },
  { ...INVALID, type: ResponseType.BAD_REQUEST_BODY, detail: "the body does not have the shape of a booking" },
  { ...INVALID, type: ResponseType.BAD_REQUEST_PARAMETERS, detail: "a parameter is missing or malformed" },
  { ...INVALID, type: ResponseType.WAF_FILTERED, detail: "the request was taken for an attack" },
  { ...SIGN_IN, type: ResponseType.UNAUTHORIZED },
  { ...SIGN_IN, type: ResponseType.ACCESS_DENIED },
  { ...SIGN_IN, type: ResponseType.EXPIRED_TOKEN },
  { ...SIGN_IN, type: ResponseType.INVALID_SIGNATURE },
  // What API Gateway answers to a route that it does not have.
  { ...NO_ROUTE, type: ResponseType.MISSING_AUTHENTICATION_TOKEN },
  { ...NO_ROUTE, type: ResponseType.RESOURCE_NOT_FOUND },
  {
    type: ResponseType.REQUEST_TOO_LARGE,
    status: 413,
    code: "BodyTooLarge",
    title: "Body too large",
    detail: "the body has more bytes than any booking needs",
  },
  {
    type: ResponseType.UNSUPPORTED_MEDIA_TYPE,
    status: 415,
    code: "UnsupportedMediaType",
    title: "Unsupported media type",
    detail: "send the body as JSON, with Content-Type: application/json",
  },
  { ...TOO_MANY, type: ResponseType.THROTTLED },
  { ...TOO_MANY, type: ResponseType.QUOTA_EXCEEDED },
  { ...FAULT, type: ResponseType.DEFAULT_5XX },
  { ...FAULT, type: ResponseType.AUTHORIZER_FAILURE },
  { ...FAULT, type: ResponseType.AUTHORIZER_CONFIGURATION_ERROR },
  { ...FAULT, type: ResponseType.API_CONFIGURATION_ERROR },
  { ...FAULT, status: 502, type: ResponseType.INTEGRATION_FAILURE },
  { ...FAULT, status: 504, type: ResponseType.INTEGRATION_TIMEOUT },
];

export function addProblems(api: RestApi, origins: readonly string[]): void {
  for (const problem of PROBLEMS) {
    api.addGatewayResponse(problem.type.responseType, {
      type: problem.type,
      statusCode: String(problem.status),
      responseHeaders: headers(problem, origins),
      // The media type in the client's Accept header selects the template; its text is the same
      // for all of them.
      templates: { "application/json": body(problem) },
    });
  }
}

function headers(problem: Problem, origins: readonly string[]): Record<string, string> {
  const fixed = { ...SECURITY_HEADERS, "Content-Type": PROBLEM, ...problem.headers, ...refusalHeaders(origins) };
  const entries = Object.entries(fixed).map(([name, value]) => [name, quoted(value)]);
  return { ...Object.fromEntries(entries), "X-Request-Id": "context.requestId" };
}

/**
 * It holds no text from the request: API Gateway does not escape the values that it inserts. Of the
 * path before the route, only the stage's name is known here.
 */
function body({ code, title, status, detail }: Problem): string {
  return JSON.stringify({ type: `/$context.stage/docs/errors/${code}`, title, status, code, detail });
}
