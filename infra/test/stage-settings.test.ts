// The settings of a stage have one place, so that no deployment forgets one.

import assert from "node:assert/strict";
import { test } from "node:test";
import cdk from "../cdk.json";
import { Settings, STAGES } from "../lib/settings";
import { KEPT } from "../lib/stage-settings";
import { application } from "./stack";

const KEY = "arn:aws:secretsmanager:eu-west-1:111122223333:secret:datadog-AbCdEf";
const PROD = { alarmEmail: "alarms@example.com", bus: "ordered", console: false, corsOrigins: ["https://a.example", "http://localhost:3000"], cursorKeyGeneration: 3, datadogApiKeySecretArn: KEY, datadogAsCode: true, datadogSite: "datadoghq.eu", releaseShift: "linear", reservedConcurrency: 20, searchTables: ["TripSearchTable", "TripSearchTable2"], waf: true };
const stages = { staging: {}, prod: PROD };
const read = (context: Record<string, unknown>) => Settings.fromContext(application({ stages, ...context }).node);

test("a deployment that names nothing but its stage has what the stage keeps", () => {
  for (const requireDist of ["true", "false"]) {
    const { alarmEmail, bus, console, corsOrigins, cursorKeyGeneration, datadog, firewall, releaseShift, reservedConcurrency, searchTables } = read({ stage: "prod", requireDist });
    const [apiKeySecretArn, site] = [KEY, "datadoghq.eu"];
    assert.deepEqual({ alarmEmail, bus, console, corsOrigins, cursorKeyGeneration, datadog, firewall, releaseShift, reservedConcurrency, searchTables }, {
      alarmEmail: PROD.alarmEmail, bus: "ordered", console: false, corsOrigins: PROD.corsOrigins, cursorKeyGeneration: 3, datadog: { apiKeySecretArn, site, asCode: true }, firewall: true, releaseShift: "linear", reservedConcurrency: 20, searchTables: PROD.searchTables,
    });
  }
  assert.deepEqual(read({ stage: "staging" }), new Settings("staging"));
});

const OTHERS = { alarmEmail: "one@example.com", bus: "classic", console: "true", corsOrigins: "https://a.example", cursorKeyGeneration: "4", datadogApiKeySecretArn: KEY.replace("AbCdEf", "GhIjKl"), datadogAsCode: "false", datadogSite: "datadoghq.com", releaseShift: "canary", reservedConcurrency: "30", searchTables: "TripSearchTable2", waf: "false" };

for (const name of KEPT) {
  test(`${name} is refused for one deployment, and may be tried in a synthesis`, () => {
    const given = { stage: "prod", [name]: OTHERS[name] };
    assert.throws(() => read({ ...given, requireDist: "true" }), new RegExp(`${name} is given for this deployment only.*stages.prod in cdk.json`));
    read(given);
    read({ stage: "prod", [name]: String(PROD[name]), requireDist: "true" });
  });
}

test("a name that is none of them is refused, not passed over", () => {
  assert.throws(() => read({ stages: { dev: { alarmMail: "a@example.com" } } }), /stages.dev has alarmMail/);
});

test("cdk.json has a place for each stage, and none of these settings beside it", () => {
  assert.deepEqual(Object.keys(cdk.context.stages), STAGES);
  assert.deepEqual(KEPT.filter((name) => name in cdk.context), []);
});
