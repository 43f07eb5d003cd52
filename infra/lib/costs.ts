// What an installation costs a month, by a formula: what one booking uses, times list prices.
//
// Prices are AWS's in US dollars for us-east-1, without free tiers, taxes and discounts. They change: check them
// before relying on a figure. Storage, Cognito and data transfer depend on customers more than on bookings, and
// are left out.

interface Line {
  readonly what: string;
  /** How many units a booking uses, two reads of the trip among them. */
  readonly perBooking: number;
  readonly dollarsPerUnit: number;
}

const MILLION = 1_000_000;

export const LINES: readonly Line[] = [
  { what: "API requests: one booking, two reads", perBooking: 3, dollarsPerUnit: 3.5 / MILLION },
  { what: "state transitions: start, three steps, end", perBooking: 5, dollarsPerUnit: 25 / MILLION },
  { what: "function invocations: steps, consumers, reads", perBooking: 11, dollarsPerUnit: 0.2 / MILLION },
  { what: "function GB-seconds: 50 ms at 256 MB each", perBooking: 11 * 0.05 * 0.25, dollarsPerUnit: 0.0000133334 },
  // Ten items in three transactions (twice the price), GSI1, the marks of four events, three versions of a row.
  { what: "write units: 20 transactional, 10 of GSI1, 4 marks, 9 of the view", perBooking: 43, dollarsPerUnit: 0.625 / MILLION },
  { what: "read units: three loads and two reads, transactional", perBooking: 40, dollarsPerUnit: 0.125 / MILLION },
  { what: "events put on the bus", perBooking: 4, dollarsPerUnit: 1 / MILLION },
  { what: "log, GB: 25 KB", perBooking: 0.000025, dollarsPerUnit: 0.5 },
];

/** Each month, bookings or none: alarms, two secrets, a key, and the sweeper's runs, each with 64 queries. */
const FIXED = 23 * 0.1 + 2 * 0.4 + 1 + 43_200 * (0.2 / MILLION + 0.25 * 0.5 * 0.0000133334 + 64 * (0.0625 / MILLION));

export const VOLUMES = [1_000, 100_000, 10_000_000] as const;

export function dollarsPerBooking(): number {
  return LINES.reduce((total, line) => total + line.perBooking * line.dollarsPerUnit, 0);
}

export function dollarsPerMonth(bookings: number): number {
  return FIXED + bookings * dollarsPerBooking();
}

/** The lines of the README's table. */
export function table(): string {
  const number = (value: number) => Math.round(value).toLocaleString("en-US");
  return VOLUMES.map((volume) => `| ${number(volume)} | $${number(dollarsPerMonth(volume))} |`).join("\n");
}
