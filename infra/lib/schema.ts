// The tables as the Rust code generates them: the one source of their names, keys and indexes.

import generated from "../generated/tables.json";

export interface IndexSpec {
  readonly name: string;
  readonly partitionKey: string;
  readonly sortKey?: string;
  readonly projection: string;
}

export interface TableSpec {
  readonly name: string;
  readonly partitionKey: string;
  readonly sortKey?: string;
  readonly indexes: readonly IndexSpec[];
  readonly stream?: string;
  readonly timeToLiveAttribute?: string;
}

export const TABLES: { readonly [table in keyof typeof generated.tables]: TableSpec } = generated.tables;

if (generated.billingMode !== "PAY_PER_REQUEST" || generated.keyType !== "S") {
  throw new Error("tables.json asks for a billing mode or a key type that the Database construct does not build");
}
