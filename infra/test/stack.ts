// The templates under test, made once a stage.

import { App, Validations } from "aws-cdk-lib";
import type { AppProps, CfnResource } from "aws-cdk-lib";
import { Template } from "aws-cdk-lib/assertions";
import { AwsSolutionsChecks } from "cdk-nag";
import { Settings } from "../lib/settings";
import type { Stage } from "../lib/settings";
import { TripSagaStack } from "../lib/stack";
import cdk from "../cdk.json";

export interface Resource {
  readonly Type: string;
  readonly Properties: Record<string, any>;
  readonly DeletionPolicy?: string;
  readonly UpdateReplacePolicy?: string;
  readonly DependsOn?: string[];
}

/** The stages as they are deployed without further settings, production as it sends telemetry to Datadog, and a stage on an ordered bus. */
export type Installation = Stage | "prod-datadog" | "dev-ordered";
export const INSTALLATIONS = ["dev", "staging", "prod", "prod-datadog", "dev-ordered"] as const satisfies readonly Installation[];

export const DATADOG = { apiKeySecretArn: "arn:aws:secretsmanager:eu-west-1:111122223333:secret:datadog-AbCdEf", site: "datadoghq.eu", asCode: true } as const;

// The library throws then, where it otherwise prints a warning of something deprecated.
process.env.JSII_DEPRECATED = "fail";

const FLAGS = Object.fromEntries(Object.entries(cdk.context).filter(([name]) => name.startsWith("@")));

/** An application under the feature flags that the CLI reads from cdk.json, which the library alone does not. */
export function application(context: AppProps["context"] = {}): App {
  return new App({ context: { ...FLAGS, ...context } });
}

const made = new Map<Installation, Template>();

function stack(app: App, installation: Installation): TripSagaStack {
  const settings = settingsOf(installation);
  return new TripSagaStack(app, `TripSaga-${settings.stage}`, { settings });
}

function settingsOf(installation: Installation): Settings {
  if (installation === "prod-datadog") return withDatadog("prod");
  return installation === "dev-ordered" ? onAnOrderedBus("dev") : new Settings(installation);
}

export function onAnOrderedBus(stage: Stage): Settings {
  return new Settings(stage, undefined, undefined, undefined, undefined, undefined, undefined, undefined, undefined, undefined, undefined, "ordered");
}

export function withDatadog(stage: Stage): Settings {
  return new Settings(stage, undefined, undefined, undefined, undefined, undefined, DATADOG);
}

export function template(installation: Installation): Template {
  const known = made.get(installation);
  if (known) return known;
  const template = Template.fromStack(stack(application(), installation));
  made.set(installation, template);
  return template;
}

export function resources(installation: Installation): [string, Resource][] {
  return Object.entries(template(installation).toJSON().Resources as Record<string, Resource>);
}

export function ofType(installation: Installation, type: string): Resource[] {
  return resources(installation).map(([, resource]) => resource).filter((resource) => resource.Type === type);
}

const accepted = new Map<Installation, Set<string>>();

/** Synthesizes with cdk-nag's pack, which throws on a finding that nobody accepted. Answers which were accepted. */
export function checked(installation: Installation): Set<string> {
  const known = accepted.get(installation);
  if (known) return known;
  const app = application();
  stack(app, installation);
  const pack = new AwsSolutionsChecks(app);
  const used = acceptedBy(pack);
  Validations.of(app).addPlugins(pack);
  app.synth();
  accepted.set(installation, used);
  return used;
}

/** The ids of findings that the pack meets and an acknowledgement silences. */
export function acceptedBy(pack: AwsSolutionsChecks): Set<string> {
  const used = new Set<string>();
  const asked = pack as unknown as { isAcknowledged(resource: CfnResource, ruleId: string): boolean };
  const isAcknowledged = asked.isAcknowledged.bind(pack);
  asked.isAcknowledged = (resource, ruleId) => {
    const accepted = isAcknowledged(resource, ruleId);
    if (accepted) used.add(ruleId);
    return accepted;
  };
  return used;
}
