// Every Lambda function of the product: its code, and how a release reaches it.

import { LIMITS } from "../runtime";
import type { FunctionName, Limits } from "../runtime";
import type { Settings } from "../settings";

/** The archives under target/dist, as `cargo xtask dist` names them. */
export type Binary = "saga" | "dispatcher" | "sweeper" | "projector" | "query-api" | "console";

/** What calls the function, which decides how a new version takes over: see deployment.ts. */
export type Role = "forward" | "compensation" | "read" | "consumer" | "timer" | "listener";

export interface FunctionSpec extends Limits {
  readonly name: FunctionName;
  readonly binary: Binary;
  readonly role: Role;
  readonly description: string;
}

function spec<Name extends FunctionName>(name: Name, binary: Binary, role: Role, description: string) {
  return { ...LIMITS[name], name, binary, role, description } as const;
}

export const FUNCTIONS = {
  flightReserve: spec("flight-reserve", "saga", "forward", "Reserves the flight and opens the trip."),
  flightCancel: spec("flight-cancel", "saga", "compensation", "Releases the flight and ends the trip."),
  hotelReserve: spec("hotel-reserve", "saga", "forward", "Reserves the hotel."),
  hotelCancel: spec("hotel-cancel", "saga", "compensation", "Releases the hotel."),
  paymentProcess: spec("payment-process", "saga", "forward", "Captures the payment and confirms the trip."),
  paymentRefund: spec("payment-refund", "saga", "compensation", "Voids or refunds the payment."),
  tripCancel: spec("trip-cancel", "saga", "compensation", "Starts the compensation of a confirmed trip, behind HTTP."),
  tripNote: spec("trip-note", "saga", "listener", "Notes on a trip that its execution gave up, or goes on."),
  dispatcher: spec("dispatcher", "dispatcher", "consumer", "Publishes the outbox's events to the bus."),
  sweeper: spec("outbox-sweeper", "sweeper", "timer", "Publishes every minute what the stream did not bring."),
  projector: spec("projector", "projector", "consumer", "Keeps the search view."),
  queryApi: spec("query-api", "query-api", "read", "Answers reads and searches."),
  console: spec("console", "console", "read", "Serves the operators' console."),
} as const satisfies Record<string, FunctionSpec>;

/** Whether it is a task of a state machine. */
export function isStep({ binary, name }: FunctionSpec): boolean {
  return binary === "saga" && !name.startsWith("trip-");
}

/** What the function is called in its account. */
export function deployedName(spec: FunctionSpec, settings: Settings): string {
  return settings.named(`trip-saga-${spec.name}`);
}

export type FunctionKey = keyof typeof FUNCTIONS;
export const FUNCTION_KEYS = Object.keys(FUNCTIONS) as FunctionKey[];

/** The functions that an installation has. */
export function functionsOf(settings: Settings): FunctionKey[] {
  return FUNCTION_KEYS.filter((key) => key !== "console" || settings.console);
}
