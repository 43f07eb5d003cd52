// saga/decisions.json: what the local interpreter does about every outcome of every task. Other
// interpreters are compared with it.

import { readFileSync } from "node:fs";
import { join } from "node:path";

type Document = Record<string, unknown>;

/** What follows the last retry. */
export interface Then {
  /** The index of the catcher. */
  readonly catcher: number;
  readonly next: string;
  /** With `$ERROR` where the error's name stands. */
  readonly output: Document;
}

/** What happens where every attempt ends with one of these errors. */
export interface Failures {
  readonly errors: readonly string[];
  /** The index of the retrier. */
  readonly retrier: number | null;
  /** Seconds before each retry: at most so many with full jitter, otherwise exactly so many. */
  readonly longest_waits: readonly number[];
  readonly full_jitter: boolean | null;
  /** Null where the execution fails. */
  readonly then: Then | null;
}

export interface Task {
  /** What the function is invoked with, or the service called with. */
  readonly event: Document;
  /** Where it differs from the usual one. */
  readonly result?: Document;
  readonly output: Document;
  readonly next: string | null;
  readonly failures: readonly Failures[];
}

export interface Machine {
  readonly context: { readonly Execution: Document; readonly State: Document };
  readonly states: Record<string, Task>;
}

export interface Decisions {
  readonly input: Document;
  readonly result: Document;
  readonly cause: string;
  readonly machines: Record<string, Machine>;
}

const SAGA = join(__dirname, "../../../saga");
/** Definitions name their functions, their table and each other by ARNs and names that exist only
 * once they are deployed. Nothing here is called. */
const STAND_INS: Record<string, string> = {
  TripTable: "TripSagaTable",
  BookingStateMachineArn: "arn:aws:states:us-east-1:111122223333:stateMachine:trip-booking",
  BookingExecutions: "arn:aws:states:us-east-1:111122223333:execution:trip-booking",
};
const functionArn = (name: string) => `arn:aws:lambda:us-east-1:111122223333:function:${name}:live`;

export function decisions(): Decisions {
  return JSON.parse(readFileSync(join(SAGA, "decisions.json"), "utf8"));
}

/** A state machine's definition, with stand-ins for what is not there before a deployment. */
export function definition(machine: string): string {
  const text = readFileSync(join(SAGA, `${machine}.asl.json`), "utf8");
  return text.replace(/\$\{(\w+)\}/g, (_, name: string) => STAND_INS[name] ?? functionArn(name));
}

/** The same where the context object has no count of redrives. */
export function withoutRedrives(definition: string): string {
  return definition.replaceAll(/"(\w+)\.\$": "\$\$\.Execution\.RedriveCount"/g, '"$1": 0');
}
