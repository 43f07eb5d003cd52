#!/usr/bin/env bash
# openapi-generator 7.26.0, generator `rust`, with serde 1.0.229 and serde_json 1.0.154.
#
# The guess:  An operation's typed error has the variants Status400 and Status404, so the client picks the variant by
#             the response's status, and `match` on it tells a bad request from a missing order.
# What comes: The enum is #[serde(untagged)] and is read from the body alone. Where the two answers share a schema, as
#             problem details do, the first variant always wins: a 404 is a Status400.
# It matters: The variant for the 404 compiles, reads well and is never reached. Match on `ResponseContent::status`.
#
# Needs Java 11 or later, Python 3 with venv, cargo. Exits 1 if it is no longer so.
set -euo pipefail

dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"

cat >shop.yaml <<'YAML'
openapi: 3.1.0
info: {title: Shop, version: 1.0.0}
paths:
  /orders/{id}:
    get:
      operationId: getOrder
      parameters: [{name: id, in: path, required: true, schema: {type: string}}]
      responses:
        "200": {description: The order, content: {application/json: {schema: {$ref: "#/components/schemas/Order"}}}}
        "400": {description: Not an id, content: {application/json: {schema: {$ref: "#/components/schemas/Problem"}}}}
        "404": {description: No order, content: {application/json: {schema: {$ref: "#/components/schemas/Problem"}}}}
components:
  schemas:
    Order: {type: object, required: [id], properties: {id: {type: string}}}
    Problem: {type: object, required: [title], properties: {title: {type: string}, status: {type: integer}}}
YAML

python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check openapi-generator-cli==7.26.0
echo "openapi-generator $(venv/bin/openapi-generator-cli version)"
venv/bin/openapi-generator-cli generate -g rust -i shop.yaml -o client >log 2>&1 || { cat log; exit 1; }

# The generated error and the generated problem, without the HTTP client around them.
mkdir -p look/src
cp client/src/models/problem.rs look/src/
sed -n '/^#\[derive/,/^}/p' client/src/apis/default_api.rs >look/src/error.rs
cat look/src/error.rs
cat >look/Cargo.toml <<'TOML'
[package]
name = "look"
version = "0.0.0"
edition = "2021"

[dependencies]
serde = { version = "=1.0.229", features = ["derive"] }
serde_json = "=1.0.154"
TOML
cat >look/src/main.rs <<'RUST'
#![allow(unused)]
mod models {
    mod problem { include!("problem.rs"); }
    pub use problem::Problem;
}
use serde::{Deserialize, Serialize};
include!("error.rs");

fn main() {
    let content = r#"{ "title": "No such order", "status": 404 }"#;
    // As in the generated get_order, where the status is at hand but not asked:
    let entity: Option<GetOrderError> = serde_json::from_str(&content).ok();
    println!("{entity:?}");
}
RUST
grep -F 'let entity: Option<GetOrderError> = serde_json::from_str(&content).ok();' client/src/apis/default_api.rs
seen=$(cargo run --quiet --manifest-path look/Cargo.toml)

echo "the 404's body is read as: $seen"
[[ $seen == 'Some(Status400('* ]]
