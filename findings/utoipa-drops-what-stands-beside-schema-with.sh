#!/usr/bin/env bash
# utoipa 6.0.0 with utoipa-gen 6.0.1: #[derive(IntoParams)] with #[param(schema_with = …)].
#
# The guess:  `schema_with` replaces the schema of the parameter, as its documentation says. The parameter's own
#             description, style, explode and required, which stand beside the schema in OpenAPI, stay.
# What comes: All of them are dropped without a word. Only name, place and schema are left; a field that must be there
#             is `"required": false`. The same field with `value_type` in place of `schema_with` keeps all four.
# It matters: `style = Form, explode = false` (tags=a,b) falls back to the default (tags=a&tags=b), so clients that
#             are generated from the document send what the server does not read.
#
# Needs cargo. Exits 1 if it is no longer so.
set -euo pipefail

dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"

mkdir src
cat >Cargo.toml <<'TOML'
[package]
name = "look"
version = "0.0.0"
edition = "2021"

[dependencies]
serde_json = "=1.0.154"
utoipa = "=6.0.0"
utoipa-gen = "=6.0.1"
TOML
cat >src/main.rs <<'RUST'
#![allow(dead_code)]
use serde_json::{json, to_value};
use utoipa::openapi::path::{Parameter, ParameterIn};
use utoipa::openapi::{schema::Array, Object, Type};
use utoipa::IntoParams;

fn texts() -> Array {
    Array::new(Object::with_type(Type::String))
}

#[derive(IntoParams)]
struct Typed {
    /// Any of these.
    #[param(value_type = Vec<String>, style = Form, explode = false)]
    tags: String,
}

#[derive(IntoParams)]
struct Described {
    /// Any of these.
    #[param(schema_with = texts, style = Form, explode = false)]
    tags: String,
}

fn main() {
    let seen = |of: fn(fn() -> Option<ParameterIn>) -> Vec<Parameter>| {
        to_value(&of(|| Some(ParameterIn::Query))[0]).unwrap()
    };
    let (typed, described) = (seen(Typed::into_params), seen(Described::into_params));
    println!("value_type:  {typed}\nschema_with: {described}");

    let schema = json!({ "type": "array", "items": { "type": "string" } });
    assert_eq!(typed, json!({
        "name": "tags", "in": "query", "description": "Any of these.", "required": true, "style": "form",
        "explode": false, "schema": schema,
    }));
    assert_eq!(described, json!({ "name": "tags", "in": "query", "required": false, "schema": schema }));
}
RUST

cargo tree --quiet --depth 1 --prefix none | grep ^utoipa
cargo run --quiet || exit 1
