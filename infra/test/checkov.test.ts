// A finding of checkov is answered for the resources that somebody thought of, and for no others.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { compared } from "../scripts/checkov-answers";
import type { Answer } from "../scripts/checkov-answers";

const found = (check: string, resource: string) => ({ check, name: "what is wrong", resource: `AWS::${resource}` });
const OPEN: Answer = { check: "CKV_AWS_59", of: "Method\\.ApihealthGET", reason: "it tells liveness" };

test("what is answered passes, by its type or by its id", () => {
  assert.deepEqual(compared([found("CKV_AWS_59", "ApiGateway::Method.ApihealthGETB0D6F7BC")], [OPEN]), []);
  const every = { ...OPEN, check: "CKV_AWS_117", of: "Function" };
  assert.deepEqual(compared([found("CKV_AWS_117", "Lambda::Function.FunctionsSweeper3AC8F21D")], [every]), []);
});

test("another check, another resource and an answer to nothing do not pass", () => {
  assert.equal(compared([found("CKV_AWS_60", "ApiGateway::Method.ApihealthGETB0D6F7BC")], [OPEN]).length, 2);
  assert.equal(compared([found("CKV_AWS_59", "ApiGateway::Method.ApitripsGETB0D6F7BC")], [OPEN]).length, 2);
  assert.deepEqual(compared([], [OPEN]), ["the answer to CKV_AWS_59 for Method\\.ApihealthGET answers nothing"]);
});

test("every answer gives a reason, and no two answer the same", () => {
  const answers: Answer[] = JSON.parse(readFileSync(join(__dirname, "../checkov/answers.json"), "utf8"));
  for (const { check, reason } of answers) assert.ok(reason.length > 20, check);
  assert.equal(new Set(answers.map(({ check, of }) => check + of)).size, answers.length);
});
