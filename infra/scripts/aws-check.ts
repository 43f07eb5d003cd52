// Compares the local interpreter with Step Functions itself: npm run aws-check
//
// Nothing is deployed or called, and no role is needed: every outcome of a task is mocked. The
// caller needs the rights states:TestState and states:ValidateStateMachineDefinition. The account
// and the region come from where the AWS SDK finds them, such as AWS_PROFILE and AWS_REGION.

import { SFNClient } from "@aws-sdk/client-sfn";
import { admission } from "./aws-check/admission";
import { check } from "./aws-check/check";
import { decisions } from "./aws-check/decisions";

// The pinned SDK runs on Node 20; only later ones do not.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = "true";

async function main(): Promise<void> {
  const client = new SFNClient({ retryMode: "adaptive", maxAttempts: 20 });
  try {
    await Promise.all([client.config.region(), client.config.credentials()]);
  } catch (error) {
    throw new Error(`no account to ask: sign in and name a region, such as by AWS_PROFILE and AWS_REGION (${(error as Error).message.split("\n")[0]})`);
  }
  const local = decisions();
  const { validated, asked, counts, problems } = await check(client, [local, admission(local.machines["trip-booking"]!)]);
  if (!counts) console.log("TestState takes no RedriveCount in its context: the definitions were asked with a count of 0");
  for (const problem of problems) console.error(problem);
  console.log(`${validated} definitions validated, ${asked} outcomes asked: ${problems.length} differences`);
  if (problems.length > 0) process.exitCode = 1;
}

main().catch((error: Error) => {
  console.error(`aws-check: ${error.message}`);
  process.exitCode = 1;
});
