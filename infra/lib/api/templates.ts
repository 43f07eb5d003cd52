// The mapping templates of POST /trips, read from their files and completed with the few names
// that a deployment knows.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { namesSite } from "./cors";
import { countMembers, readMembers, writeMembers } from "./request-form";

export type TemplateName = "booking-request" | "booking-admitted" | "booking-refused" | "booking-failed";

/** Parts that several templates share. */
const PARTS = { __REQUEST_ID__: "request-id", __TRACE__: "trace" } as const;
const SITE = "__SITE__";
const STATE_MACHINE_ARN = "__STATE_MACHINE_ARN__";

/** The template of StartSyncExecution's input. */
export function requestTemplate(stateMachineArn: string): string {
  return whole("booking-request")
    .replace("__READ_MEMBERS__", readMembers)
    .replace("__COUNT_MEMBERS__", countMembers)
    .replace("__WRITE_MEMBERS__", writeMembers)
    .replace(STATE_MACHINE_ARN, () => stateMachineArn);
}

/**
 * A template of an answer. It repeats the request's id and trace, which it reads with
 * $input.params(): the reference describes it for templates in general, not for requests only, and
 * the library's own CORS answers read the Origin header in this way. If it holds nothing, the
 * answer carries the gateway's id and no trace.
 */
export function answerTemplate(name: Exclude<TemplateName, "booking-request">, origins: readonly string[] = []): string {
  return whole(name).replace(SITE, () => namesSite(origins));
}

function whole(name: TemplateName): string {
  const put = (text: string, [mark, part]: [string, string]) => text.replaceAll(mark, () => read(part).trimEnd());
  return Object.entries(PARTS).reduce(put, read(name));
}

function read(name: string): string {
  return readFileSync(join(__dirname, `${name}.vtl`), "utf8");
}
