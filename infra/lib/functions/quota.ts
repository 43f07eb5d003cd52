// Whether an account's quota of concurrent executions has room for the reservations, before
// CloudFormation finds out in the middle of a deployment.

import type { Reservation } from "./reservations";

/** The part of what `aws lambda get-account-settings` answers that is read here. */
export interface Account {
  readonly AccountLimit: { readonly ConcurrentExecutions: number; readonly UnreservedConcurrentExecutions: number };
}

/** What must stay unreserved. Source: Lambda developer guide, "reserved concurrency". */
export const UNRESERVED_AT_LEAST = 100;

/** How to ask for so many executions. The code is that of Lambda's "Concurrent executions". */
function request(executions: number): string {
  return `aws service-quotas request-service-quota-increase --service-code lambda --quota-code L-B99A9384 --desired-value ${executions}`;
}

/**
 * What to do first, where the quota has no room for the reservations. `held` is how many executions
 * the installation's functions have reserved already.
 */
export function shortage(account: Account, wanted: ReadonlyMap<string, Reservation>, held: number): string | undefined {
  const { ConcurrentExecutions: quota, UnreservedConcurrentExecutions: unreserved } = account.AccountLimit;
  const needed = [...wanted.values()].reduce((total, { executions }) => total + executions, 0);
  const missing = needed + UNRESERVED_AT_LEAST - (unreserved + held);
  if (needed === 0 || missing <= 0) return undefined;
  return [
    `reservedConcurrency needs ${needed} executions beside ${UNRESERVED_AT_LEAST} unreserved ones, and the account's quota of ${quota} lacks ${missing}:`,
    ...[...wanted].map(([name, { executions, reason }]) => `  ${name}: ${executions}, since ${reason}`),
    `Deploy without reservedConcurrency, or request a higher quota: ${request(quota + missing)}`,
  ].join("\n");
}

/** A word of warning where nothing is reserved and little can run at once. */
export function narrowness(account: Account): string | undefined {
  const { ConcurrentExecutions: quota } = account.AccountLimit;
  if (quota > UNRESERVED_AT_LEAST) return undefined;
  return `The account's functions can run ${quota} executions at once, all of them together. To request more: ${request(1000)}`;
}
