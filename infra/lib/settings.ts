// The settings of an installation, read once from the CDK context and passed down as a value.

import { Duration, RemovalPolicy } from "aws-cdk-lib";
import { Architecture } from "aws-cdk-lib/aws-lambda";
import { RetentionDays } from "aws-cdk-lib/aws-logs";
import type { Node } from "constructs";
import { isOrigin } from "./api/cors";
import { datadogSettings } from "./datadog/settings";
import type { DatadogSettings } from "./datadog/settings";
import { TABLES } from "./schema";
import { keptBy } from "./stage-settings";
import type { Kept } from "./stage-settings";

export const STAGES = ["dev", "staging", "prod"] as const;
export type Stage = (typeof STAGES)[number];

export const RELEASE_SHIFTS = ["canary", "linear"] as const;
export type ReleaseShift = (typeof RELEASE_SHIFTS)[number];

/** What events are published to: EventBridge's bus with rules and targets, or its ordered one. */
export const BUSES = ["classic", "ordered"] as const;
export type BusKind = (typeof BUSES)[number];

/** One, or two while the second is filled. */
export type SearchTables = readonly [string] | readonly [string, string];

/** Kept when its stack goes, but not when the deployment that created it fails. */
export const KEPT = RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE;

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
    /** Executions kept for each compensation, and then one for the sweeper. None unless set. */
    readonly reservedConcurrency: number | undefined = undefined,
    /** Leaves production without protection against deletion until it has been deployed once. */
    readonly firstDeployment: boolean = false,
    /** How calls pass to the new version of a function that is called all the time. */
    readonly releaseShift: ReleaseShift = "canary",
    /** The sites whose pages may call the API from a browser. */
    readonly corsOrigins: readonly string[] = [],
    readonly bus: BusKind = "classic",
    /** The view's tables, without the stage: the first answers, and a second is to take its place. */
    readonly searchTables: SearchTables = [TABLES.search.name],
    /** Serves operators their console, behind the user pool's hosted sign-in. */
    readonly console: boolean = true,
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
      datadogSettings(keptText("datadogApiKeySecretArn"), keptText("datadogSite"), isOn(kept("datadogAsCode"))),
      parseReservation(kept("reservedConcurrency")),
      isOn(node.tryGetContext("firstDeployment")),
      parseShift(keptText("releaseShift") ?? "canary"),
      parseOrigins(kept("corsOrigins")),
      parseBus(keptText("bus") ?? "classic"),
      parseTables(kept("searchTables") ?? TABLES.search.name),
      isOn(kept("console") ?? true),
    );
  }

  get isProduction(): boolean {
    return this.stage === "prod";
  }

  /** Production has the plain names; other stages may share its account and append theirs. */
  named(name: string): string {
    return this.isProduction ? name : `${name}-${this.stage}`;
  }

  /**
   * Resources that hold data outlive their stack, except in a developer's stage. A deployment that
   * fails while it creates them deletes them, so that their names are free for the next attempt.
   */
  get removalPolicy(): RemovalPolicy {
    return this.stage === "dev" ? RemovalPolicy.DESTROY : KEPT;
  }

  /** Whether AWS refuses to delete. A failed first deployment could not be cleared away then. */
  get isProtected(): boolean {
    return this.isProduction && !this.firstDeployment;
  }

  get logRetention(): RetentionDays {
    return this.isProduction ? RetentionDays.THREE_MONTHS : RetentionDays.TWO_WEEKS;
  }

  /** How far back the bus's events can be replayed: as long as dispatched events are kept. */
  get archiveRetention(): Duration {
    return Duration.days(this.isProduction ? 30 : 7);
  }
}

function parseStage(text: string): Stage {
  const stage = STAGES.find((stage) => stage === text);
  if (stage === undefined) throw new Error(`the stage is one of ${STAGES.join(", ")}, not ${text}`);
  return stage;
}

function parseShift(text: string): ReleaseShift {
  const shift = RELEASE_SHIFTS.find((shift) => shift === text);
  if (shift === undefined) throw new Error(`releaseShift is one of ${RELEASE_SHIFTS.join(", ")}, not ${text}`);
  return shift;
}

function parseBus(text: string): BusKind {
  const bus = BUSES.find((bus) => bus === text);
  if (bus === undefined) throw new Error(`bus is one of ${BUSES.join(", ")}, not ${text}`);
  return bus;
}

/** On the command line a comma is between them. */
function parseTables(value: unknown): SearchTables {
  const [first, second, ...more] = String(value).split(",");
  const names = [first, second].filter((name) => name !== undefined);
  const fits = more.length === 0 && names.every((name) => /^[A-Za-z]\w{2,99}$/.test(name)) && first !== second;
  if (fits && first !== undefined) return second === undefined ? [first] : [first, second];
  throw new Error(`searchTables are one or two names of letters, digits and underscores, the first of which answers, not ${value}`);
}

/** On the command line they have commas between. */
function parseOrigins(value: unknown): string[] {
  const origins = value === undefined ? [] : String(value).split(",");
  const other = origins.find((origin) => !isOrigin(origin));
  if (other === undefined) return origins;
  throw new Error(`corsOrigins are sites as browsers name them, such as https://example.com, not ${other}`);
}

function parseArchitecture(text: string): Architecture {
  const known = [Architecture.ARM_64, Architecture.X86_64].find(({ name }) => name === text);
  if (known === undefined) throw new Error(`arch is arm64 or x86_64, not ${text}`);
  return known;
}

function parseGeneration(value: unknown): number {
  const generation = Number(value);
  if (Number.isInteger(generation) && generation >= 1) return generation;
  throw new Error("cursorKeyGeneration is a whole number from 1 on");
}

/** None is a choice, and zero would stop the functions. */
function parseReservation(value: unknown): number | undefined {
  if (value === undefined) return undefined;
  const executions = Number(value);
  if (Number.isInteger(executions) && executions >= 1) return executions;
  throw new Error(`reservedConcurrency is a whole number from 1 on, not ${value}: leave it out to reserve nothing`);
}

/** On the command line every context value is a text. */
function isOn(value: unknown): boolean {
  return value === true || value === "true";
}
