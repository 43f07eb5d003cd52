// The pictures of the README: `node pictures.mjs CHROMIUM BASE-URL FOLDER MINUTES` books trips on a
// running system for so long, with faults mixed in, and takes a picture of the overview and of a
// trip that was undone.

import { join } from "node:path";
import { Looker } from "./look.mjs";

const [chromium, base, folder, minutes] = process.argv.slice(2);
const looker = await Looker.open(chromium, base, folder);
const { page } = looker;

/** Suppliers mostly work; some fail, some for good. */
const FAULTS = [{}, {}, {}, { hotel: "error:2" }, {}, { payment: "declined" }, {}, { flight: "unavailable" }, {}, { hotel: "slow" }, {}, { hotel: "unavailable" }];

const book = async (faults) => {
  await looker.go("/console/book");
  for (const [step, fault] of Object.entries(faults)) await page.selectOption(`[id="sandbox.${step}"]`, fault);
  await page.click("form.book button[type=submit]");
  await page.waitForURL("**/console/trips/*");
};

/** A picture of the part of the page that one sees first. */
const picture = async (name, height) => {
  await page.setViewportSize({ width: 1120, height });
  await page.screenshot({ path: join(folder, `${name}.png`) });
};

const end = Date.now() + Number(minutes) * 60_000;
for (let number = 0; Date.now() < end; number += 1) {
  await book(FAULTS[number % FAULTS.length]);
  // Now few, now many.
  await page.waitForTimeout(500 + 2_000 * (1 + Math.sin(Date.now() / 60_000)));
}
await book({ hotel: "error:2", payment: "declined" });
await page.locator("#summary .state .status", { hasText: "FAILED" }).waitFor();
await page.locator("#events .event", { hasText: "trip.failed.v1" }).waitFor();
await page.waitForTimeout(2_000);
await picture("compensated-trip", 900);
await looker.go("/");
await page.waitForTimeout(2_000);
await picture("overview", 760);
await looker.close();
