// The templates under test, made once a stage.

import { App, Validations } from "aws-cdk-lib";
import { Template } from "aws-cdk-lib/assertions";
import { AwsSolutionsChecks } from "cdk-nag";
import { Settings } from "../lib/settings";
import type { Stage } from "../lib/settings";
import { TripSagaStack } from "../lib/stack";

export interface Resource {
  readonly Type: string;
  readonly Properties: Record<string, any>;
  readonly DeletionPolicy?: string;
}

const made = new Map<Stage, Template>();

export function template(stage: Stage): Template {
  const known = made.get(stage);
  if (known) return known;
  const template = Template.fromStack(new TripSagaStack(new App(), `TripSaga-${stage}`, { settings: new Settings(stage) }));
  made.set(stage, template);
  return template;
}

export function resources(stage: Stage): [string, Resource][] {
  return Object.entries(template(stage).toJSON().Resources as Record<string, Resource>);
}

export function ofType(stage: Stage, type: string): Resource[] {
  return resources(stage).map(([, resource]) => resource).filter((resource) => resource.Type === type);
}

/** Synthesizes with cdk-nag's pack, which throws on a finding that nobody accepted. */
export function checked(stage: Stage): void {
  const app = new App();
  new TripSagaStack(app, `TripSaga-${stage}`, { settings: new Settings(stage) });
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
  app.synth();
}
