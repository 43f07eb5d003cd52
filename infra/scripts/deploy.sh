#!/bin/sh
# Builds the functions and deploys one stage: scripts/deploy.sh dev|staging|prod [more options of cdk deploy]
set -eu
stage=${1:?which stage: dev, staging or prod}
shift
cd "$(dirname "$0")/.."
# The processor that the functions are built for is the one that the template declares.
arch=$(node --import tsx scripts/preflight.ts "$stage" "$@")
(cd .. && cargo xtask dist --arch "$arch")
exec npx cdk deploy "TripSaga-$stage" "$@" --context "stage=$stage" --context "arch=$arch" --context requireDist=true
