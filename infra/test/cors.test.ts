// Pages of other sites: the named ones may call the API from a browser, as with the local gateway.

import assert from "node:assert/strict";
import { test } from "node:test";
import { Template } from "aws-cdk-lib/assertions";
import { isOrigin } from "../lib/api/cors";
import { PROBLEMS } from "../lib/api/problems";
import { answerTemplate } from "../lib/api/templates";
import generated from "../generated/runtime.json";
import { Settings } from "../lib/settings";
import { TripSagaStack } from "../lib/stack";
import { application, resources } from "./stack";
import type { Resource } from "./stack";
import { render } from "./vtl/render";

const OURS = ["https://trips.example", "http://localhost:3000"];
const { methods, sent, read, maxAgeSeconds } = generated.cors;
const EXPOSED = `'${read.join(",")}'`;

function installed(corsOrigins: string): Resource[] {
  const app = application({ corsOrigins });
  const stack = new TripSagaStack(app, "TripSaga-dev", { settings: Settings.fromContext(app.node) });
  return Object.values(Template.fromStack(stack).toJSON().Resources);
}

const [both, one] = [installed(OURS.join(",")), installed(OURS[0] ?? "")];
const ofType = (all: Resource[], type: string) => all.filter((resource) => resource.Type === `AWS::${type}`).map((resource) => resource.Properties);
const header = (name: string) => `method.response.header.${name}`;

/** What the browser is told of the site, by a template and fixed headers as API Gateway applies them. */
function site(template: string | undefined, fixed: Record<string, string>, origin: string | undefined, spelled = "origin"): string | undefined {
  const headers = origin === undefined ? {} : { [spelled]: origin };
  const overridden = render(template ?? "", { body: "{}", headers, requestId: "r-1" }).headers["Access-Control-Allow-Origin"];
  return overridden ?? fixed[header("Access-Control-Allow-Origin")]?.replaceAll("'", "");
}

test("every route answers a preflight with what the local gateway allows, and asks it for no token", () => {
  const routes = new Set(ofType(both, "ApiGateway::Method").map((method) => JSON.stringify(method.ResourceId)));
  const preflights = ofType(both, "ApiGateway::Method").filter((method) => method.HttpMethod === "OPTIONS");
  assert.deepEqual(new Set(preflights.map((method) => JSON.stringify(method.ResourceId))), routes);
  for (const { AuthorizationType, Integration } of preflights) {
    assert.deepEqual([AuthorizationType, Integration.Type], ["NONE", "MOCK"]);
    const [{ StatusCode, ResponseParameters: fixed, ResponseTemplates }] = Integration.IntegrationResponses;
    assert.equal(StatusCode, "200");
    assert.equal(fixed[header("Access-Control-Allow-Methods")], `'${methods.join(",")}'`);
    assert.equal(fixed[header("Access-Control-Allow-Headers")], `'${sent.join(",")}'`);
    assert.equal(fixed[header("Access-Control-Max-Age")], `'${maxAgeSeconds}'`);
    assert.equal(fixed[header("Vary")], "'Origin'");
    assert.equal(fixed[header("Access-Control-Allow-Credentials")], undefined);
    for (const origin of OURS) assert.equal(site(ResponseTemplates["application/json"], fixed, origin), origin);
    for (const origin of ["https://trips.example.org", "null"]) assert.notEqual(site(ResponseTemplates["application/json"], fixed, origin), origin);
  }
});

test("a booking's answer names the caller's site if it is a named one, however its header is spelled", () => {
  for (const name of ["booking-admitted", "booking-refused", "booking-failed"] as const) {
    const template = answerTemplate(name, OURS);
    for (const origin of OURS) for (const spelled of ["Origin", "origin", "ORIGIN"]) assert.equal(site(template, {}, origin, spelled), origin, name);
    for (const origin of ["https://trips.example.org", "https://TRIPS.example", "null", "", undefined]) assert.equal(site(template, {}, origin), undefined, name);
    assert.equal(site(answerTemplate(name), {}, OURS[0]), undefined);
  }
  const booking = ofType(both, "ApiGateway::Method").find((method) => method.OperationName === "bookTrip") ?? assert.fail();
  for (const [index, answer] of booking.Integration.IntegrationResponses.entries()) {
    assert.equal(answer.ResponseParameters[header("Access-Control-Expose-Headers")], EXPOSED);
    assert.equal(answer.ResponseParameters[header("Vary")], "'Origin'");
    assert.match(answer.ResponseTemplates["application/json"]["Fn::Join"]?.[1].join("") ?? answer.ResponseTemplates["application/json"], /https:\/\/trips\.example/);
    const declared = booking.MethodResponses[index].ResponseParameters;
    for (const name of ["Access-Control-Allow-Origin", "Access-Control-Expose-Headers", "Vary"]) assert.equal(declared[header(name)], true);
  }
});

test("a page may read API Gateway's own refusals too", () => {
  for (const [all, allowed] of [[both, "'*'"], [one, "'https://trips.example'"]] as const) {
    const refusals = ofType(all, "ApiGateway::GatewayResponse");
    assert.equal(refusals.length, PROBLEMS.length);
    for (const { ResponseParameters } of refusals) {
      assert.equal(ResponseParameters["gatewayresponse.header.Access-Control-Allow-Origin"], allowed);
      assert.equal(ResponseParameters["gatewayresponse.header.Access-Control-Expose-Headers"], EXPOSED);
    }
  }
});

test("the functions behind the API are told the sites, and no others", () => {
  const told = ofType(both, "Lambda::Function").filter((fn) => fn.Environment.Variables.CORS_ORIGINS !== undefined);
  assert.deepEqual(told.map((fn) => fn.FunctionName).sort(), ["trip-saga-query-api-dev", "trip-saga-trip-cancel-dev"]);
  for (const fn of told) assert.equal(fn.Environment.Variables.CORS_ORIGINS, OURS.join(","));
});

test("nobody else's page may call unless a site is named", () => {
  assert.doesNotMatch(JSON.stringify(resources("prod")), /Access-Control|CORS_ORIGINS|"OPTIONS"/);
});

test("a site is named as browsers name it, as the functions demand", () => {
  for (const origin of [...OURS, "http://127.0.0.1:8080", "http://[::1]:3000"]) assert.ok(isOrigin(origin), origin);
  const others = ["*", "https://*.example.com", "null", "", "example.com", "ftp://example.com", "https://example.com/", "https://example.com?a=b"];
  const more = ["https://me@example.com", "https://Example.com", "https://example.com:443", "https://", "https://a.example\r\nx: y", "https://a.example' || true"];
  for (const other of [...others, ...more]) assert.ok(!isOrigin(other), other);
  assert.throws(() => Settings.fromContext(application({ corsOrigins: "https://a.example,*" }).node), /corsOrigins are sites .*, not \*/);
});
