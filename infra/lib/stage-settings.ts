// The settings that a stage keeps: cdk.json has them for each stage, and every deployment reads
// them there, a person's as well as the pipeline's.
//
// Given on the command line, a setting would hold for one deployment only, and the next one that
// leaves it out would remove what it made: the web ACL, whom alarms tell, a key.

import type { Node } from "constructs";

export const KEPT = ["alarmEmail", "bus", "console", "corsOrigins", "cursorKeyGeneration", "datadogApiKeySecretArn", "datadogAsCode", "datadogSite", "releaseShift", "reservedConcurrency", "searchTables", "waf"] as const;
export type Kept = (typeof KEPT)[number];

/**
 * Reads what a stage keeps. A mere synthesis may try another value on the command line; a
 * deployment may not.
 */
export function keptBy(stage: string, node: Node, isDeployment: boolean): (name: Kept) => unknown {
  const recorded = recordedFor(stage, node);
  return (name) => {
    const given = node.tryGetContext(name);
    if (isDeployment && given !== undefined && String(given) !== String(recorded[name])) throw new Error(passing(name, stage));
    return given ?? recorded[name];
  };
}

function recordedFor(stage: string, node: Node): Record<string, unknown> {
  const recorded = node.tryGetContext("stages")?.[stage] ?? {};
  const unknown = Object.keys(recorded).filter((name) => !KEPT.includes(name as Kept));
  if (unknown.length === 0) return recorded;
  throw new Error(`cdk.json: stages.${stage} has ${unknown.join(", ")}, where it takes only ${KEPT.join(", ")}`);
}

function passing(name: Kept, stage: string): string {
  return `${name} is given for this deployment only, and the next one would undo it: write it into stages.${stage} in cdk.json`;
}
