// The acceptance scripts pass where trips end as they should, and fail where they do not.

import assert from "node:assert/strict";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { test } from "node:test";
import { accept, SCENARIOS } from "../scripts/acceptance";

interface Behaviour {
  readonly accepts?: number;
  readonly ends?: string;
  readonly hotel?: string;
  readonly events?: readonly string[];
}

/** An API that ends every trip as a scenario wants it, but for what differs. It is asked twice before a trip is there. */
async function against(name: string, differs: Behaviour): Promise<string> {
  const scenario = SCENARIOS[name] ?? assert.fail();
  let asked = 0;
  const members = Object.fromEntries(Object.entries(scenario.members).map(([member, status]) => [member, { status }]));
  const trip = { ...members, status: differs.ends ?? scenario.ends, ...(differs.hotel && { hotel: { status: differs.hotel } }) };
  const events = (differs.events ?? scenario.events).map((type) => ({ type }));
  const server = createServer((request, response) => {
    const isTimeline = request.url?.endsWith("/events");
    const isEarly = request.method === "GET" && !isTimeline && asked++ < 2;
    response.statusCode = request.method === "POST" ? (differs.accepts ?? 202) : isEarly ? 404 : 200;
    response.end(JSON.stringify(isTimeline ? { events } : trip));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const target = { api: `http://127.0.0.1:${port}/`, token: "token", every: 1, patience: 2_000 };
  try {
    return await accept(name, target);
  } finally {
    server.close();
  }
}

for (const name of Object.keys(SCENARIOS)) {
  test(`${name} passes where the trip ends as it should`, async () => {
    assert.match(await against(name, {}), new RegExp(`^${name}: acceptance-`));
  });

  test(`${name} fails where anything is otherwise`, async () => {
    await assert.rejects(against(name, { accepts: 409 }), /status of the booking: 409/);
    await assert.rejects(against(name, { ends: "CANCELLED" }), /status of the trip: CANCELLED/);
    await assert.rejects(against(name, { hotel: "RESERVED" }), /status of the hotel: RESERVED/);
    await assert.rejects(against(name, { events: ["trip.failed.v1"] }), /events: trip.failed.v1/);
    await assert.rejects(against(name, { ends: "PENDING" }), /has not ended within/);
  });
}
