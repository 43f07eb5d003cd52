// The operators' console: who reaches it, what it is told, and what a stage without one has not.

import assert from "node:assert/strict";
import { test } from "node:test";
import { Match, Template } from "aws-cdk-lib/assertions";
import { functionsOf } from "../lib/functions/catalogue";
import { Settings, STAGES } from "../lib/settings";
import { TripSagaStack } from "../lib/stack";
import { application, ofType, resources, template } from "./stack";

const idOf = (type: string) => resources("prod").find(([, { Type }]) => Type === type)?.[0] ?? assert.fail(type);
const SITE = [{ Ref: idOf("AWS::ApiGatewayV2::Api") }, ".execute-api.", { Ref: "AWS::Region" }, ".", { Ref: "AWS::URLSuffix" }];
const at = (path: string) => ({ "Fn::Join": ["", ["https://", ...SITE.slice(0, -1), ...(path ? [SITE.at(-1), path] : [SITE.at(-1)])]] });

/** The console's client, beside the one of the API's callers, who use no hosted page. */
function client(): Record<string, any> {
  const [own, ...more] = ofType("prod", "AWS::Cognito::UserPoolClient").filter(({ Properties }) => Properties.AllowedOAuthFlowsUserPoolClient);
  assert.deepEqual(more, []);
  return own?.Properties ?? assert.fail();
}

function environment(installation: "prod" | "dev-ordered" = "prod"): Record<string, any> {
  const functions = ofType(installation, "AWS::Lambda::Function").map(({ Properties }) => Properties);
  return functions.find(({ FunctionName }) => FunctionName.startsWith("trip-saga-console"))?.Environment.Variables ?? assert.fail();
}

test("every request reaches the function's alias, which signs people in itself", () => {
  const routes = ofType("prod", "AWS::ApiGatewayV2::Route").map(({ Properties }) => [Properties.RouteKey, Properties.AuthorizationType]);
  assert.deepEqual(routes, [["$default", "NONE"]]);
  const [integration] = ofType("prod", "AWS::ApiGatewayV2::Integration");
  assert.equal(integration?.Properties.PayloadFormatVersion, "2.0");
  assert.match(JSON.stringify(integration?.Properties.IntegrationUri), /FunctionsConsoleLive/);
});

test("the address has no stage in it, is throttled, and its log has neither a query nor who asks", () => {
  const [stage] = ofType("prod", "AWS::ApiGatewayV2::Stage");
  const { StageName, AutoDeploy, DefaultRouteSettings, AccessLogSettings } = stage?.Properties ?? assert.fail();
  assert.deepEqual([StageName, AutoDeploy], ["$default", true]);
  assert.deepEqual(DefaultRouteSettings, { ThrottlingRateLimit: 50, ThrottlingBurstLimit: 100 });
  const written = Object.values<string>(JSON.parse(AccessLogSettings.Format));
  assert.ok(written.includes("$context.requestId"));
  assert.deepEqual(written.filter((variable) => /identity|authorizer|query|header|protocol/i.test(variable)), []);
});

test("a browser signs in at the user pool's own pages, which lead back to the console alone", () => {
  const { UserPoolId, ...settings } = client();
  template("prod").hasResourceProperties("AWS::Cognito::UserPoolDomain", { ManagedLoginVersion: 2, UserPoolId });
  template("prod").hasResourceProperties("AWS::Cognito::ManagedLoginBranding", {
    ClientId: { Ref: Match.stringLikeRegexp("ConsoleClient") }, UseCognitoProvidedValues: true, UserPoolId,
  });
  assert.deepEqual([settings.CallbackURLs, settings.LogoutURLs], [[at("/console/signed-in")], [at("/console/signed-out")]]);
  assert.deepEqual([settings.AllowedOAuthFlows, settings.AllowedOAuthScopes], [["code"], ["openid", "email"]]);
});

test("the client has no secret, takes no password, and what it is given ends within the hour", () => {
  const { GenerateSecret, ExplicitAuthFlows, IdTokenValidity, AccessTokenValidity, RefreshTokenValidity, TokenValidityUnits, SupportedIdentityProviders } = client();
  assert.deepEqual([GenerateSecret, SupportedIdentityProviders], [false, ["COGNITO"]]);
  assert.deepEqual(ExplicitAuthFlows, ["ALLOW_REFRESH_TOKEN_AUTH"]);
  assert.deepEqual([IdTokenValidity, AccessTokenValidity, RefreshTokenValidity], [60, 5, 60]);
  assert.deepEqual(new Set(Object.values(TokenValidityUnits)), new Set(["minutes"]));
});

test("the domain's prefix is one that Cognito takes, and no other stack has it", () => {
  for (const stage of STAGES) {
    const [domain] = ofType(stage, "AWS::Cognito::UserPoolDomain");
    const [, [name, part]] = domain?.Properties.Domain["Fn::Join"] ?? assert.fail();
    assert.match(name, /^[a-z0-9][a-z0-9-]{0,50}-$/);
    assert.doesNotMatch(name, /aws|amazon|cognito/);
    assert.match(JSON.stringify(part), /AWS::StackId/);
  }
});

test("the function is told where everything is", () => {
  const { RUST_LOG, STAGE, ...told } = environment();
  assert.deepEqual(Object.keys(told).sort(), [
    "API_URL", "BOOKING_STATE_MACHINE_ARN", "COMPENSATION_STATE_MACHINE_ARN", "CONSOLE_URL", "DISPATCHER_FUNCTION", "EVENT_LOG_GROUP",
    "PROJECTOR_FUNCTION", "SEARCH_TABLE", "SIGN_IN_CLIENT_ID", "SIGN_IN_URL", "TRIP_TABLE", "USER_POOL_ISSUER",
  ]);
  assert.deepEqual(told.CONSOLE_URL, at(""));
  assert.match(JSON.stringify(told.API_URL), /\/prod"/);
  assert.match(JSON.stringify(told.DISPATCHER_FUNCTION), /FunctionsDispatcherLive/);
  assert.deepEqual(told.USER_POOL_ISSUER, { "Fn::Join": ["", ["https://", { "Fn::GetAtt": [idOf("AWS::Cognito::UserPool"), "ProviderName"] }]] });
});

test("an ordered bus has no log of all events, and the console is told of none", () => {
  assert.equal(environment("dev-ordered").EVENT_LOG_GROUP, undefined);
});

test("the outputs name its address", () => {
  template("prod").hasOutput("ConsoleUrl", { Value: at("") });
});

test("a stage that wants no console has none, nor a page to sign in at", () => {
  const app = application({ stage: "prod", console: "false" });
  const settings = Settings.fromContext(app.node);
  const made = Template.fromStack(new TripSagaStack(app, "TripSaga-prod", { settings }));
  for (const type of ["ApiGatewayV2::Api", "Cognito::UserPoolDomain", "Cognito::ManagedLoginBranding"]) made.resourceCountIs(`AWS::${type}`, 0);
  made.resourceCountIs("AWS::Lambda::Function", functionsOf(settings).length);
  assert.deepEqual(made.findOutputs("ConsoleUrl"), {});
  assert.doesNotMatch(JSON.stringify(made.toJSON()), /console/i);
});
