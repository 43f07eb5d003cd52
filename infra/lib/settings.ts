// The settings of an installation, read once from the CDK context and passed down as a value.

import { Duration, RemovalPolicy } from "aws-cdk-lib";
import { Architecture } from "aws-cdk-lib/aws-lambda";
import { RetentionDays } from "aws-cdk-lib/aws-logs";
import type { Node } from "constructs";
import { datadogSettings } from "./datadog/settings";
import type { DatadogSettings } from "./datadog/settings";
import { keptBy } from "./stage-settings";
import type { Kept } from "./stage-settings";

export const STAGES = ["dev", "staging", "prod"] as const;
export type Stage = (typeof STAGES)[number];

export class Settings {
  constructor(
    readonly stage: Stage,
    readonly architecture: Architecture = Architecture.ARM_64,
    /** Refuses placeholder packages. Scripts that deploy set it. */
    readonly requireDist: boolean = false,
    /** Puts a web ACL before the API. It has a fixed monthly price. */
    readonly firewall: boolean = false,
    /** Raise it by one to rotate the keys of search cursors. */
    readonly cursorKeyGeneration: number = 1,
    readonly alarmEmail: string | undefined = undefined,
    /** Without it, the template contains nothing for Datadog. */
    readonly datadog: DatadogSettings | undefined = undefined,
  ) {}

  static fromContext(node: Node): Settings {
    const text = (name: string) => node.tryGetContext(name) as string | undefined;
    const stage = parseStage(text("stage") ?? "dev");
    const isDeployment = isOn(node.tryGetContext("requireDist"));
    const kept = keptBy(stage, node, isDeployment);
    const keptText = (name: Kept) => kept(name) as string | undefined;
    return new Settings(
      stage,
      parseArchitecture(text("arch") ?? "arm64"),
      isDeployment,
      isOn(kept("waf")),
      parseGeneration(kept("cursorKeyGeneration") ?? 1),
      keptText("alarmEmail"),
      datadogSettings(keptText("datadogApiKeySecretArn"), keptText("datadogSite")),
    );
  }

  get isProduction(): boolean {
    return this.stage === "prod";
  }

  /** Production has the plain names; other stages may share its account and append theirs. */
  named(name: string): string {
    return this.isProduction ? name : `${name}-${this.stage}`;
  }

  /** Resources that hold data outlive their stack, except in a developer's stage. */
  get removalPolicy(): RemovalPolicy {
    return this.stage === "dev" ? RemovalPolicy.DESTROY : RemovalPolicy.RETAIN;
  }

  get logRetention(): RetentionDays {
    return this.isProduction ? RetentionDays.THREE_MONTHS : RetentionDays.TWO_WEEKS;
  }

  /** How far back the bus's archive can be replayed: as long as dispatched events are kept. */
  get archiveRetention(): Duration {
    return Duration.days(this.isProduction ? 30 : 7);
  }
}

function parseStage(text: string): Stage {
  const stage = STAGES.find((stage) => stage === text);
  if (stage === undefined) throw new Error(`the stage is one of ${STAGES.join(", ")}, not ${text}`);
  return stage;
}

function parseArchitecture(text: string): Architecture {
  if (text === "arm64") return Architecture.ARM_64;
  if (text === "x86_64") return Architecture.X86_64;
  throw new Error(`arch is arm64 or x86_64, not ${text}`);
}

function parseGeneration(value: unknown): number {
  const generation = Number(value);
  if (Number.isInteger(generation) && generation >= 1) return generation;
  throw new Error("cursorKeyGeneration is a whole number from 1 on");
}

/** On the command line every context value is a text. */
function isOn(value: unknown): boolean {
  return value === true || value === "true";
}
