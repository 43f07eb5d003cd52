#!/bin/sh
# Checks the written templates with cfn-lint, in an environment of its own. Skips by name without Python.
set -eu
cd "$(dirname "$0")/.."
if ! command -v python3 >/dev/null; then
  echo 'skipped cfn-lint: python3 is not installed'
  exit 0
fi
if [ ! -x .venv/bin/cfn-lint ]; then
  python3 -m venv .venv
  .venv/bin/pip install --quiet --requirement requirements-lint.txt
fi
# W3005: the library writes dependencies out even where a reference implies them.
exec .venv/bin/cfn-lint --ignore-checks W3005 --template cdk.out/*.template.json
