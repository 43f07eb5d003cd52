// Books through a deployed API and looks what became of it: node --import tsx scripts/acceptance.ts happy-path|compensation
//
// TRIP_API is the API's URL and TRIP_TOKEN a customer's token. Against `trip up` that is http://127.0.0.1:8080 and
// dev-customer-1. The sandbox suppliers are needed, so production is no place for it.

import { randomUUID } from "node:crypto";

interface Scenario {
  readonly sandbox?: Record<string, string>;
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
};

const ENDS = ["CONFIRMED", "FAILED", "CANCELLED"];

export interface Target {
  readonly api: string;
  readonly token: string;
  /** How often and how long apart to ask for the trip's end, in milliseconds. */
  readonly every: number;
  readonly patience: number;
}

/** Runs a scenario to its end. Throws where anything is not as the scenario has it. */
export async function accept(name: string, target: Target): Promise<string> {
  const scenario = SCENARIOS[name];
  if (!scenario) throw new Error(`the scenarios are ${Object.keys(SCENARIOS).join(" and ")}, not ${name}`);
  const id = `acceptance-${randomUUID()}`;
  const accepted = await ask(target, "POST", "/trips", booking(id, scenario.sandbox));
  same("status of the booking", accepted.status, 202);
  const trip = await ended(target, id);
  same("status of the trip", trip.status, scenario.ends);
  for (const [member, status] of Object.entries(scenario.members)) same(`status of the ${member}`, trip[member]?.status, status);
  const timeline = await ask(target, "GET", `/trips/${id}/events`);
  const types = timeline.body.events.map((event: { type: string }) => event.type);
  same("events", types.join(" "), scenario.events.join(" "));
  return `${name}: ${id} is ${trip.status}`;
}

async function ended(target: Target, id: string) {
  for (const deadline = Date.now() + target.patience; Date.now() < deadline; await pause(target.every)) {
    const { status, body } = await ask(target, "GET", `/trips/${id}`);
    if (status === 200 && ENDS.includes(body.status)) return body;
  }
  throw new Error(`${id} has not ended within ${target.patience} ms`);
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
    flight_details: { flight_number: "NH001", departure_time: "2030-03-01T10:00:00", arrival_time: "2030-03-01T14:00:00", ...price },
    hotel_details: { hotel_name: "Acceptance Inn", check_in_date: "2030-03-01", check_out_date: "2030-03-03", ...price },
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
