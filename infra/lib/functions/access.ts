// Which function may do what: the DynamoDB actions behind the SDK calls that its Rust modules make.
// A test reads those modules and compares.

import type { BusKind } from "../settings";
import type { FunctionKey } from "./catalogue";

/** A transaction's writes need the plain actions; PartiQL's actions have other names. */
export type TableAction =
  | "dynamodb:GetItem"
  | "dynamodb:BatchGetItem"
  | "dynamodb:Query"
  | "dynamodb:PutItem"
  | "dynamodb:UpdateItem"
  | "dynamodb:PartiQLUpdate";

export type TableName = "trips" | "search" | "shadow" | "sandbox";

export interface TableAccess {
  readonly table: TableName;
  readonly actions: readonly TableAction[];
  /**
   * The indexes that the function queries. A query of an index needs no right to the table itself.
   */
  readonly indexes?: readonly string[];
}

/** A step loads the trip, and writes it with its members and their events. */
const STEP: readonly TableAccess[] = [
  { table: "trips", actions: ["dynamodb:GetItem", "dynamodb:PutItem"] },
  { table: "sandbox", actions: ["dynamodb:GetItem", "dynamodb:PutItem"] },
];

const OUTBOX: TableAccess = {
  table: "trips",
  actions: ["dynamodb:BatchGetItem", "dynamodb:PartiQLUpdate", "dynamodb:UpdateItem"],
};

export const TABLE_ACCESS: { readonly [key in FunctionKey]: readonly TableAccess[] } = {
  flightReserve: STEP,
  flightCancel: STEP,
  hotelReserve: STEP,
  hotelCancel: STEP,
  paymentProcess: STEP,
  paymentRefund: STEP,
  tripCancel: [{ table: "trips", actions: ["dynamodb:GetItem"] }],
  tripNote: [{ table: "trips", actions: ["dynamodb:UpdateItem"] }],
  dispatcher: [OUTBOX],
  sweeper: [OUTBOX, { table: "trips", actions: ["dynamodb:Query"], indexes: ["GSI1"] }],
  projector: (["search", "shadow"] as const).map((table) => ({ table, actions: ["dynamodb:PutItem"] })),
  queryApi: [
    { table: "trips", actions: ["dynamodb:GetItem", "dynamodb:Query"] },
    {
      table: "search",
      actions: ["dynamodb:Query"],
      indexes: ["status-departure-index", "customer-departure-index", "customer-status-departure-index"],
    },
  ],
  // It searches by the API, and changes of a trip no more than the marks on its parked events.
  console: [
    { table: "trips", actions: ["dynamodb:GetItem", "dynamodb:BatchGetItem", "dynamodb:Query", "dynamodb:UpdateItem"] },
    { table: "trips", actions: ["dynamodb:Query"], indexes: ["GSI1"] },
    // How far the view is, and when it was last compared.
    { table: "search", actions: ["dynamodb:GetItem", "dynamodb:BatchGetItem"] },
  ],
};

/** Before an ordered bus is sent an event, the trip's events before it are looked at. */
export const IN_ORDER: TableAccess = { table: "trips", actions: ["dynamodb:Query"] };

/** What a function may do, by the bus that it publishes to. */
export function tableAccess(key: FunctionKey, bus: BusKind): readonly TableAccess[] {
  const isPublisher = key === "dispatcher" || key === "sweeper";
  return isPublisher && bus === "ordered" ? [...TABLE_ACCESS[key], IN_ORDER] : TABLE_ACCESS[key];
}
