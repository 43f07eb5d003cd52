#!/bin/sh
# Tests the workflow that admits bookings on MiniStack, in its own environment. Reports a skip without Python.
set -eu
cd "$(dirname "$0")/.."
venv=e2e/.venv
if ! cmp -s e2e/requirements.txt "$venv/installed.txt"; then
  if ! python3 -m venv --clear "$venv"; then
    echo 'skipped the admission: python3 with venv is not installed'
    exit 0
  fi
  "$venv/bin/pip" install --quiet --disable-pip-version-check --no-deps --requirement e2e/requirements.txt
  cp e2e/requirements.txt "$venv/installed.txt"
fi
PYTHONDONTWRITEBYTECODE=1 exec "$venv/bin/python" e2e/admission.py
