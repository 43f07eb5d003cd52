// The sign-in in a browser, at a provider by another hand: `node check.mjs CHROMIUM SITE-PROGRAM`.
// Each step says what a person does and what then has to be seen.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { delimiter, join } from "node:path";
import { createInterface } from "node:readline";
import { chromium } from "playwright-core";
import { provide } from "./provider.mjs";

const [program, site] = process.argv.slice(2);
const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
/** Playwright starts no program by its name. */
const found = (name) => (process.env.PATH ?? "").split(delimiter).map((folder) => join(folder, name)).find(existsSync) ?? name;

let base;
const provider = await provide(() => base);
const served = spawn(site, [provider.origin], { stdio: ["pipe", "pipe", "inherit"] });
for await (const line of createInterface({ input: served.stdout })) { base = line; break; }
provider.open();

const browser = await chromium.launch({ executablePath: found(program), args: ["--no-sandbox", "--disable-dev-shm-usage"] });
const context = await browser.newContext({ colorScheme: "light" });
const page = await context.newPage();
const faults = [];
// The provider's pages are not ours. The browser tells of every answer with an error's status.
const isOurs = () => page.url().startsWith(`${base}/`);
page.on("pageerror", (error) => isOurs() && faults.push(`${page.url()}: ${error}`));
page.on("console", (message) => {
  if (isOurs() && message.type() === "error" && !/status of 4\d\d/.test(message.text())) faults.push(`${page.url()}: ${message.text()}`);
});

const step = async (name, act) => { await act(); console.log(`ok: ${name}`); };
const heading = async (text) => assert.equal(await page.locator("h1").textContent(), text, page.url());
const follow = (name) => page.getByRole("link", { name, exact: true }).click();
const person = () => page.locator("#person").textContent();
const cookies = async () => (await context.cookies(base)).filter(({ name }) => name.startsWith("__Host-"));
const update = () => page.evaluate(async () => (await fetch("/console/live")).status);
const atProvider = () => assert.ok(page.url().startsWith(`${provider.origin}/`), page.url());
/** The provider asks who it is, and whether the site may know. */
const signIn = async (name) => {
  atProvider();
  await page.fill("input[name=login]", name);
  await page.fill("input[name=password]", "any will do");
  await page.click("button[type=submit]");
  atProvider();
  await page.click("button[type=submit]");
  await page.waitForURL(`${base}/**`);
};
const readable = async () => {
  for (const colorScheme of ["dark", "light"]) {
    await page.emulateMedia({ colorScheme });
    await page.evaluate(AXE);
    const { violations } = await page.evaluate(() => axe.run());
    assert.deepEqual(violations.map(({ id, nodes }) => [colorScheme, id, nodes.map(({ html }) => html)]), []);
  }
};

try {
  await step("whoever opens a page signs in and comes back to it", async () => {
    await page.goto(`${base}/console/trips?status=OPEN&q=a%20b`);
    await signIn("olga");
    assert.equal(page.url(), `${base}/console/trips?status=OPEN&q=a%20b`);
    assert.equal(await person(), "olga@example.com");
  });
  await step("the browser keeps the session where no script can read it, and nothing of the sign-in", async () => {
    const [session, ...more] = await cookies();
    assert.deepEqual(more, []);
    const { name, httpOnly, secure, sameSite, path } = session;
    assert.deepEqual([name, httpOnly, secure, sameSite, path], ["__Host-session", true, true, "Lax", "/"]);
    assert.equal(await page.evaluate(() => document.cookie), "");
  });
  await step("a page and its updates need nothing more", async () => {
    await page.goto(`${base}/`);
    assert.equal(await person(), "olga@example.com");
    assert.equal(await update(), 200);
    await context.clearCookies({ name: "__Host-session" });
    assert.equal(await update(), 401);
  });
  await step("whoever has no session any more is back at once while the provider knows them", async () => {
    await page.reload();
    assert.equal(await person(), "olga@example.com");
  });
  await step("whoever goes back to the way in is in already", async () => {
    await page.goto(`${base}/console/signed-in?code=used&state=old`);
    assert.equal(page.url(), `${base}/`);
  });
  await step("another site's page signs nobody out", async () => {
    await page.goto(`${provider.origin}/nothing-here`);
    await page.evaluate((way) => { location.href = way; }, `${base}/console/sign-out`);
    await page.waitForURL(`${base}/console/sign-out`);
    await heading("Do you want to sign out?");
    await readable();
    await follow("Stay");
    assert.equal(await person(), "olga@example.com");
  });
  await step("a person signs out here and at the provider", async () => {
    await follow("Sign out");
    await page.waitForURL(`${base}/console/signed-out`);
    await heading("You are signed out");
    await readable();
    assert.deepEqual(await cookies(), []);
    await follow("Sign in");
    atProvider();
  });
  await step("whoever is not a member is told so, and can leave", async () => {
    await signIn("mallory");
    await heading("You may not use this console");
    assert.match(await page.locator("main").textContent(), /mallory@example\.com.*operators/);
    await readable();
    assert.deepEqual(await cookies(), []);
    await follow("Sign out");
    await page.waitForURL(`${base}/console/signed-out`);
  });
  await step("a sign-in that nobody has begun is told", async () => {
    await page.goto(`${base}/console/signed-in?code=1&state=2`);
    await heading("This sign-in has ended");
    await readable();
  });
  await step("whoever refuses to sign in is told", async () => {
    await page.goto(`${base}/`);
    await page.click("text=Cancel");
    await page.waitForURL(`${base}/**`);
    await heading("The sign-in was refused");
    assert.match(await page.locator("main").textContent(), /access_denied/);
  });
  assert.deepEqual(faults, []);
} finally {
  await browser.close();
  served.stdin.end();
  provider.close();
}
