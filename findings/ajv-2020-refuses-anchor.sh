#!/usr/bin/env bash
# ajv 8.20.0, ajv/dist/2020, with its default settings.
#
# The guess:  The build for draft 2020-12 takes every keyword of that draft's core vocabulary, "$anchor" among them, and
#             strict mode finds only keywords that the draft does not have.
# What comes: A reference to an anchor is resolved, but the keyword itself is unknown to strict mode, which is the
#             default: compile throws "strict mode: unknown keyword: "$anchor"". "$dynamicAnchor" is known.
# It matters: A published schema that marks its parts with anchors cannot be compiled by a reader with default settings.
#             Refer to parts by JSON Pointer, or tell readers to add the keyword themselves.
#
# Needs Node 20 or later with npm. Exits 1 if it is no longer so.
set -euo pipefail

dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"

npm install --silent --no-audit --no-fund ajv@8.20.0
cat >look.cjs <<'JS'
const Ajv = require("ajv/dist/2020").default;

const schema = (keyword) => ({
  $schema: "https://json-schema.org/draft/2020-12/schema",
  $ref: "#part",
  $defs: { part: { [keyword]: "part", type: "string" } },
});
const tried = (keyword, ajv) => {
  try {
    const validate = ajv.compile(schema(keyword));
    return `compiles; "a" ${validate("a")}, 1 ${validate(1)}`;
  } catch (error) {
    return error.message;
  }
};
const seen = {
  "$anchor": tried("$anchor", new Ajv()),
  "$dynamicAnchor": tried("$dynamicAnchor", new Ajv()),
  "$anchor, added as a keyword": tried("$anchor", new Ajv({ keywords: ["$anchor"] })),
};
for (const [what, came] of Object.entries(seen)) console.log(`${what}: ${came}`);
const works = 'compiles; "a" true, 1 false';
const expected = ['strict mode: unknown keyword: "$anchor"', works, works];
process.exitCode = Object.values(seen).every((came, at) => came === expected[at]) ? 0 : 1;
JS
node look.cjs
