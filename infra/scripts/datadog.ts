// Writes Datadog's monitors and dashboard of every stage to datadog/, from the list of
// alarms.

import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { documents } from "../lib/datadog/documents";

const FOLDER = join(__dirname, "../datadog");

mkdirSync(FOLDER, { recursive: true });
for (const [file, text] of documents()) writeFileSync(join(FOLDER, file), text);
