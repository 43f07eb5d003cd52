#!/usr/bin/env bash
# iso_currency 0.7.1 (Rust), beside the tables of ISO 4217 that come with iso4217 1.16.20260101 (Python).
#
# The guess:  `is_superseded()` is None for every currency in ISO 4217's list of those in use. If both VES and VED are
#             listed, neither has replaced the other.
# What comes: `Currency::VES.is_superseded()` is `Some(VED)`, the only such answer for a code in the list. VED was added
#             beside VES at a redenomination, for internal use; VES stayed the code for transactions.
# It matters: Code that refuses superseded currencies refuses Venezuela's, and code that follows the hint pays in a code
#             that partners may not know.
#
# Needs cargo, Python 3 with venv. Exits 1 if it is no longer so.
set -euo pipefail

dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"

python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check iso4217==1.16.20260101
venv/bin/python >in-use <<'PYTHON'
from iso4217 import Currency
print(*sorted(currency.code for currency in Currency), sep="\n")
PYTHON

mkdir src
cat >Cargo.toml <<'TOML'
[package]
name = "look"
version = "0.0.0"
edition = "2021"

[dependencies]
iso_currency = "=0.7.1"
TOML
cat >src/main.rs <<'RUST'
use iso_currency::Currency;

fn main() {
    for currency in std::io::stdin().lines().filter_map(|code| Currency::from_code(&code.unwrap())) {
        if let Some(successor) = currency.is_superseded() {
            println!("{} by {}", currency.code(), successor.code());
        }
    }
}
RUST

cargo tree --quiet --depth 1 --prefix none | grep ^iso_currency
echo "in use by ISO 4217: $(wc -l <in-use) codes, among them $(grep -x 'VE[DS]' in-use | xargs)"
seen=$(cargo run --quiet <in-use)
echo "of these superseded: $seen"
[[ $seen == 'VES by VED' ]] && grep -qx VES in-use && grep -qx VED in-use
