#!/bin/sh
# Builds the functions and deploys one stage: scripts/deploy.sh dev|staging|prod [more options of cdk deploy]
set -eu
stage=${1:?which stage: dev, staging or prod}
shift
cd "$(dirname "$0")/.."
(cd .. && cargo xtask dist)
exec npx cdk deploy "TripSaga-$stage" --context "stage=$stage" --context requireDist=true "$@"
