#!/bin/sh
# Checks the templates that scripts/synth-stages.sh made with cfn-lint, in its own environment.
set -eu
cd "$(dirname "$0")/.."
tool=cfn-lint folder=.venv requirements=requirements-lint.txt
. scripts/python.sh
# W3005: the library writes dependencies out even where a reference implies them.
.venv/bin/cfn-lint --registry-schemas registry --ignore-checks W3005 --template cdk.out/dev/*.template.json \
  cdk.out/staging/*.template.json cdk.out/prod/*.template.json cdk.out/prod-datadog/*.template.json cdk.out/dev-ordered/*.template.json
echo 'cfn-lint: nothing found in dev, staging, prod, prod with Datadog, dev on an ordered bus, and the pipeline'
