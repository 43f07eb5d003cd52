// The request model against what API Gateway says it takes, so that a deployment is not the first
// to find out.

import assert from "node:assert/strict";
import { test } from "node:test";
import { requestSchema } from "../lib/api/request-schema";
import { ofType } from "./stack";

/** The keywords of draft 4, which models use. Source: draft-fge-json-schema-validation-00. */
const DRAFT_4 = [
  "$schema", "$ref", "id", "title", "description", "default", "definitions", "format",
  "type", "enum", "allOf", "anyOf", "oneOf", "not",
  "multipleOf", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum",
  "minLength", "maxLength", "pattern",
  "items", "additionalItems", "minItems", "maxItems", "uniqueItems",
  "properties", "patternProperties", "additionalProperties", "required", "minProperties", "maxProperties", "dependencies",
];

/**
 * What API Gateway does not take, of draft 4 or of OpenAPI. Source: "Amazon API Gateway important
 * notes", part "for REST APIs", in the developer guide, a copy without a date. Older copies also
 * list `additionalProperties`, `anyOf` and `pattern`, which it leaves out.
 */
const NOT_TAKEN = ["discriminator", "example", "nullable", "exclusiveMinimum", "oneOf", "readOnly", "default"];
/** Not checked where a model was imported; `$ref` is taken in some places only. */
const DOUBTFUL = ["minItems", "maxItems", "$ref"];

/** Keywords whose members are names of others' choosing. */
const NAMING = ["properties", "patternProperties", "definitions", "dependencies"];

function keywords(schema: unknown): string[] {
  if (Array.isArray(schema)) return schema.flatMap(keywords);
  if (typeof schema !== "object" || schema === null) return [];
  return Object.entries(schema).flatMap(([keyword, value]) => {
    if (keyword === "enum") return [keyword];
    return [keyword, ...(NAMING.includes(keyword) ? Object.values(value).flatMap(keywords) : keywords(value))];
  });
}

for (const isProduction of [false, true]) {
  const used = new Set(keywords(requestSchema(isProduction)));
  const where = isProduction ? "in production" : "outside production";

  test(`${where} the request model is of draft 4`, () => {
    assert.deepEqual([...used].filter((keyword) => !DRAFT_4.includes(keyword)), []);
  });

  test(`${where} the request model has no keyword that API Gateway does not take`, () => {
    assert.deepEqual([...used].filter((keyword) => [...NOT_TAKEN, ...DOUBTFUL].includes(keyword)), []);
  });
}

test("keywords are found where they are, and names of fields are none", () => {
  const schema = { properties: { default: { anyOf: [{ oneOf: [] }, { not: { nullable: true } }] } }, enum: [{ example: 1 }] };
  assert.deepEqual(keywords(schema), ["properties", "anyOf", "oneOf", "not", "nullable", "enum"]);
});

test("a model's name has only letters and digits, as API Gateway takes it", () => {
  for (const { Properties } of ofType("prod", "AWS::ApiGateway::Model")) assert.match(Properties.Name, /^[A-Za-z0-9]+$/);
});
