// What comes of `searchTables`: a second table for the view, beside the one that answers.

import assert from "node:assert/strict";
import { test } from "node:test";
import { Template } from "aws-cdk-lib/assertions";
import { Settings } from "../lib/settings";
import { TripSagaStack } from "../lib/stack";
import { application } from "./stack";

const OLD = "TripSearchTable";
const NEW = "TripSearchTable2";

function stage(searchTables?: string): Template {
  const app = application({ ...(searchTables !== undefined && { searchTables }) });
  return Template.fromStack(new TripSagaStack(app, "TripSaga-dev", { settings: Settings.fromContext(app.node) }));
}

/** The logical id of each view's table, by its name. */
function views(template: Template): Record<string, string> {
  const tables = Object.entries(template.findResources("AWS::DynamoDB::Table"));
  const named = tables.map(([id, { Properties }]) => [Properties.TableName.replace("-dev", ""), id] as const);
  return Object.fromEntries(named.filter(([name]) => name.startsWith(OLD)));
}

function told(template: Template, name: string): unknown {
  const functions = Object.values(template.findResources("AWS::Lambda::Function", { Properties: { FunctionName: `trip-saga-${name}-dev` } }));
  const { SEARCH_TABLE, SHADOW_SEARCH_TABLE } = functions[0]?.Properties.Environment.Variables;
  return [SEARCH_TABLE?.Ref, SHADOW_SEARCH_TABLE?.Ref];
}

const [one, both, changed, moved] = [stage(), stage(`${OLD},${NEW}`), stage(`${NEW},${OLD}`), stage(NEW)];

test("a table is the same resource before, while and after it answers", () => {
  const { [OLD]: old, [NEW]: fresh } = views(both);
  assert.ok(old && fresh && old !== fresh);
  assert.deepEqual(views(one), { [OLD]: old });
  assert.deepEqual(views(changed), views(both));
  assert.deepEqual(views(moved), { [NEW]: fresh });
});

test("the projector writes both, and only the first answers", () => {
  const { [OLD]: old, [NEW]: fresh } = views(both);
  assert.deepEqual([told(one, "projector"), told(one, "query-api")], [[old, undefined], [old, undefined]]);
  assert.deepEqual([told(both, "projector"), told(both, "query-api")], [[old, fresh], [old, undefined]]);
  assert.deepEqual([told(changed, "projector"), told(changed, "query-api")], [[fresh, old], [fresh, undefined]]);
  assert.deepEqual([told(moved, "projector"), told(moved, "query-api")], [[fresh, undefined], [fresh, undefined]]);
});

test("the projector may put into both, and the outputs name both", () => {
  const policies = Object.values(both.findResources("AWS::IAM::Policy")).flatMap(({ Properties }) => Properties.PolicyDocument.Statement);
  const puts = policies.filter(({ Action, Resource }) => Action === "dynamodb:PutItem" && Array.isArray(Resource));
  const tables = puts.map(({ Resource }) => Resource.map((one: any) => one["Fn::GetAtt"][0]).sort());
  assert.deepEqual(tables, [Object.values(views(both)).sort()]);
  const outputs = (template: Template) => Object.keys(template.findOutputs("*")).filter((name) => name.endsWith("SearchTable"));
  assert.deepEqual([outputs(one), outputs(both)], [["SearchTable"], ["SearchTable", "ShadowSearchTable"]]);
});

test("other lists are refused", () => {
  const read = (searchTables: unknown) => Settings.fromContext(application({ searchTables }).node).searchTables;
  assert.deepEqual([read(NEW), read([OLD, NEW])], [[NEW], [OLD, NEW]]);
  for (const list of ["", "a", `${OLD},${OLD}`, "a,b,c", "Trip-Search"]) assert.throws(() => read(list), /searchTables are one or two names/);
});
