// The library's feature flags: nothing is deployed yet that its newer behaviour could disturb.

import assert from "node:assert/strict";
import { test } from "node:test";
import recommended from "aws-cdk-lib/recommended-feature-flags.json";
import cdk from "../cdk.json";

/** Set otherwise than the library recommends, each for a reason. */
const OTHERWISE: Record<string, string> = {
  "@aws-cdk/core:target-partitions": "the product is deployed to one partition",
};

const set = new Map<string, unknown>(Object.entries(cdk.context));

test("every flag of the library is set as it recommends, or otherwise for a reason", () => {
  for (const [flag, value] of Object.entries(recommended)) {
    assert.ok(set.has(flag), `${flag}: set it to ${JSON.stringify(value)} in cdk.json, or give a reason`);
    if (!(flag in OTHERWISE)) assert.deepEqual(set.get(flag), value, flag);
  }
  for (const flag of Object.keys(OTHERWISE)) assert.ok(flag in recommended, flag);
});
