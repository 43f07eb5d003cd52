// Prints each trip's events once and in order. They come on standard input, one a line.

import { createInterface } from "node:readline";
import { CloudEvent } from "cloudevents";

type TripEvent = CloudEvent<{ trip_id: string; customer_id: string }>;

const seen = new Set<string>(); // ids
const due = new Map<string, number>(); // the next sequence number of each trip
const early = new Map<string, TripEvent>(); // events whose predecessors are missing

function receive(event: TripEvent): void {
  if (seen.has(event.id)) return;
  seen.add(event.id);
  const trip = String(event.subject);
  early.set(`${trip} ${Number(event.sequence)}`, event);
  for (let next = due.get(trip) ?? 1; ; next++) {
    const ready = early.get(`${trip} ${next}`);
    due.set(trip, next);
    if (!ready) return;
    early.delete(`${trip} ${next}`);
    handle(ready);
  }
}

function handle(event: TripEvent): void {
  console.log(event.subject, event.sequence, event.type, event.data?.customer_id);
}

for await (const line of createInterface({ input: process.stdin })) {
  receive(new CloudEvent(JSON.parse(line).event.detail));
}
