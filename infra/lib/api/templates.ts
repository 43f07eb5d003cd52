// The mapping templates of POST /trips, read from their files, with the few names that a deployment knows put in.

import { readFileSync } from "node:fs";
import { join } from "node:path";

export type TemplateName = "booking-request" | "booking-accepted" | "booking-refused" | "booking-failed";

const REQUEST_ID = "__REQUEST_ID__";
const STATE_MACHINE_ARN = "__STATE_MACHINE_ARN__";

/** The template of StartExecution's input. */
export function requestTemplate(stateMachineArn: string): string {
  return read("booking-request").replace(STATE_MACHINE_ARN, stateMachineArn);
}

/** A template of an answer, which also echoes the request's id. */
export function answerTemplate(name: Exclude<TemplateName, "booking-request">): string {
  const echo = read("request-id").trimEnd();
  return read(name).replaceAll(REQUEST_ID, () => echo);
}

function read(name: string): string {
  return readFileSync(join(__dirname, `${name}.vtl`), "utf8");
}
