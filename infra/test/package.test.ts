// The archives that functions are made of: only those that are built for the declared processor.

import assert from "node:assert/strict";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { deflateRawSync } from "node:zlib";
import { Stack } from "aws-cdk-lib";
import { Annotations, Match } from "aws-cdk-lib/assertions";
import { Architecture } from "aws-cdk-lib/aws-lambda";
import { packageOf } from "../lib/functions/package";
import { Settings } from "../lib/settings";

const [STORED, DEFLATED] = [0, 8];
const [EM_X86_64, EM_AARCH64, EM_RISCV] = [62, 183, 243];

/** The first bytes of an ELF binary, as far as they matter, and some more. */
function binary(machine: number): Buffer {
  const bytes = Buffer.alloc(4_096, 1);
  bytes.write("\x7fELF", "latin1");
  bytes.writeUInt16LE(machine, 18);
  return bytes;
}

/** An archive with one file. A comment and an extra field move what stands behind them. */
function archive(name: string, content: Buffer, method: number): Buffer {
  const packed = method === DEFLATED ? deflateRawSync(content) : content;
  const [file, extra, comment] = [Buffer.from(name), Buffer.alloc(7), Buffer.from("built by hand")];
  const local = Buffer.alloc(30);
  local.writeUInt32LE(0x04034b50, 0);
  local.writeUInt16LE(method, 8);
  local.writeUInt16LE(file.length, 26);
  local.writeUInt16LE(extra.length, 28);
  const central = Buffer.alloc(46);
  central.writeUInt32LE(0x02014b50, 0);
  central.writeUInt16LE(method, 10);
  central.writeUInt32LE(packed.length, 20);
  central.writeUInt16LE(file.length, 28);
  const before = Buffer.concat([local, file, extra, packed]);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt32LE(before.length, 16);
  end.writeUInt16LE(comment.length, 20);
  return Buffer.concat([before, central, file, end, comment]);
}

/** What synthesis says of this archive, where the functions run on `arch`. */
function said(content: Buffer | undefined, arch: Architecture, requireDist = true): string[] {
  const dist = mkdtempSync(join(tmpdir(), "dist-"));
  if (content) writeFileSync(join(dist, "saga.zip"), content);
  const stack = new Stack();
  packageOf(stack, "saga", new Settings("dev", arch, requireDist), dist);
  const found = Annotations.fromStack(stack);
  const entries = requireDist ? found.findError("*", Match.anyValue()) : found.findWarning("*", Match.anyValue());
  return entries.map(({ entry }) => String(entry.data));
}

for (const [name, method] of [["a stored", STORED], ["a deflated", DEFLATED]] as const) {
  test(`${name} archive of the declared processor is taken, and of the other refused`, () => {
    const [intel, arm] = [binary(EM_X86_64), binary(EM_AARCH64)].map((content) => archive("bootstrap", content, method));
    assert.deepEqual(said(intel, Architecture.X86_64), []);
    assert.deepEqual(said(arm, Architecture.ARM_64), []);
    const [refusal] = said(intel, Architecture.ARM_64);
    assert.match(refusal ?? "", /saga.zip is built for x86_64, and arch is arm64: run "cargo xtask dist --arch arm64", or set arch to x86_64/);
    assert.match(said(arm, Architecture.X86_64)[0] ?? "", /is built for arm64, and arch is x86_64/);
  });
}

for (const [what, content] of [
  ["of a processor that Lambda has not", archive("bootstrap", binary(EM_RISCV), DEFLATED)],
  ["of a script", archive("bootstrap", Buffer.from("#!/bin/sh"), STORED)],
  ["without a bootstrap", archive("main", binary(EM_AARCH64), DEFLATED)],
  ["that is none", Buffer.from("no archive")],
] as const) {
  test(`an archive ${what} is refused`, () => {
    assert.match(said(content, Architecture.ARM_64)[0] ?? "", /has no binary that Lambda can run: run "cargo xtask dist/);
  });
}

test("a missing archive is refused, and where nothing is deployed it is a warning", () => {
  assert.match(said(undefined, Architecture.ARM_64)[0] ?? "", /is missing: run "cargo xtask dist --arch arm64"/);
  assert.match(said(undefined, Architecture.ARM_64, false)[0] ?? "", /is missing/);
  assert.match(said(archive("bootstrap", binary(EM_X86_64), STORED), Architecture.ARM_64, false)[0] ?? "", /is built for x86_64/);
});
