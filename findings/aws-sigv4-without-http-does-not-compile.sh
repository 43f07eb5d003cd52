#!/usr/bin/env bash
# aws-sigv4 1.6.4.
#
# The guess:  `sign-http` and `sign-eventstream` are features for two kinds of signatures. Who signs messages of an event
#             stream alone turns the default features off and asks for the second one.
# What comes: It does not compile: what both share takes its error from the module of the first, which is left out then
#             ("unresolved import `crate::http_request`"). Nor does it with `sign-http` beside it, which in turn does not
#             compile without `http1`. Only with all three it does.
# It matters: In a workspace nobody notices: another crate asks for the default features, and Cargo builds the union of
#             them. Each crate that signs has to ask for both defaults itself, or it cannot be built or tested by itself.
#
# Needs cargo. Exits 1 if it is no longer so.
set -euo pipefail

dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"

mkdir src
: >src/lib.rs
# Whether aws-sigv4 compiles with these features alone, or the first error.
tried() {
    cat >Cargo.toml <<TOML
[package]
name = "look"
version = "0.0.0"
edition = "2021"

[dependencies]
aws-sigv4 = { version = "=1.6.4", default-features = false, features = [$1] }
TOML
    if cargo check --quiet 2>errors; then
        echo compiles
    else
        grep --max-count 1 '^error\[' errors
    fi
}

streams=$(tried '"sign-eventstream"')
http=$(tried '"sign-eventstream", "sign-http"')
all=$(tried '"sign-eventstream", "sign-http", "http1"')
cargo tree --quiet --depth 1 --prefix none | grep ^aws-sigv4
echo "sign-eventstream: $streams"
echo "with sign-http: $http"
echo "with sign-http and http1: $all"
[[ $streams == *'unresolved import `crate::http_request`'* && $http == *'`http`'* && $all == compiles ]]
