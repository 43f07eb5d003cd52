// A function's code: the archive that the Rust build left under target/dist, or a placeholder that
// says that it is one.

import { existsSync } from "node:fs";
import { join } from "node:path";
import { Annotations } from "aws-cdk-lib";
import { Code } from "aws-cdk-lib/aws-lambda";
import type { Construct } from "constructs";
import type { Settings } from "../settings";
import type { Binary } from "./catalogue";

const DIST = join(__dirname, "../../../target/dist");
const PLACEHOLDER = join(__dirname, "placeholder");

/** The binary's archive. Without it a template can be made and tested, but must not be deployed. */
export function packageOf(scope: Construct, binary: Binary, settings: Settings): Code {
  const archive = join(DIST, `${binary}.zip`);
  if (existsSync(archive)) return Code.fromAsset(archive);
  const message = `target/dist/${binary}.zip is missing: run "cargo xtask dist"`;
  const annotations = Annotations.of(scope);
  if (settings.requireDist) annotations.addError(message);
  else annotations.addWarningV2("TripSaga:PlaceholderPackage", message);
  return Code.fromAsset(PLACEHOLDER);
}
