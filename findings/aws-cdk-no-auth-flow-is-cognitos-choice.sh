#!/usr/bin/env bash
# aws-cdk-lib 2.276.0, aws-cognito's UserPoolClient.
#
# The guess:  `authFlows: {}` allows no flow by which a client signs in with a password, as an object in which nothing is
#             on says elsewhere; `authFlows: { userSrp: false }` says the same in more words.
# What comes: The first writes no ExplicitAuthFlows at all, as if nothing had been said, and Cognito then chooses its own
#             defaults. The second writes the list with the refresh of tokens alone.
# It matters: A public client of hosted pages is meant to see no password. To take the flows away, one that is off has to
#             be named.
#
# Needs Node 20 or later with npm. Exits 1 if it is no longer so.
set -euo pipefail

dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"

npm install --silent --no-audit --no-fund aws-cdk-lib@2.276.0 constructs@10.8.1
cat >look.cjs <<'JS'
const { App, Stack } = require("aws-cdk-lib");
const { UserPool } = require("aws-cdk-lib/aws-cognito");
const { Template } = require("aws-cdk-lib/assertions");

const flows = (authFlows) => {
  const stack = new Stack(new App(), "Look");
  new UserPool(stack, "Pool").addClient("Client", { authFlows });
  const [client] = Object.values(Template.fromStack(stack).findResources("AWS::Cognito::UserPoolClient"));
  return JSON.stringify(client.Properties.ExplicitAuthFlows) ?? "absent";
};
const seen = [undefined, {}, { userSrp: false }].map((said) => [JSON.stringify(said) ?? "nothing", flows(said)]);
for (const [said, came] of seen) console.log(`${said}: ${came}`);
const expected = ["absent", "absent", '["ALLOW_REFRESH_TOKEN_AUTH"]'];
process.exitCode = seen.every(([, came], at) => came === expected[at]) ? 0 : 1;
JS
node -p '"aws-cdk-lib " + require("aws-cdk-lib/package.json").version'
node look.cjs
