// The dispatcher as one writes it with Powertools for AWS Lambda (TypeScript): its batch processor
// reads record by record, and what is good is published ten events a call.
import { BatchProcessor, EventType, processPartialResponse } from '@aws-lambda-powertools/batch';
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { unmarshall } from '@aws-sdk/util-dynamodb';

import { answer, serve } from '../serve.mjs';

const ENTRIES = 10;
const bus = new EventBridgeClient({ requestHandler: { handle: answer } });
const processor = new BatchProcessor(EventType.DynamoDBStreams);

async function handler(event) {
  const entries = [];
  const read = async (record) => {
    if (record.eventName !== 'INSERT') return;
    const { detail: Detail } = unmarshall(record.dynamodb.NewImage);
    const { type: DetailType } = JSON.parse(Detail);
    entries.push({ EventBusName: 'trip-saga', Source: '/trip-saga', DetailType, Detail });
  };
  const response = await processPartialResponse(event, read, processor, { context: {} });
  for (let at = 0; at < entries.length; at += ENTRIES) {
    const answered = await bus.send(new PutEventsCommand({ Entries: entries.slice(at, at + ENTRIES) }));
    if (answered.FailedEntryCount > 0) throw new Error('the bus refused an event');
  }
  return response;
}

await serve(handler);
