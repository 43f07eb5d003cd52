#!/bin/sh
# Deploys the dev stage to MiniStack, an emulator of AWS on this machine, books trips through it, and
# mends it with the trip command.
# The functions are the release binaries, built for this machine's processor. Needs Python 3 and cargo-lambda.
set -eu
cd "$(dirname "$0")/.."
case $(uname -m) in
  x86_64) arch=x86_64 ;;
  aarch64 | arm64) arch=arm64 ;;
  *) echo "no functions are built for $(uname -m)" >&2 && exit 1 ;;
esac
venv=e2e/.venv
if ! cmp -s e2e/requirements.txt "$venv/installed.txt"; then
  python3 -m venv --clear "$venv"
  "$venv/bin/pip" install --quiet --disable-pip-version-check --no-deps --requirement e2e/requirements.txt
  cp e2e/requirements.txt "$venv/installed.txt"
fi
npx tsc --noEmit --project e2e
(cd .. && cargo xtask dist --arch "$arch" && cargo build --workspace --bin trip)
out=cdk.out/e2e
npx cdk synth --quiet --context stage=dev --context "arch=$arch" --context requireDist=true --output "$out"
PYTHONDONTWRITEBYTECODE=1 exec "$venv/bin/python" e2e/main.py "$out" "${CARGO_TARGET_DIR:-../target}/debug/trip"
