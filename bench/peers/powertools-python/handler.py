"""The dispatcher as one writes it with Powertools for AWS Lambda (Python): its batch processor
reads record by record, and what is good is published ten events a call."""

import gzip
import json
import os
import sys
import time
from pathlib import Path

os.environ.update(
    AWS_DEFAULT_REGION="us-east-1",
    AWS_ACCESS_KEY_ID="AKIDEXAMPLE",
    AWS_SECRET_ACCESS_KEY="wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
    AWS_SESSION_TOKEN="IQoJb3JpZ2luX2VjEXAMPLE",
)

import boto3
from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, process_partial_response
from aws_lambda_powertools.utilities.data_classes.dynamo_db_stream_event import DynamoDBRecord, DynamoDBRecordEventName
from botocore.awsrequest import AWSResponse

# Most records in a batch of the mappings, as bench/hot-path has it.
BATCH = 100
ENTRIES = 10
ANSWER = json.dumps(
    {
        "FailedEntryCount": 0,
        "Entries": [{"EventId": f"11710aed-b79e-4468-a20b-bb3c0c3b486{n}"} for n in range(ENTRIES)],
    }
).encode()

bus = boto3.client("events")
processor = BatchProcessor(event_type=EventType.DynamoDBStreams)
calls = 0


class Raw:
    """The body as botocore reads it."""

    def stream(self, *_args, **_kwargs):
        yield ANSWER


def answer(request, **_kwargs):
    """The bus's answer to a signed request, in place of sending it."""
    global calls
    if "Authorization" not in request.headers:
        raise RuntimeError("the request is not signed")
    calls += 1
    return AWSResponse(request.url, 200, {"content-type": "application/x-amz-json-1.1"}, Raw())


bus.meta.events.register("before-send.eventbridge.*", answer)


def handler(event, context):
    entries = []

    def read(record: DynamoDBRecord):
        if record.event_name != DynamoDBRecordEventName.INSERT:
            return
        detail = record.dynamodb.new_image["detail"]
        entries.append(
            {
                "EventBusName": "trip-saga",
                "Source": "/trip-saga",
                "DetailType": json.loads(detail)["type"],
                "Detail": detail,
            }
        )

    response = process_partial_response(event=event, record_handler=read, processor=processor, context=context)
    for at in range(0, len(entries), ENTRIES):
        answered = bus.put_events(Entries=entries[at : at + ENTRIES])
        if answered["FailedEntryCount"] > 0:
            raise RuntimeError("the bus refused an event")
    return response


def main():
    global calls
    file = Path(__file__).parents[2] / "records" / "outbox.jsonl.gz"
    lines = gzip.open(file, "rt").read().splitlines()
    starts = range(0, len(lines), BATCH)
    texts = ['{"Records":[' + ",".join(lines[start : start + BATCH]) + "]}" for start in starts]
    for _ in sys.stdin:
        calls = 0
        before = time.process_time_ns()
        for text in texts:
            handler(json.loads(text), None)
        used = time.process_time_ns() - before
        if calls * ENTRIES != len(lines):
            raise RuntimeError(f"{calls} calls for {len(lines)} records")
        print(json.dumps({"cpu_ns": used, "records": len(lines)}), flush=True)


main()
