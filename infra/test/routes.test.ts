// The API has the routes of the contract, and beside them only the pages that show it.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { resources } from "./stack";

const CONTRACT = JSON.parse(readFileSync(join(__dirname, "../../docs/openapi.json"), "utf8"));
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

test("only liveness, the contract and the pages are answered without a token", () => {
  const open = deployed(({ AuthorizationType }) => AuthorizationType !== "COGNITO_USER_POOLS");
  assert.deepEqual(open.sort(), [...PAGES, "GET /health", "GET /openapi.json"].sort());
});
