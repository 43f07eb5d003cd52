#!/bin/sh
# Tests the workflow that admits bookings on MiniStack, in its own environment. Reports a skip without Python.
set -eu
cd "$(dirname "$0")/.."
tool='the admission' folder=e2e/.venv requirements=e2e/requirements.txt
. scripts/python.sh
PYTHONDONTWRITEBYTECODE=1 exec "$folder/bin/python" e2e/admission.py
