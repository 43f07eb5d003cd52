#!/usr/bin/env bash
# openapi-generator 7.26.0, generators `rust` and `kotlin`.
#
# The guess:  `anyOf: [{type: string}, {type: integer}]` becomes a type that holds a string or an integer. No value is
#             both, so it comes out like `oneOf`; at worst it is a raw JSON value, or the generator refuses.
# What comes: An empty struct in Rust, an empty class in Kotlin, with exit status 0. Only `oneOf` in Rust is an enum
#             of both; in Kotlin it is the same empty class.
# It matters: The client compiles, and can neither send such a value nor read one. Rust sends `{}`.
#
# Needs Java 11 or later, Python 3 with venv. Exits 1 if it is no longer so.
set -euo pipefail

dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"

python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check openapi-generator-cli==7.26.0
echo "openapi-generator $(venv/bin/openapi-generator-cli version)"

# value GENERATOR KEYWORD: the generated type `Value`, on one line.
value() {
    cat >"$2.yaml" <<YAML
openapi: 3.1.0
info: {title: Labels, version: 1.0.0}
paths:
  /labels:
    post:
      operationId: addLabel
      requestBody: {required: true, content: {application/json: {schema: {\$ref: "#/components/schemas/Label"}}}}
      responses: {"204": {description: Added}}
components:
  schemas:
    Label: {type: object, required: [value], properties: {value: {\$ref: "#/components/schemas/Value"}}}
    Value: {$2: [{type: string}, {type: integer}]}
YAML
    venv/bin/openapi-generator-cli generate -g "$1" -i "$2.yaml" -o "$1-$2" >log 2>&1 || { cat log >&2; exit 1; }
    find "$1-$2/src" -iname 'value.*' -exec sed -En '/^(pub|class|[a-z]+ (class|interface)) /,/^}/p' {} + |
        tr -s ' \n' ' '
}

# expect GENERATOR KEYWORD TYPE
expect() {
    local seen
    seen=$(value "$1" "$2")
    echo "$1, $2: $seen"
    [[ $seen == "$3" ]]
}

expect rust anyOf 'pub struct Value { } '
expect kotlin anyOf 'class Value ( ) { } '
expect rust oneOf 'pub enum Value { String(String), Integer(i32), } '
expect kotlin oneOf 'class Value ( ) { } '
