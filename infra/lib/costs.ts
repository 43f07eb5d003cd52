// What an installation costs a month, by a formula: what one booking uses, times list prices.
//
// Both are generated: `trip cost` prints the same formula, and cli/src/cost says what it leaves
// out. Cognito, data transfer and most of our own metrics depend on customers, or on what
// goes wrong, more than on bookings.

import generated from "../generated/costs.json";

interface Line {
  readonly dollars: number;
}

/** How many of each thing are paid for by the month, whether they are used or not. */
export const STANDING: { readonly [unit: string]: number } = Object.fromEntries(generated.rented.map(({ unit, quantity }) => [unit, quantity]));

export const VOLUMES = [1_000, 100_000, 10_000_000] as const;

export function dollarsPerMonth(bookings: number): number {
  return sum(generated.rented) + sum(generated.sweeps) + bookings * sum(generated.perBooking);
}

/** The lines of the README's table. */
export function table(): string {
  const number = (value: number) => Math.round(value).toLocaleString("en-US");
  const idle = dollarsPerMonth(0);
  const nothing = `| 0 | $${number(idle)}, which is $${number(12 * idle)} a year for an idle production |\n`;
  return nothing + VOLUMES.map((volume) => `| ${number(volume)} | $${number(dollarsPerMonth(volume))} |`).join("\n");
}

function sum(lines: readonly Line[]): number {
  return lines.reduce((total, line) => total + line.dollars, 0);
}
