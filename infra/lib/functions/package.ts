// A function's code: the archive that the Rust build left under target/dist, or a placeholder that
// says that it is one.

import { existsSync } from "node:fs";
import { join } from "node:path";
import { Annotations } from "aws-cdk-lib";
import { Code } from "aws-cdk-lib/aws-lambda";
import type { Architecture } from "aws-cdk-lib/aws-lambda";
import type { Construct } from "constructs";
import type { Settings } from "../settings";
import { architectureOf } from "./archive";
import type { Binary } from "./catalogue";

const DIST = join(__dirname, "../../../target/dist");
const PLACEHOLDER = join(__dirname, "placeholder");

/**
 * The binary's archive. Without one for the declared processor a template can be made and tested,
 * but must not be deployed.
 */
export function packageOf(scope: Construct, binary: Binary, settings: Settings, dist = DIST): Code {
  const archive = join(dist, `${binary}.zip`);
  const message = unfitness(archive, settings.architecture);
  if (message === undefined) return Code.fromAsset(archive);
  const annotations = Annotations.of(scope);
  if (settings.requireDist) annotations.addError(`target/dist/${binary}.zip ${message}`);
  else annotations.addWarningV2("TripSaga:PlaceholderPackage", `target/dist/${binary}.zip ${message}`);
  return Code.fromAsset(PLACEHOLDER);
}

/** Why the archive cannot be the function's code. */
function unfitness(archive: string, wanted: Architecture): string | undefined {
  const remedy = `run "cargo xtask dist --arch ${wanted.name}"`;
  if (!existsSync(archive)) return `is missing: ${remedy}`;
  const built = architectureOf(archive);
  if (built === wanted) return undefined;
  if (built === undefined) return `has no binary that Lambda can run: ${remedy}`;
  return `is built for ${built.name}, and arch is ${wanted.name}: ${remedy}, or set arch to ${built.name}`;
}
