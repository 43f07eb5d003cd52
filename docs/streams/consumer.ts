// Keeps the newest status of each trip: a consumer of the stream of trips.

type Text = { S: string };
type Trip = { trip_id: Text; status: Text; version: { N: string } };
type Change = { SequenceNumber: string; Keys: { SK: Text }; NewImage?: Trip };
type Batch = { Records: { dynamodb: Change }[] };

export const state = new Map<string, { version: number; status: string }>();

export async function handler(batch: Batch) {
  for (const { dynamodb: { Keys, NewImage: trip } } of batch.Records) {
    if (Keys.SK.S !== "METADATA" || !trip) continue; // not a trip's root
    const version = Number(trip.version.N);
    if (version <= (state.get(trip.trip_id.S)?.version ?? 0)) continue; // came before
    state.set(trip.trip_id.S, { version, status: trip.status.S });
  }
  return { batchItemFailures: [] };
}
