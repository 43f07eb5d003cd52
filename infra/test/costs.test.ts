// The README's prices are the formula's, and what the formula counts is what the template has.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { STANDING, table } from "../lib/costs";
import { ofType } from "./stack";

test("the README's prices are what the formula gives", () => {
  const readme = readFileSync(join(__dirname, "../README.md"), "utf8");
  assert.ok(readme.includes(table()), `the README should say:\n${table()}`);
});

test("what is paid for every month is what stands there", () => {
  const counted = { alarm: "CloudWatch::Alarm", secret: "SecretsManager::Secret", key: "KMS::Key" };
  for (const [unit, type] of Object.entries(counted)) {
    assert.equal(ofType("prod", `AWS::${type}`).length, STANDING[unit as keyof typeof STANDING], unit);
  }
});
