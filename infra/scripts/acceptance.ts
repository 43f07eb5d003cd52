// Books through a deployed API and checks the outcome: node --import tsx scripts/acceptance.ts
// SCENARIO... A scenario passes when the trip has ended as it should, its events are on the bus,
// and the search view shows it.
//
// TRIP_API is the API's URL and TRIP_TOKEN a customer's token. Against `trip up` that is
// http://127.0.0.1:8080 and dev-customer-1. The scenarios need the sandbox suppliers, so they
// cannot run in production.

import { randomUUID } from "node:crypto";

interface Scenario {
  readonly sandbox?: Record<string, string>;
  /** Whether the customer cancels the trip once it is confirmed. */
  readonly cancels?: boolean;
  readonly ends: string;
  readonly members: Record<string, string>;
  readonly events: readonly string[];
}

export const SCENARIOS: Record<string, Scenario> = {
  "happy-path": {
    ends: "CONFIRMED",
    members: { flight: "CONFIRMED", hotel: "CONFIRMED", payment: "CAPTURED" },
    events: ["flight.reserved.v1", "hotel.reserved.v1", "payment.captured.v1", "trip.confirmed.v1"],
  },
  compensation: {
    sandbox: { payment: "declined" },
    ends: "FAILED",
    members: { flight: "CANCELLED", hotel: "CANCELLED", payment: "DECLINED" },
    events: [
      "flight.reserved.v1",
      "hotel.reserved.v1",
      "payment.declined.v1",
      "hotel.cancelled.v1",
      "flight.cancelled.v1",
      "trip.failed.v1",
    ],
  },
  cancellation: {
    cancels: true,
    ends: "CANCELLED",
    members: { flight: "CANCELLED", hotel: "CANCELLED", payment: "REFUNDED" },
    events: [
      "flight.reserved.v1",
      "hotel.reserved.v1",
      "payment.captured.v1",
      "trip.confirmed.v1",
      "payment.refunded.v1",
      "hotel.cancelled.v1",
      "flight.cancelled.v1",
      "trip.cancelled.v1",
    ],
  },
};

const DEPARTURE = "2030-03-01";

export interface Target {
  readonly api: string;
  readonly token: string;
  /** How long to wait before asking again, in milliseconds. */
  readonly every: number;
  /** How long to wait for each later result, in milliseconds. */
  readonly patience: number;
}

/** Runs a scenario to its end. Throws if anything differs from the scenario. */
export async function accept(name: string, target: Target): Promise<string> {
  const scenario = SCENARIOS[name];
  if (!scenario) throw new Error(`the scenarios are ${Object.keys(SCENARIOS).join(", ")}, not ${name}`);
  const id = `acceptance-${randomUUID()}`;
  await accepted(target, "/trips", booking(id, scenario.sandbox));
  if (scenario.cancels) {
    await ended(target, id, ["CONFIRMED", "FAILED"]);
    await accepted(target, `/trips/${id}/cancellation`);
  }
  const trip = await ended(target, id, scenario.cancels ? ["CANCELLED"] : ["CONFIRMED", "FAILED"]);
  same("status of the trip", trip.status, scenario.ends);
  for (const [member, status] of Object.entries(scenario.members)) same(`status of the ${member}`, trip[member]?.status, status);
  await published(target, id, scenario.events);
  await found(target, id, scenario.ends);
  return `${name}: ${id} is ${trip.status}`;
}

async function accepted(target: Target, path: string, body?: object): Promise<void> {
  same(`status of POST ${path.replace(/acceptance-[^/]*/, "ID")}`, (await ask(target, "POST", path, body)).status, 202);
}

function ended(target: Target, id: string, ends: readonly string[]) {
  return eventually(target, `${id} has not ended`, async () => {
    const { status, body } = await ask(target, "GET", `/trips/${id}`);
    return status === 200 && ends.includes(body.status) ? body : undefined;
  });
}

/** The dispatcher's part: every event that was committed is on the bus. */
async function published(target: Target, id: string, expected: readonly string[]): Promise<void> {
  const events = await eventually(target, `the events of ${id} were not published`, async () => {
    const { body } = await ask(target, "GET", `/trips/${id}/events`);
    return body.events.every((entry: { dispatched_at?: string }) => entry.dispatched_at) ? body.events : undefined;
  });
  same("events", events.map((entry: { event: { type: string } }) => entry.event.type).join(" "), expected.join(" "));
}

/** The projector's part: a search by the trip's last status finds it. */
async function found(target: Target, id: string, status: string): Promise<void> {
  await eventually(target, `a search for ${status} does not find ${id}`, async () => {
    let query = `status=${status}&from=${DEPARTURE}&to=${DEPARTURE}`;
    for (;;) {
      const { body } = await ask(target, "GET", `/trips?${query}`);
      if (body.trips?.some((trip: { trip_id: string }) => trip.trip_id === id)) return true;
      if (!body.next_cursor) return undefined;
      query = `status=${status}&from=${DEPARTURE}&to=${DEPARTURE}&cursor=${encodeURIComponent(body.next_cursor)}`;
    }
  });
}

/** Asks until there is an answer. */
async function eventually<T>(target: Target, otherwise: string, asking: () => Promise<T | undefined>): Promise<T> {
  for (const deadline = Date.now() + target.patience; Date.now() < deadline; await pause(target.every)) {
    const answer = await asking();
    if (answer !== undefined) return answer;
  }
  throw new Error(`${otherwise} within ${target.patience} ms`);
}

async function ask(target: Target, method: string, path: string, body?: object) {
  const headers: Record<string, string> = { Authorization: `Bearer ${target.token}` };
  if (body) headers["Content-Type"] = "application/json";
  const answer = await fetch(`${target.api.replace(/\/$/, "")}${path}`, { method, headers, body: body && JSON.stringify(body) });
  return { status: answer.status, body: (await answer.json()) as any };
}

function same(what: string, found: unknown, expected: unknown): void {
  if (found !== expected) throw new Error(`${what}: ${String(found)} where ${String(expected)} was expected`);
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

function booking(id: string, sandbox?: Record<string, string>): object {
  const price = { price_amount: "100", price_currency: "EUR" };
  return {
    trip_id: id,
    flight_details: { flight_number: "NH001", departure_time: `${DEPARTURE}T10:00:00`, arrival_time: `${DEPARTURE}T14:00:00`, ...price },
    hotel_details: { hotel_name: "Acceptance Inn", check_in_date: DEPARTURE, check_out_date: "2030-03-03", ...price },
    amount: "200",
    currency: "EUR",
    ...(sandbox && { sandbox }),
  };
}

async function main(): Promise<void> {
  const { TRIP_API: api, TRIP_TOKEN: token } = process.env;
  const names = process.argv.slice(2);
  if (!api || !token || names.length === 0) throw new Error("set TRIP_API and TRIP_TOKEN, and name a scenario");
  for (const name of names) console.log(await accept(name, { api, token, every: 1000, patience: 120_000 }));
}

if (require.main === module) {
  main().catch((error: Error) => {
    console.error(`error: ${error.message}`);
    process.exitCode = 1;
  });
}
