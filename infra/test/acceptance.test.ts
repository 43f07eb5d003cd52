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
  /** Whether the last event stays in the outbox. */
  readonly unpublished?: boolean;
  /** Whether the search view never shows the trip. */
  readonly hidden?: boolean;
}

/** An API that ends every trip as a scenario wants it, but for what differs. What comes later is there when asked again. */
class Api {
  private id = "";
  private cancelled = false;
  private readonly asked = new Map<string, number>();

  constructor(private readonly name: string, private readonly differs: Behaviour) {}

  answer(method: string, path: string, body: string): [number, object] {
    if (path.endsWith("/cancellation")) this.cancelled = true;
    else if (method === "POST") this.id = JSON.parse(body).trip_id;
    if (method === "POST") return [this.differs.accepts ?? 202, {}];
    const isEarly = this.count(path) < 2;
    if (path.endsWith("/events")) return [200, { events: this.events(isEarly) }];
    if (path.startsWith("/trips?")) return this.search(path, isEarly);
    return isEarly ? [404, {}] : [200, this.trip()];
  }

  private count(path: string): number {
    const asked = this.asked.get(path) ?? 0;
    this.asked.set(path, asked + 1);
    return asked;
  }

  private get scenario() {
    return SCENARIOS[this.name] ?? assert.fail();
  }

  private trip(): object {
    const members = Object.fromEntries(Object.entries(this.scenario.members).map(([member, status]) => [member, { status }]));
    const status = this.scenario.cancels && !this.cancelled ? "CONFIRMED" : (this.differs.ends ?? this.scenario.ends);
    return { ...members, status, ...(this.differs.hotel && { hotel: { status: this.differs.hotel } }) };
  }

  private events(isEarly: boolean): object[] {
    const types = this.differs.events ?? this.scenario.events;
    const isOut = (at: number) => at < types.length - 1 || !(isEarly || this.differs.unpublished);
    return types.map((type, at) => ({ event: { type }, ...(isOut(at) && { dispatched_at: "2026-03-01T00:00:00Z" }) }));
  }

  /** The trip is on the second page. */
  private search(path: string, isEarly: boolean): [number, object] {
    if (!path.includes(`status=${this.scenario.ends}&`)) return [200, { trips: [] }];
    if (!path.includes("cursor=more%2B")) return [200, { trips: [{ trip_id: "another" }], next_cursor: "more+" }];
    return [200, { trips: isEarly || this.differs.hidden ? [] : [{ trip_id: this.id }] }];
  }
}

async function against(name: string, differs: Behaviour, patience = 60_000): Promise<string> {
  const api = new Api(name, differs);
  const server = createServer(async (request, response) => {
    let body = "";
    for await (const part of request) body += part;
    const [status, answer] = api.answer(request.method ?? "", request.url ?? "", body);
    response.statusCode = status;
    response.end(JSON.stringify(answer));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  try {
    return await accept(name, { api: `http://127.0.0.1:${port}/`, token: "token", every: 1, patience });
  } finally {
    server.close();
  }
}

for (const name of Object.keys(SCENARIOS)) {
  test(`${name} passes where the trip ends as it should`, async () => {
    assert.match(await against(name, {}), new RegExp(`^${name}: acceptance-`));
  });

  test(`${name} fails where anything is otherwise`, async () => {
    await assert.rejects(against(name, { accepts: 409 }), /status of POST \/trips: 409/);
    await assert.rejects(against(name, { hotel: "RESERVED" }), /status of the hotel: RESERVED/);
    await assert.rejects(against(name, { events: ["trip.failed.v1"] }), /events: trip.failed.v1/);
  });

  test(`${name} fails where something never comes`, async () => {
    // Long enough for what does come, on a machine with other work.
    const soon = (differs: Behaviour) => against(name, differs, 3_000);
    await Promise.all([
      assert.rejects(soon({ ends: "PENDING" }), /has not ended within/),
      assert.rejects(soon({ unpublished: true }), /were not published within/),
      assert.rejects(soon({ hidden: true }), /does not find acceptance-/),
    ]);
  });
}

test("a trip that ends otherwise fails its scenario", async () => {
  await assert.rejects(against("happy-path", { ends: "FAILED" }), /status of the trip: FAILED where CONFIRMED/);
  await assert.rejects(against("compensation", { ends: "CONFIRMED" }), /status of the trip: CONFIRMED where FAILED/);
});
