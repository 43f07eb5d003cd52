// How many executions are kept for a function at once, and why. Without the setting none are: a new
// account has a quota of ten, of which Lambda lets nobody reserve any.

import type { Settings } from "../settings";
import { deployedName, FUNCTIONS, functionsOf } from "./catalogue";
import type { FunctionKey } from "./catalogue";

export interface Reservation {
  readonly executions: number;
  /** Printed before a deployment, so that whoever raises a quota knows what for. */
  readonly reason: string;
}

const ONE_SWEEP: Reservation = { executions: 1, reason: "two sweeps at once would publish the same events twice" };
const FOR_A_FLOOD = "a flood of bookings must leave capacity for compensations";

/** What is reserved for this function; a reservation is also the most that it may run at once. */
export function reservationOf(key: FunctionKey, settings: Settings): Reservation | undefined {
  const executions = settings.reservedConcurrency;
  if (executions === undefined) return undefined;
  if (key === "sweeper") return ONE_SWEEP;
  return FUNCTIONS[key].role === "compensation" ? { executions, reason: FOR_A_FLOOD } : undefined;
}

/** The reservations of an installation, by the names of its functions. */
export function reservations(settings: Settings): Map<string, Reservation> {
  const found = new Map<string, Reservation>();
  for (const key of functionsOf(settings)) {
    const reservation = reservationOf(key, settings);
    if (reservation) found.set(deployedName(FUNCTIONS[key], settings), reservation);
  }
  return found;
}
