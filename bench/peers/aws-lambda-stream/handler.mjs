// The dispatcher as one writes it with aws-lambda-stream. The library writes an event's JSON itself,
// so the stored envelope is read first.
import { NodeHttpHandler } from '@smithy/node-http-handler';

import { answer, serve } from '../serve.mjs';

process.env.BUS_NAME = 'trip-saga';
process.env.BUS_SRC = '/trip-saga';
NodeHttpHandler.prototype.handle = answer;

// Its parts one by one: the whole needs the SDK's clients of ten services.
const { fromDynamodb } = await import('aws-lambda-stream/from/dynamodb');
const { publishToEventBridge } = await import('aws-lambda-stream/sinks/eventbridge');
const { toPromise } = await import('aws-lambda-stream/utils/handler');

const handler = (event) =>
  fromDynamodb(event, { pkFn: 'PK', skFn: 'SK', discriminatorFn: 'entity_type' })
    .filter((uow) => uow.record.eventName === 'INSERT')
    .map((uow) => ({ ...uow, event: JSON.parse(uow.event.raw.new.detail) }))
    .through(publishToEventBridge({ batchSize: 10 }))
    .through(toPromise);

await serve(handler);
