#!/bin/sh
# Checks the templates that scripts/synth-stages.sh made with checkov, in its own environment. What it finds is
# answered by checkov/answers.json, or the check fails.
set -eu
cd "$(dirname "$0")/.."
tool=checkov folder=checkov/.venv requirements=checkov/requirements.txt
. scripts/python.sh
# No network: without its own site checkov knows the same checks. Its status would count the answered findings.
checkov/.venv/bin/checkov --framework cloudformation --skip-download --soft-fail --quiet --compact --output json \
  --file cdk.out/dev/*.template.json cdk.out/staging/*.template.json cdk.out/prod/*.template.json \
  cdk.out/prod-datadog/*.template.json cdk.out/dev-ordered/*.template.json >cdk.out/checkov.json
node --import tsx scripts/checkov.ts cdk.out/checkov.json
