// Ajv, in its default settings, takes every schema, and with them every sample that was ever published.

import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Ajv2020 } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";

const EVENTS = fileURLToPath(new URL("../../../docs/events/", import.meta.url));
const ajv = addFormats.default(new Ajv2020({ allErrors: true }));

function documents(folder) {
  const files = readdirSync(join(EVENTS, folder)).filter((name) => name.endsWith(".json"));
  return files.map((name) => [join(folder, name), JSON.parse(readFileSync(join(EVENTS, folder, name), "utf8"))]);
}

for (const [, schema] of documents("schemas")) ajv.addSchema(schema, schema.title);
const samples = [...documents("samples"), ...documents("samples/earlier")];
for (const [file, event] of samples) {
  for (const [part, value] of [["", event], ["#/properties/data", event.data]]) {
    const isValid = ajv.getSchema(event.type + part);
    if (!isValid(value)) throw new Error(`${file}: ${ajv.errorsText(isValid.errors)}`);
  }
}
console.log(`Ajv: ${samples.length} samples are what their schemas say`);
