// Every Lambda function of the product: what runs in it, for how long it may, and how a release
// reaches it.

/** The archives under target/dist, as `cargo xtask dist` names them. */
export type Binary = "saga" | "dispatcher" | "sweeper" | "projector" | "query-api";

/**
 * How a new version takes over.
 *
 * - `forward`, `read`: a tenth of the calls first, the rest when no alarm rose.
 * - `compensation`: all calls at once. A trip may have been written by either version of the forward steps,
 *   and an undo must know both; were two versions of an undo live, the older one could meet what only the
 *   newer one can read.
 * - `consumer`: all at once, since a batch that fails is only tried again.
 */
export type Role = "forward" | "compensation" | "read" | "consumer";

export interface FunctionSpec {
  readonly name: string;
  readonly binary: Binary;
  /** Lambda's handler setting. The saga's binary selects its operation by it. */
  readonly handler: string;
  readonly role: Role;
  /** Shorter than the 30 seconds of a state machine's task, by 10 at the least. */
  readonly timeoutSeconds: number;
  readonly memoryMb: number;
  readonly description: string;
}

const STEP = { binary: "saga", timeoutSeconds: 15, memoryMb: 256 } as const;
const STREAM = { role: "consumer", timeoutSeconds: 55, memoryMb: 256, handler: "bootstrap" } as const;

export const FUNCTIONS = {
  flightReserve: { ...STEP, name: "flight-reserve", handler: "flight.reserve", role: "forward", description: "Reserves the flight and opens the trip." },
  flightCancel: { ...STEP, name: "flight-cancel", handler: "flight.cancel", role: "compensation", description: "Releases the flight and ends the trip." },
  hotelReserve: { ...STEP, name: "hotel-reserve", handler: "hotel.reserve", role: "forward", description: "Reserves the hotel." },
  hotelCancel: { ...STEP, name: "hotel-cancel", handler: "hotel.cancel", role: "compensation", description: "Releases the hotel." },
  paymentProcess: { ...STEP, name: "payment-process", handler: "payment.process", role: "forward", description: "Captures the payment and confirms the trip." },
  paymentRefund: { ...STEP, name: "payment-refund", handler: "payment.refund", role: "compensation", description: "Voids or refunds the payment." },
  tripCancel: { ...STEP, name: "trip-cancel", handler: "trip.cancel", role: "compensation", description: "Starts the compensation of a confirmed trip, behind HTTP." },
  dispatcher: { ...STREAM, name: "dispatcher", binary: "dispatcher", description: "Publishes the outbox's events to the bus." },
  sweeper: { ...STREAM, name: "outbox-sweeper", binary: "sweeper", description: "Publishes every minute what the stream did not bring." },
  projector: { ...STREAM, name: "projector", binary: "projector", description: "Keeps the search view." },
  queryApi: { name: "query-api", binary: "query-api", handler: "bootstrap", role: "read", timeoutSeconds: 10, memoryMb: 256, description: "Answers reads and searches." },
} as const satisfies Record<string, FunctionSpec>;

export type FunctionKey = keyof typeof FUNCTIONS;
export const FUNCTION_KEYS = Object.keys(FUNCTIONS) as FunctionKey[];
