#!/usr/bin/env bash
# openapi-generator 7.26.0, generator `csharp` with its default library, `generichost`.
#
# The guess:  A client that is given one bearer token sends it with each call, as fast as it is called.
# What comes: The generated host configuration takes RateLimitProvider for every token type unless told otherwise. It
#             hands a token out once per TokenBase.Timeout, which is 40 ms where none is given, and keeps one at most.
#             With one token a client makes at most 25 calls a second, however many run at once; each waits its turn.
# It matters: Nothing fails and nothing is logged: a load test measures the client. Give the token a timeout of its own,
#             or a TokenProvider that returns it at once.
#
# Needs Java 11 or later and Python 3 with venv. Exits 1 if it is no longer so.
set -euo pipefail

dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"

cat >shop.yaml <<'YAML'
openapi: 3.1.0
info: {title: Shop, version: 1.0.0}
paths:
  /orders:
    get:
      operationId: listOrders
      security: [{token: []}]
      responses: {"200": {description: The orders, content: {application/json: {schema: {type: array, items: {type: string}}}}}}
components: {securitySchemes: {token: {type: http, scheme: bearer}}}
YAML

python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check openapi-generator-cli==7.26.0
echo "openapi-generator $(venv/bin/openapi-generator-cli version)"
venv/bin/openapi-generator-cli generate -g csharp -i shop.yaml -o client >log 2>&1 || { cat log; exit 1; }

code=client/src/Org.OpenAPITools
echo "who provides tokens unless told otherwise:"
grep -rhE "RateLimitProvider<>" "$code/Extensions" | sed "s/^ *//"
echo "how often, and how many are kept:"
grep -rhE 'StartTimer\(token\.Timeout \?\? TimeSpan|FullMode = ' "$code" --include='RateLimitProvider*' | tee seen
[[ $(cat seen) == *'?? TimeSpan.FromMilliseconds(40)'* ]]
[[ $(cat seen) == *'BoundedChannelFullMode.DropWrite'* ]]
grep -qr "typeof(RateLimitProvider<>)" "$code/Extensions"
