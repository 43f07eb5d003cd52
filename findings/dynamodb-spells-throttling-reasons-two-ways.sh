#!/usr/bin/env bash
# boto3 1.44.8 with botocore 1.44.8, and its model of DynamoDB (API 2012-08-10).
#
# The guess:  DynamoDB's three errors for throttling say why in the same member, "ThrottlingReasons", spelled as all
#             members of its API are. Code that reads error.response["ThrottlingReasons"] knows the reasons of each.
# What comes: ThrottlingException alone has "throttlingReasons". boto3 puts the reasons under the name of the model, so
#             the member that is there for two errors is missing for the third; and of a ThrottlingException that was
#             written with the other spelling it keeps no reasons at all.
# It matters: Throttling comes as each of the three, by the table's mode and by the limit that was met. A log or a
#             metric that was tried with one of them is silent about another. Read both names.
#
# Needs Python 3.10 or later. Exits 1 if it is no longer so.
set -euo pipefail

dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"

python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check boto3==1.44.8 botocore==1.44.8
cat >look.py <<'PY'
import json
import sys
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

REASONS = [{"reason": "TableReadKeyRangeThroughputExceeded", "resource": "arn:aws:dynamodb:::table/t"}]
# (error, the member that the service writes): the reasons' members of boto3's error.
EXPECTED = {
    ("ProvisionedThroughputExceededException", "ThrottlingReasons"): ["ThrottlingReasons"],
    ("RequestLimitExceeded", "ThrottlingReasons"): ["ThrottlingReasons"],
    ("ThrottlingException", "throttlingReasons"): ["throttlingReasons"],
    ("ThrottlingException", "ThrottlingReasons"): [],
}
answer = {}


class Service(BaseHTTPRequestHandler):
    def do_POST(self):
        self.rfile.read(int(self.headers["Content-Length"]))
        body = json.dumps(answer).encode()
        self.send_response(400)
        self.send_header("Content-Type", "application/x-amz-json-1.0")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


server = HTTPServer(("127.0.0.1", 0), Service)
threading.Thread(target=server.serve_forever, daemon=True).start()
client = boto3.client(
    "dynamodb",
    endpoint_url=f"http://127.0.0.1:{server.server_port}",
    region_name="us-east-1",
    aws_access_key_id="id",
    aws_secret_access_key="key",
    config=Config(retries={"total_max_attempts": 1}),
)


def members(error, member):
    answer.clear()
    answer.update({"__type": f"com.amazonaws.dynamodb.v20120810#{error}", "message": "slow", member: REASONS})
    try:
        client.get_item(TableName="t", Key={"k": {"S": "1"}})
    except ClientError as caught:
        assert caught.response["Error"]["Code"] == error
        return [name for name in caught.response if name.lower() == "throttlingreasons"]


seen = {case: members(*case) for case in EXPECTED}
for (error, member), found in seen.items():
    print(f"{error} with {member}: boto3 has {', '.join(found) or 'no reasons'}")
sys.exit(seen != EXPECTED)
PY
venv/bin/python look.py
