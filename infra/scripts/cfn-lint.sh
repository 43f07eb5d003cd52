#!/bin/sh
# Checks every stage's template with cfn-lint, in its own environment. Reports a skip without Python.
set -eu
cd "$(dirname "$0")/.."
SECRET=arn:aws:secretsmanager:us-east-1:111122223333:secret:datadog-AbCdEf
if ! command -v python3 >/dev/null; then
  echo 'skipped cfn-lint: python3 is not installed'
  exit 0
fi
if ! cmp -s requirements-lint.txt .venv/installed.txt; then
  if ! python3 -m venv --clear .venv; then
    echo 'skipped cfn-lint: python3 has no venv'
    exit 0
  fi
  .venv/bin/pip install --quiet --disable-pip-version-check --no-deps --requirement requirements-lint.txt
  cp requirements-lint.txt .venv/installed.txt
fi
for stage in dev staging prod; do
  npx cdk synth --quiet --context "stage=$stage" --output "cdk.out/$stage"
done
npx cdk synth --quiet --context stage=prod --context "datadogApiKeySecretArn=$SECRET" --output cdk.out/prod-datadog
# W3005: the library writes dependencies out even where a reference implies them.
.venv/bin/cfn-lint --ignore-checks W3005 --template cdk.out/dev/*.template.json \
  cdk.out/staging/*.template.json cdk.out/prod/*.template.json cdk.out/prod-datadog/*.template.json
echo 'cfn-lint: nothing found in dev, staging, prod and prod with Datadog'
