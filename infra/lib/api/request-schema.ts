// The schema that API Gateway checks a booking's body with, from the file that the Rust code
// writes.

import schema from "../../generated/trip-request.schema.json";

/**
 * Production has no sandbox suppliers, so a request cannot ask them for anything there. Null asks
 * for nothing.
 */
export function requestSchema(isProduction: boolean): object {
  if (!isProduction) return schema;
  return { ...schema, properties: { ...schema.properties, sandbox: { type: "null" } } };
}
