// An answer of TestState beside the expected one.

import { isDeepStrictEqual } from "node:util";
import type { TestStateCommandOutput } from "@aws-sdk/client-sfn";
import type { Expected } from "./questions";

const parsed = (text: string | undefined): unknown => (text === undefined ? undefined : JSON.parse(text));

/** What differs, a line each. */
export function differences(answer: TestStateCommandOutput, expected: Expected): string[] {
  const found: string[] = [];
  const same = (what: string, got: unknown, wanted: unknown) => {
    if (!isDeepStrictEqual(got, wanted)) found.push(`${what} is ${JSON.stringify(got)}, and ${JSON.stringify(wanted)} here`);
  };
  const details = answer.inspectionData?.errorDetails;
  same("the status", answer.status, expected.status);
  if (found.length > 0) return found;
  if (expected.status === "SUCCEEDED") {
    const sent = parsed(answer.inspectionData?.afterParameters) as { Payload?: unknown } | undefined;
    same("the next state", answer.nextState ?? null, expected.next);
    same("the output", parsed(answer.output), expected.output);
    same("what is sent", sent?.Payload ?? sent, expected.event);
    return found;
  }
  same("the error", answer.error, expected.error);
  if (expected.status === "RETRIABLE") {
    const wait = details?.retryBackoffIntervalSeconds ?? Number.NaN;
    const isWithin = wait >= expected.shortest && wait <= expected.longest;
    same("the retrier", details?.retryIndex, expected.retrier);
    if (!isWithin) found.push(`the wait is ${wait} s, and ${expected.shortest} to ${expected.longest} s here`);
  }
  if (expected.status === "CAUGHT_ERROR") {
    same("the catcher", details?.catchIndex, expected.catcher);
    same("the next state", answer.nextState, expected.next);
    same("the output", parsed(answer.output), expected.output);
  }
  return found;
}
