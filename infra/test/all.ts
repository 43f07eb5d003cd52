// Every test in one process, so that the library is loaded and each stage synthesized once.

import { readdirSync } from "node:fs";
import { join } from "node:path";

for (const file of readdirSync(__dirname).filter((name) => name.endsWith(".test.ts")).sort()) require(join(__dirname, file));
