#!/usr/bin/env bash
# ring 0.17.14, and any cargo.
#
# The guess:  A task runner that `cargo run` has started calls `cargo build`: the same workspace, profile and features, so
#             what a person has built from the shell is fresh for it, and the other way round.
# What comes: ring is compiled again, and all that depends on it. Its build script asks to be run again when
#             CARGO_PKG_NAME and its like change, which cargo sets for the script itself. But cargo compares them with its
#             own environment: there they are unset in a shell, and those of the task runner below `cargo run`.
# It matters: In a workspace with TLS that is the greater part of a build, for each change from `cargo test` to a task of
#             `cargo xtask` and back. A task runner has to take CARGO_PKG_* and CARGO_MANIFEST_* out of the environment.
#
# Needs cargo. Exits 1 if it is no longer so.
set -euo pipefail

dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"

mkdir -p uses/src runs/src
cat >Cargo.toml <<'TOML'
[workspace]
members = ["uses", "runs"]
resolver = "2"
TOML
cat >uses/Cargo.toml <<'TOML'
[package]
name = "uses"
version = "0.0.0"
edition = "2021"

[dependencies]
ring = "=0.17.14"
TOML
: >uses/src/lib.rs
cat >runs/Cargo.toml <<'TOML'
[package]
name = "runs"
version = "0.0.0"
edition = "2021"
TOML
cat >runs/src/main.rs <<'RUST'
fn main() {
    let mut cargo = std::process::Command::new(env!("CARGO"));
    if std::env::args().nth(1).as_deref() == Some("clean") {
        for (name, _) in std::env::vars_os() {
            let text = name.to_string_lossy();
            if text.starts_with("CARGO_PKG_") || text.starts_with("CARGO_MANIFEST_") {
                cargo.env_remove(&name);
            }
        }
    }
    assert!(cargo.args(["build", "--package", "uses"]).status().unwrap().success());
}
RUST
# Whether ring is compiled.
compiled() { if grep --quiet 'Compiling ring' "$1"; then echo compiled; else echo fresh; fi; }

cargo build --quiet --workspace
cargo build --package uses 2>shell
cargo run --quiet --package runs 2>within
cargo build --package uses 2>back
cargo run --quiet --package runs clean 2>clean
cargo tree --quiet --package uses --depth 1 --prefix none | grep ^ring
echo "from the shell again:            ring is $(compiled shell)"
echo "within cargo run:                ring is $(compiled within)"
echo "from the shell after that:       ring is $(compiled back)"
echo "within, without those variables: ring is $(compiled clean)"
[[ $(compiled shell) == fresh && $(compiled within) == compiled ]]
[[ $(compiled back) == compiled && $(compiled clean) == fresh ]]
