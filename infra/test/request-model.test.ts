// The request model that API Gateway checks bodies against: draft 4, and closed to fields of
// others' making.

import assert from "node:assert/strict";
import { test } from "node:test";
import Ajv from "ajv-draft-04";
import { requestSchema } from "../lib/api/request-schema";

const accepts = new Ajv({ strict: false }).compile(requestSchema(false));
const acceptsInProduction = new Ajv({ strict: false }).compile(requestSchema(true));

const BOOKING = {
  flight_details: { flight_number: "NH001", departure_time: "2026-03-01T10:00:00", arrival_time: "2026-03-01T14:00:00", price_amount: 50000, price_currency: "JPY" },
  hotel_details: { hotel_name: "O'Hare Inn", check_in_date: "2026-03-01", check_out_date: "2026-03-03", price_amount: 30000, price_currency: "JPY" },
  amount: 80000,
  currency: "JPY",
};

test("a booking is accepted, with and without a trip id", () => {
  assert.ok(accepts(BOOKING), JSON.stringify(accepts.errors));
  assert.ok(accepts({ ...BOOKING, trip_id: "trip-1" }));
});

test("a body cannot say whose trip it is, nor name a trip that no key can hold", () => {
  assert.ok(!accepts({ ...BOOKING, customer_id: "2" }));
  assert.ok(!accepts({ ...BOOKING, trip_id: "trip#1" }));
  assert.ok(!accepts({ ...BOOKING, amount: 80000.5 }));
  assert.ok(!accepts({}));
});

test("an amount is a text or a whole number, in any spelling", () => {
  for (const amount of ["80000", "80000.00", "100.100000", 80000, 8e4, JSON.parse("80000.0")]) assert.ok(accepts({ ...BOOKING, amount }), `${amount}`);
  for (const amount of [0, -1, 1e15, "0.00", "8e4", "100.12345", null, true]) assert.ok(!accepts({ ...BOOKING, amount }), `${amount}`);
  const award = { ...BOOKING, flight_details: { ...BOOKING.flight_details, price_amount: 0 } };
  assert.ok(accepts(award));
});

test("what may be left out may be null", () => {
  for (const model of [accepts, acceptsInProduction]) assert.ok(model({ ...BOOKING, trip_id: null, sandbox: null }));
  assert.ok(accepts({ ...BOOKING, sandbox: { flight: null } }));
  assert.ok(!accepts({ ...BOOKING, currency: null }));
});

test("only production refuses to be told how the sandbox should behave", () => {
  const sandboxed = { ...BOOKING, sandbox: { payment: "declined" } };
  assert.ok(accepts(sandboxed));
  assert.ok(!acceptsInProduction(sandboxed));
  assert.ok(acceptsInProduction(BOOKING));
});
