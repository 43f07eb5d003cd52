// scripts/deploy.sh, run with stand-ins for cargo, npx and aws: what it builds and declares, and
// when it stops.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";

const SCRIPT = join(__dirname, "../scripts/deploy.sh");
const accountSettings = (quota: number) => JSON.stringify({ AccountLimit: { ConcurrentExecutions: quota, UnreservedConcurrentExecutions: quota } });
const NO_FUNCTION = 'echo "(ResourceNotFoundException) when calling GetFunctionConcurrency" >&2; exit 254';

interface Run {
  readonly status: number | null;
  readonly told: string;
  /** The commands that were called, each with its arguments. */
  readonly calls: string[];
}

/** Runs the script in an account with this quota, of which no function holds anything. */
function deploy(quota: number, ...args: string[]): Run {
  const folder = mkdtempSync(join(tmpdir(), "deploy-"));
  const log = join(folder, "calls");
  const stand = (name: string, body: string) => {
    writeFileSync(join(folder, name), `#!/bin/sh\necho "${name} $*" >> ${log}\n${body}\n`);
    chmodSync(join(folder, name), 0o755);
  };
  stand("cargo", "");
  stand("npx", "");
  stand("aws", `case $2 in get-account-settings) echo '${accountSettings(quota)}' ;; *) ${NO_FUNCTION} ;; esac`);
  try {
    const run = spawnSync("sh", [SCRIPT, ...args], { env: { ...process.env, PATH: `${folder}:${process.env.PATH}` }, encoding: "utf8" });
    return { status: run.status, told: run.stderr, calls: (existsSync(log) ? readFileSync(log, "utf8") : "").trim().split("\n").filter(Boolean) };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const called = ({ calls }: Run, command: string) => calls.filter((call) => call.startsWith(`${command} `));

for (const [args, arch] of [
  [[], "arm64"],
  [["--context", "arch=x86_64"], "x86_64"],
  [["-c", "arch=x86_64", "--require-approval", "never"], "x86_64"],
] as const) {
  test(`with ${args.join(" ") || "no option"}, ${arch} is built and declared`, () => {
    const run = deploy(1_000, "staging", ...args);
    assert.equal(run.status, 0, run.told);
    assert.deepEqual(called(run, "cargo"), [`cargo xtask dist --arch ${arch}`]);
    const [declared] = called(run, "npx");
    assert.match(declared ?? "", new RegExp(`^npx cdk deploy TripSaga-staging .*--context stage=staging --context arch=${arch} --context requireDist=true$`));
    for (const option of args) assert.ok(declared?.includes(option), declared);
  });
}

test("nothing is built for a processor that no function runs on", () => {
  const run = deploy(1_000, "dev", "--context", "arch=riscv64");
  assert.notEqual(run.status, 0);
  assert.match(run.told, /arch is arm64 or x86_64, not riscv64/);
  assert.deepEqual(run.calls.filter((call) => !call.startsWith("aws")), []);
});

test("a new account deploys, and is told how little runs there at once", () => {
  const run = deploy(10, "dev");
  assert.equal(run.status, 0, run.told);
  assert.match(run.told, /10 executions at once/);
});

test("a quota without room for the reservations stops before anything is built", () => {
  const run = deploy(10, "prod", "--context", "reservedConcurrency=20", "--profile", "production");
  assert.notEqual(run.status, 0);
  assert.match(run.told, /request a higher quota.*--desired-value 181/);
  assert.deepEqual(run.calls.filter((call) => !call.startsWith("aws")), []);
  for (const call of called(run, "aws")) assert.match(call, /--profile production/);
});
