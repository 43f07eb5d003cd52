// The README's prices are the formula's.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { table } from "../lib/costs";

test("the README's prices are what the formula gives", () => {
  const readme = readFileSync(join(__dirname, "../README.md"), "utf8");
  assert.ok(readme.includes(table()), `the README should say:\n${table()}`);
});
