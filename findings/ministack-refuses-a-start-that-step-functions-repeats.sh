#!/usr/bin/env bash
# MiniStack 1.5.33, Step Functions: StartExecution, by a client and by arn:aws:states:::states:startExecution.
#
# The guess:  Starting a running execution again under the same name with the same input is the same execution, as
#             AWS's reference says of standard workflows. Where a workflow's start is refused, the error is called as
#             Step Functions calls it, StepFunctions.ExecutionAlreadyExistsException.
# What comes: The repeat is refused though name and input are the same. In a workflow the refusal is called
#             ExecutionAlreadyExists, without the service before it and "Exception" behind it.
# It matters: A Catch that names what AWS's documentation names is never taken here, so a workflow that passes on AWS
#             fails on the emulator, and one that is made to pass on the emulator fails on AWS.
#
# Needs Python 3 with venv. Exits 1 if it is no longer so.
set -euo pipefail

dir=$(mktemp -d)
trap 'kill "${server:-0}" 2>/dev/null || true; rm -rf "$dir"' EXIT
cd "$dir"

python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check ministack==1.5.33 botocore==1.43.106
port=$(venv/bin/python -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
env -i PATH="$PATH" HOME="$dir" TMPDIR="$dir" BIND_HOST=127.0.0.1 GATEWAY_PORT="$port" venv/bin/python -m ministack >log 2>&1 &
server=$!

cat >look.py <<'PYTHON'
import json, sys, time, urllib.request
import botocore.session
from botocore.config import Config

url = sys.argv[1]
for _ in range(120):
    try:
        urllib.request.urlopen(f"{url}/_ministack/health", timeout=1)
        break
    except OSError:
        time.sleep(0.5)
session = botocore.session.Session()
session.set_credentials("look", "look")
sfn = session.create_client("stepfunctions", region_name="us-east-1", endpoint_url=url, config=Config(inject_host_prefix=False))

def create(name, definition, kind):
    role = "arn:aws:iam::000000000000:role/look"
    return sfn.create_state_machine(name=name, definition=json.dumps(definition), type=kind, roleArn=role)["stateMachineArn"]

child = create("child", {"StartAt": "Wait", "States": {"Wait": {"Type": "Wait", "Seconds": 3600, "End": True}}}, "STANDARD")
start = {"Type": "Task", "Resource": "arn:aws:states:::states:startExecution", "End": True,
         "Parameters": {"StateMachineArn": child, "Name": "one", "Input": {"a": 1}}}
parent = create("parent", {"StartAt": "Start", "States": {"Start": start}}, "EXPRESS")

first, second = (sfn.start_sync_execution(stateMachineArn=parent, input="{}") for _ in range(2))
print("nested:", first["status"], "then", second["status"], second.get("error"))
sfn.start_execution(stateMachineArn=child, name="two", input='{"a": 1}')
try:
    sfn.start_execution(stateMachineArn=child, name="two", input='{"a": 1}')
    repeated = True
except sfn.exceptions.ExecutionAlreadyExists:
    repeated = False
print("repeated for a client:", repeated)
assert (first["status"], second["status"], second["error"]) == ("SUCCEEDED", "FAILED", "ExecutionAlreadyExists")
assert not repeated
PYTHON
NO_PROXY='*' venv/bin/python look.py "http://127.0.0.1:$port"
