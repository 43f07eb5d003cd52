// The CDK application: one stack for the stage that the context names, and one for the pipeline
// where a connection is named.

import { App, Validations } from "aws-cdk-lib";
import { AwsSolutionsChecks } from "cdk-nag";
import { PipelineStack } from "../lib/pipeline";
import { Settings } from "../lib/settings";
import { TripSagaStack } from "../lib/stack";

const app = new App();
const settings = Settings.fromContext(app.node);
new TripSagaStack(app, `TripSaga-${settings.stage}`, { settings });
const connectionArn = app.node.tryGetContext("connectionArn");
if (connectionArn) {
  const context = (name: string): string => app.node.tryGetContext(name) ?? "";
  const [repository, branch] = [context("repository"), context("branch")];
  new PipelineStack(app, "TripSaga-pipeline", { connectionArn, repository, branch });
}
Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
