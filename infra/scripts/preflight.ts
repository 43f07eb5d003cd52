// Before a deployment: reads the settings as `cdk` does, looks whether the account's quota has room
// for them, and prints the processor to build for.
//
//   node --import tsx scripts/preflight.ts STAGE [options of cdk deploy]

import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { App } from "aws-cdk-lib";
import { narrowness, shortage } from "../lib/functions/quota";
import type { Account } from "../lib/functions/quota";
import { reservations } from "../lib/functions/reservations";
import { Settings } from "../lib/settings";

const [stage, ...args] = process.argv.slice(2);
const { values } = parseArgs({
  args,
  strict: false,
  allowPositionals: true,
  options: { context: { type: "string", short: "c", multiple: true }, profile: { type: "string" } },
});

function settings(): Settings {
  const { context } = JSON.parse(readFileSync(join(__dirname, "../cdk.json"), "utf8"));
  const given = ((values.context ?? []) as string[]).map((pair) => pair.split(/=(.*)/s).slice(0, 2));
  return Settings.fromContext(new App({ context: { ...context, ...Object.fromEntries(given), stage } }).node);
}

/** Asks Lambda by the AWS command line, under the profile that the deployment has. */
function lambda<Answer>(...command: string[]): Partial<Answer> {
  const profile = typeof values.profile === "string" ? ["--profile", values.profile] : [];
  const args = ["lambda", ...command, ...profile, "--output", "json"];
  try {
    const answer = execFileSync("aws", args, { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
    // A function that has reserved nothing answers with nothing.
    return JSON.parse(answer.trim() || "{}");
  } catch (error) {
    const why = (error as { stderr?: string }).stderr?.trim() || String(error);
    throw new Error(`the AWS command line must be installed and signed in; "aws lambda ${command[0]}" says: ${why}`);
  }
}

/** What an earlier deployment has reserved. A function that is not there yet has nothing. */
function heldBy(names: readonly string[]): number {
  const held = (name: string): number => {
    try {
      return lambda<{ ReservedConcurrentExecutions: number }>("get-function-concurrency", "--function-name", name).ReservedConcurrentExecutions ?? 0;
    } catch (error) {
      if (String(error).includes("ResourceNotFoundException")) return 0;
      throw error;
    }
  };
  return names.reduce((total, name) => total + held(name), 0);
}

try {
  const chosen = settings();
  const wanted = reservations(chosen);
  const account = lambda<Account>("get-account-settings") as Account;
  const problem = shortage(account, wanted, heldBy([...wanted.keys()]));
  if (problem) throw new Error(problem);
  const word = narrowness(account);
  if (word) console.error(word);
  console.log(chosen.architecture.name);
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = 1;
}
