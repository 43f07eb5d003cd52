// What the peers in Node.js share: the captured records, the canned bus, and the runner's questions.
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import { gunzipSync } from 'node:zlib';

// Most records in a batch of the mappings, as bench/hot-path has it.
const BATCH = 100;

process.env.AWS_REGION = 'us-east-1';
process.env.AWS_ACCESS_KEY_ID = 'AKIDEXAMPLE';
process.env.AWS_SECRET_ACCESS_KEY = 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY';
process.env.AWS_SESSION_TOKEN = 'IQoJb3JpZ2luX2VjEXAMPLE';

const entries = Array.from({ length: 10 }, (_, n) => ({ EventId: `11710aed-b79e-4468-a20b-bb3c0c3b486${n}` }));
const ANSWER = Buffer.from(JSON.stringify({ FailedEntryCount: 0, Entries: entries }));
let calls = 0;

// The bus's answer to a signed request, in the form that the SDK's HTTP handlers return.
export async function answer(request) {
  if (!request.headers.authorization) throw new Error('the request is not signed');
  calls += 1;
  const headers = { 'content-type': 'application/x-amz-json-1.1', 'content-length': String(ANSWER.length) };
  return { response: { statusCode: 200, headers, body: Readable.from([ANSWER]) } };
}

// The events as Lambda's runtime reads them: text.
function batches() {
  const file = new URL('../records/outbox.jsonl.gz', import.meta.url);
  const lines = gunzipSync(readFileSync(file)).toString().trim().split('\n');
  const starts = Array.from({ length: Math.ceil(lines.length / BATCH) }, (_, n) => n * BATCH);
  const texts = starts.map((start) => `{"Records":[${lines.slice(start, start + BATCH).join(',')}]}`);
  return { texts, records: lines.length };
}

// Answers each line of the input with a pass over the records: its CPU nanoseconds.
export async function serve(handler) {
  const { texts, records } = batches();
  for await (const _ of createInterface({ input: process.stdin })) {
    calls = 0;
    const before = process.cpuUsage();
    for (const text of texts) await handler(JSON.parse(text));
    const used = process.cpuUsage(before);
    if (calls !== records / 10) throw new Error(`${calls} calls for ${records} records`);
    console.log(JSON.stringify({ cpu_ns: (used.user + used.system) * 1000, records }));
  }
}
