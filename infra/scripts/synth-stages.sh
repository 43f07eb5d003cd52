#!/bin/sh
# Synthesizes what is checked into cdk.out: the three stages, the pipeline with dev, dev on an ordered bus, and production with Datadog.
set -eu
cd "$(dirname "$0")/.."
SECRET=arn:aws:secretsmanager:us-east-1:111122223333:secret:datadog-AbCdEf
CONNECTION=arn:aws:codeconnections:us-east-1:111122223333:connection/1
synth() {
  folder=$1
  shift
  rm -rf "cdk.out/$folder"
  npx cdk synth --quiet --output "cdk.out/$folder" "$@"
}
synth dev --context stage=dev --context "connectionArn=$CONNECTION" --context repository=owner/name --context branch=main
synth staging --context stage=staging
synth prod --context stage=prod
synth dev-ordered --context stage=dev --context bus=ordered
synth prod-datadog --context stage=prod --context "datadogApiKeySecretArn=$SECRET" --context datadogAsCode=true \
  --context corsOrigins=https://trips.example,http://localhost:3000
