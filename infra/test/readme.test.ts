// The README's table of what is proven names tests that are there.

import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";

const README = readFileSync(join(__dirname, "../README.md"), "utf8");
const TABLE = README.split("\n## ").find((section) => section.startsWith("What is proven")) ?? "";

const TYPESCRIPT = /`([\w-]+\.test\.ts)`/g;
const RUST = /`((?:tests|lambda-kit)\/[\w\/-]+\.rs)`/g;
/** They hold the API's own behaviour and this table, which no row names. */
const OTHERS = ["acceptance", "mapping-template", "readme", "routes"].map((name) => `${name}.test.ts`);

test("what proves a promise exists, and every file of tests proves one", () => {
  const cells = TABLE.split("|").map((cell) => cell.trim());
  const files = (form: RegExp, of = cells) => of.flatMap((cell) => [...cell.matchAll(form)].map(([, file]) => file ?? ""));
  const here = cells.filter((cell) => !cell.startsWith("see "));
  for (const file of files(TYPESCRIPT, here)) assert.ok(existsSync(join(__dirname, file)), file);
  for (const file of files(RUST, here)) assert.ok(existsSync(join(__dirname, "../..", file)), file);
  const proving = [...files(TYPESCRIPT), ...OTHERS];
  for (const file of readdirSync(__dirname)) assert.ok(!file.endsWith(".test.ts") || proving.includes(file), file);
});

test("each row says of all three what they show", () => {
  const rows = TABLE.split("\n").filter((line) => line.startsWith("| "));
  assert.ok(rows.length > 20);
  for (const row of rows) assert.deepEqual(row.split("|").map((cell) => cell.trim() !== ""), [false, true, true, true, true, false], row);
});
