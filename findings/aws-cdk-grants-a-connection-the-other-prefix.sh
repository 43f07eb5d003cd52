#!/usr/bin/env bash
# aws-cdk-lib 2.276.0, CodeStarConnectionsSourceAction.
#
# The guess:  The action is given the ARN of a connection and lets the pipeline use it: connections that were made since
#             July 2024 have ARNs of the service codeconnections, so the grant names that service's action.
# What comes: The role is granted codestar-connections:UseConnection on an ARN of codeconnections, whatever the ARN says.
#             AWS asks for the action whose prefix is the ARN's own.
# It matters: The template is valid, deploys, and looks right beside older ones; the pipeline's first run fails at its
#             source. Add a statement of the ARN's own prefix to the action's role.
#
# Needs Node 20 or later with npm. Exits 1 if it is no longer so.
set -euo pipefail

dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"

npm install --silent --no-audit --no-fund aws-cdk-lib@2.276.0 constructs@10.8.1
cat >look.cjs <<'JS'
const { App, Stack } = require("aws-cdk-lib");
const { Artifact, Pipeline } = require("aws-cdk-lib/aws-codepipeline");
const { CodeStarConnectionsSourceAction, ManualApprovalAction } = require("aws-cdk-lib/aws-codepipeline-actions");
const { Template } = require("aws-cdk-lib/assertions");

const connectionArn = "arn:aws:codeconnections:eu-west-1:111122223333:connection/1";
const stack = new Stack(new App(), "Stack");
const source = { actionName: "Commit", connectionArn, owner: "owner", repo: "name", branch: "main", output: new Artifact() };
new Pipeline(stack, "Pipeline", {
  stages: [
    { stageName: "Source", actions: [new CodeStarConnectionsSourceAction(source)] },
    { stageName: "Approve", actions: [new ManualApprovalAction({ actionName: "Approve" })] },
  ],
});
const policies = Object.values(Template.fromStack(stack).findResources("AWS::IAM::Policy"));
const statements = policies.flatMap((policy) => policy.Properties.PolicyDocument.Statement);
const granted = statements.filter((one) => one.Resource === connectionArn).flatMap((one) => one.Action);
console.log(granted.join(" "), "on", connectionArn);
process.exitCode = granted.length === 1 && granted[0] === "codestar-connections:UseConnection" ? 0 : 1;
JS
node look.cjs
