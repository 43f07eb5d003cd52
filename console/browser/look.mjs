// Opens the pages of a running console in Chromium, as people with and without a mouse, on a phone
// and at a desk, by day and by night, see them.

import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { delimiter, join } from "node:path";
import { chromium } from "playwright-core";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const SIZES = { desktop: { width: 1280, height: 800 }, phone: { width: 390, height: 844 } };
/** How long something may take that happens by itself. */
export const PATIENCE = 60_000;

/** Where a program is: Playwright starts none by its name. */
const found = (name) => {
  const places = (process.env.PATH ?? "").split(delimiter).map((folder) => join(folder, name));
  return name.includes("/") ? name : (places.find(existsSync) ?? name);
};

/** A browser whose pages may load nothing from elsewhere and may report no error. */
export class Looker {
  /** What was loaded from elsewhere, and what the console of the browser reported. */
  faults = [];
  /** The statuses that a step expects. */
  expected = [];
  /** Pages that were checked, by name. */
  checked = [];

  static async open(program, base, pictures) {
    const looker = new Looker();
    looker.base = base;
    looker.pictures = pictures;
    looker.browser = await chromium.launch({ executablePath: found(program), args: ["--no-sandbox", "--disable-dev-shm-usage"] });
    const context = await looker.browser.newContext({ viewport: SIZES.desktop, colorScheme: "light", reducedMotion: "reduce" });
    context.setDefaultTimeout(PATIENCE);
    looker.page = await context.newPage();
    looker.watch();
    return looker;
  }

  watch() {
    this.page.on("request", (request) => {
      if (!request.url().startsWith(`${this.base}/`)) this.faults.push(`a request to ${request.url()}`);
    });
    this.page.on("pageerror", (error) => this.faults.push(`${this.page.url()}: ${error}`));
    this.page.on("console", (message) => {
      const isExpected = this.expected.some((status) => message.text().includes(`status of ${status}`));
      if (message.type() === "error" && !isExpected) this.faults.push(`${this.page.url()}: ${message.text()}`);
    });
  }

  async go(path) {
    await this.page.goto(this.base + path);
  }

  /** Does a step to which the server answers with this status, which the browser reports. */
  async expecting(status, step) {
    this.expected = [status];
    const told = this.page.waitForEvent("console", (message) => message.text().includes(`status of ${status}`));
    await Promise.all([told, step()]);
    this.expected = [];
  }

  /** Checks the page as it is: accessible, not wider than the screen, at each size and theme. */
  async check(name, { full = true } = {}) {
    for (const [size, viewport] of Object.entries(SIZES)) {
      await this.page.setViewportSize(viewport);
      for (const colorScheme of ["light", "dark"]) {
        await this.page.emulateMedia({ colorScheme });
        await this.accessible(`${name}, ${size}, ${colorScheme}`);
        const path = join(this.pictures, `${name}-${size}-${colorScheme}.png`);
        await this.page.screenshot({ path, fullPage: full });
      }
      const [wide, room] = await this.page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
      if (wide > room) this.faults.push(`${name}, ${size}: the page is ${wide} wide on ${room}`);
    }
    await this.page.setViewportSize(SIZES.desktop);
    await this.page.emulateMedia({ colorScheme: "light" });
    this.checked.push(name);
  }

  async accessible(what) {
    await this.page.evaluate(AXE);
    const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
    const { violations } = await this.page.evaluate((values) => axe.run({ runOnly: { type: "tag", values } }), tags);
    for (const { id, nodes } of violations) {
      for (const node of nodes) this.faults.push(`${what}: ${id}: ${node.html.slice(0, 160)}: ${node.failureSummary}`);
    }
  }

  /** Marks the document, so that a reload shows. */
  async mark() {
    await this.page.evaluate(() => { window.marked = true; });
  }

  async isReloaded() {
    return !(await this.page.evaluate(() => window.marked === true));
  }

  async close() {
    await this.browser.close();
  }
}
