// The files under datadog/, as `npm run datadog` writes them and a test compares them.

import { Settings, STAGES } from "../settings";
import { dashboard, monitors } from "./monitors";

/** Each file's name and its text. */
export function documents(): [file: string, text: string][] {
  const text = (document: object) => `${JSON.stringify(document, null, 2)}\n`;
  return STAGES.map((stage) => new Settings(stage)).flatMap((settings): [string, string][] => [
    [`monitors-${settings.stage}.json`, text(monitors(settings).map(([, monitor]) => monitor))],
    [`dashboard-${settings.stage}.json`, text(dashboard(settings))],
  ]);
}
