// What an installation costs a month, by a formula: what one booking uses, times list prices.
//
// Prices are AWS's in US dollars for us-east-1, without free tiers, taxes and discounts. They
// change: check them before relying on a figure. Storage, Cognito and data transfer depend on
// customers more than on bookings, and most of the product's own metrics on what goes wrong: they
// are left out.

const MILLION = 1_000_000;

/**
 * The price of a unit. `read` names its source; without it, nobody has checked the price lately.
 * Sources are archived copies of pages, so a date is the copy's date, if it has one.
 */
export const PRICES = {
  request: { dollars: 3.5 / MILLION, read: "a tutorial of December 2025; REST APIs" },
  transition: { dollars: 25 / MILLION, read: "aws.amazon.com/step-functions/pricing, a copy without a date; standard workflows" },
  workflow: { dollars: 1 / MILLION },
  workflowGigabyteSecond: { dollars: 0.00001667 },
  invocation: { dollars: 0.2 / MILLION, read: "notes of May 2026" },
  gigabyteSecond: { dollars: 0.0000133334, read: "notes of May 2026; arm64" },
  writeUnit: { dollars: 0.625 / MILLION, read: "airbyte.com, July 2025, after AWS's cut of November 2024; some pages still tell twice as much" },
  readUnit: { dollars: 0.125 / MILLION, read: "as for write units; half of it where a read may be stale" },
  logGigabyte: { dollars: 0.5, read: "a guide of 2026 to CloudWatch's prices; standard class" },
  event: { dollars: 1 / MILLION },
  alarmMetric: { dollars: 0.1 },
  dashboard: { dollars: 3 },
  metric: { dollars: 0.3 },
  insightRule: { dollars: 0.5 },
  trace: { dollars: 5 / MILLION },
  secret: { dollars: 0.4 },
} as const satisfies Record<string, { dollars: number; read?: string }>;

interface Line {
  readonly what: string;
  /** How many units a booking uses, including two reads of the trip. */
  readonly perBooking: number;
  readonly unit: keyof typeof PRICES;
}

export const LINES: readonly Line[] = [
  { what: "API requests: one booking, two reads", perBooking: 3, unit: "request" },
  { what: "state transitions: start, three steps, end", perBooking: 5, unit: "transition" },
  { what: "admission: one Express workflow", perBooking: 1, unit: "workflow" },
  { what: "admission, GB-seconds: 100 ms at 64 MB", perBooking: 0.1 * 0.0625, unit: "workflowGigabyteSecond" },
  { what: "function invocations: steps, consumers, reads", perBooking: 12, unit: "invocation" },
  { what: "function GB-seconds: 50 ms at 256 MB each", perBooking: 12 * 0.05 * 0.25, unit: "gigabyteSecond" },
  // Thirteen items in four transactions (twice the price), GSI1, the marks of four events, four
  // versions of a row.
  { what: "write units: 26 transactional, 10 of GSI1, 4 marks, 12 of the view", perBooking: 52, unit: "writeUnit" },
  { what: "read units: three loads and two reads, transactional; one look for the trip", perBooking: 41, unit: "readUnit" },
  { what: "events put on the bus", perBooking: 4, unit: "event" },
  { what: "log, GB: 30 KB", perBooking: 0.00003, unit: "logGigabyte" },
];

/**
 * What alarms watch, including those of releases, since an alarm is paid for by its metrics; two
 * generations of cursor keys; the dashboard; the metrics that each sweep tells and those of the two
 * mappings; and two rules for each table and index whose throttled keys are named, which only
 * production has. A test counts them, and looks for what else has a price by the month.
 */
export const STANDING = { alarmMetric: 30, secret: 2, dashboard: 1, metric: 14, insightRule: 10 } as const;

/**
 * One sweep per minute, traced: half a second, 2 KB of log, and three eventually consistent queries per shard for the
 * oldest event, the parked events and the due events.
 */
const SWEEPS_A_MONTH = 43_200;
const sweep =
  PRICES.invocation.dollars +
  0.5 * 0.25 * PRICES.gigabyteSecond.dollars +
  0.000002 * PRICES.logGigabyte.dollars +
  PRICES.trace.dollars +
  (3 * 64 * PRICES.readUnit.dollars) / 2;

export const VOLUMES = [1_000, 100_000, 10_000_000] as const;

export function dollarsPerBooking(): number {
  return LINES.reduce((total, line) => total + line.perBooking * PRICES[line.unit].dollars, 0);
}

export function dollarsPerMonth(bookings: number): number {
  const standing = Object.entries(STANDING).reduce((total, [unit, count]) => total + count * PRICES[unit as keyof typeof STANDING].dollars, 0);
  return standing + SWEEPS_A_MONTH * sweep + bookings * dollarsPerBooking();
}

/** The lines of the README's table. */
export function table(): string {
  const number = (value: number) => Math.round(value).toLocaleString("en-US");
  const idle = dollarsPerMonth(0);
  const nothing = `| 0 | $${number(idle)}, which is $${number(12 * idle)} a year for an idle production |\n`;
  return nothing + VOLUMES.map((volume) => `| ${number(volume)} | $${number(dollarsPerMonth(volume))} |`).join("\n");
}
