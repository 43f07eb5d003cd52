// The API has the routes of the contract, and beside them only the pages that show it.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { resources } from "./stack";

const CONTRACT = JSON.parse(readFileSync(join(__dirname, "../../docs/openapi.json"), "utf8"));
const CONTRACTS = ["GET /openapi.json", "GET /events/schemas", "GET /events/schemas/{event_type}"];
const PAGES = ["GET /", "GET /docs", "GET /docs/{page+}"];

const all = new Map(resources("prod"));

/** The path of a resource, from its own part upwards. The root is not a resource of the template's. */
function path(id: string | undefined): string {
  const resource = id && all.get(id);
  return resource ? `${path(resource.Properties.ParentId.Ref)}/${resource.Properties.PathPart}` : "";
}

function deployed(isMeant: (properties: any) => boolean = () => true): string[] {
  const methods = [...all.values()].filter(({ Type, Properties }) => Type === "AWS::ApiGateway::Method" && isMeant(Properties));
  return methods.map(({ Properties }) => `${Properties.HttpMethod} ${path(Properties.ResourceId.Ref) || "/"}`);
}

function described(): string[] {
  const paths = Object.entries(CONTRACT.paths as Record<string, object>);
  return paths.flatMap(([path, item]) => Object.keys(item).map((method) => `${method.toUpperCase()} ${path}`));
}

test("every operation of the contract is deployed, and nothing else but its pages", () => {
  assert.deepEqual(deployed().sort(), [...described(), ...PAGES].sort());
});

test("only liveness, the contracts and the pages are answered without a token", () => {
  const open = deployed(({ AuthorizationType }) => AuthorizationType !== "COGNITO_USER_POOLS");
  assert.deepEqual(open.sort(), [...PAGES, ...CONTRACTS, "GET /health"].sort());
});

test("the steps, which write the events, know where the API serves the events' schemas", () => {
  const api = [...all].find(([, { Type }]) => Type === "AWS::ApiGateway::RestApi")?.[0];
  const functions = [...all.values()].filter(({ Type }) => Type === "AWS::Lambda::Function");
  const told = functions.flatMap(({ Properties }) => Properties.Environment?.Variables.EVENT_SCHEMAS ?? []);
  const host = [{ Ref: api }, ".execute-api.", { Ref: "AWS::Region" }, ".", { Ref: "AWS::URLSuffix" }];
  const address = { "Fn::Join": ["", ["https://", ...host, "/prod/events/schemas"]] };
  assert.deepEqual(told, Array.from({ length: 6 }, () => address));
});
