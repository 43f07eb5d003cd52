// The CDK application: one stack for the stage that the context names.

import { App, Validations } from "aws-cdk-lib";
import { AwsSolutionsChecks } from "cdk-nag";
import { Settings } from "../lib/settings";
import { TripSagaStack } from "../lib/stack";

const app = new App();
const settings = Settings.fromContext(app.node);
new TripSagaStack(app, `TripSaga-${settings.stage}`, { settings });
Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
