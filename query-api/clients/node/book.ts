// A client made by openapi-typescript: books, polls, pages, cancels and reads errors. Its argument
// is the API's URL.

import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import createClient from "openapi-fetch";
import type { components, paths } from "./.generated/schema.js";

type Status = components["schemas"]["TripStatus"];

const url = process.argv[2]!;
const api = createClient<paths>({ baseUrl: url, headers: { Authorization: "Bearer dev-customer-typescript" } });

function booking(tripId: string): components["schemas"]["BookingRequest"] {
  return {
    trip_id: tripId,
    flight_details: {
      flight_number: "NH001",
      departure_time: "2026-03-01T10:00:00",
      arrival_time: "2026-03-01T14:00:00",
      price_amount: "500.10",
      price_currency: "USD",
    },
    hotel_details: {
      hotel_name: "Grand Hotel Tokyo",
      check_in_date: "2026-03-01",
      check_out_date: "2026-03-03",
      price_amount: "300",
      price_currency: "USD",
    },
    amount: "800.10",
    currency: "USD",
  };
}

/** Asks until there is an answer. */
async function eventually<T>(what: string, ask: () => Promise<T | undefined>): Promise<T> {
  for (const deadline = Date.now() + 60_000; Date.now() < deadline; await sleep(100)) {
    const answer = await ask();
    if (answer !== undefined) return answer;
  }
  throw new Error(`${what}: not within a minute`);
}

function reaches(tripId: string, status: Status) {
  return eventually(`${tripId} is ${status}`, async () => {
    const { data } = await api.GET("/trips/{trip_id}", { params: { path: { trip_id: tripId } } });
    return data?.status === status ? data : undefined;
  });
}

/** The ids of all confirmed trips, read one a page. */
async function confirmed(): Promise<string[]> {
  const ids: string[] = [];
  let cursor: string | undefined;
  do {
    const query = { status: ["CONFIRMED" as const], from: "2026-03-01", to: "2026-03-31", limit: 1, ...(cursor && { cursor }) };
    const { data } = await api.GET("/trips", { params: { query } });
    assert.ok(data);
    ids.push(...data.trips.map((trip) => trip.trip_id));
    cursor = data.next_cursor;
  } while (cursor);
  return ids;
}

for (const tripId of ["typescript-1", "typescript-2"]) {
  const { data, error, response } = await api.POST("/trips", { body: booking(tripId) });
  assert.equal(response.status, 202, JSON.stringify(error));
  assert.equal(data?.trip_id, tripId);
  const trip = await reaches(tripId, "CONFIRMED");
  assert.equal(trip.amount?.currency, "USD");
}
await eventually("both are on pages", async () => ((await confirmed()).length === 2 ? true : undefined));

const path = { trip_id: "typescript-1" };
const timeline = await api.GET("/trips/{trip_id}/events", { params: { path } });
assert.equal(timeline.data?.events.length, 4);
assert.equal((await api.POST("/trips/{trip_id}/cancellation", { params: { path } })).response.status, 202);
await reaches("typescript-1", "CANCELLED");

const unknown = await api.GET("/trips/{trip_id}", { params: { path: { trip_id: "typescript-3" } } });
assert.equal(unknown.error?.code, "TripNotFound");
assert.equal((await fetch(new URL(unknown.error.type, url))).status, 200);
const refused = await api.POST("/trips", { body: { ...booking("typescript-3"), amount: "a lot" } });
assert.deepEqual(refused.error?.errors?.map(({ field }) => field), ["amount"]);
