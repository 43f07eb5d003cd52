// Where Datadog's telemetry goes: the site, and the secret that holds the API key.

import { DatadogEndpoint } from "aws-cdk-lib/aws-kinesisfirehose";

/**
 * Where a site accepts Firehose's data. The library knows these sites; others have no address for
 * metrics.
 */
export const SITES = {
  "datadoghq.com": { logs: DatadogEndpoint.LOGS_US1, metrics: DatadogEndpoint.METRICS_US },
  "us5.datadoghq.com": { logs: DatadogEndpoint.LOGS_US5, metrics: DatadogEndpoint.METRICS_US5 },
  "datadoghq.eu": { logs: DatadogEndpoint.LOGS_EU, metrics: DatadogEndpoint.METRICS_EU },
  "ap1.datadoghq.com": { logs: DatadogEndpoint.LOGS_AP1, metrics: DatadogEndpoint.METRICS_AP1 },
} as const;
export type Site = keyof typeof SITES;

export interface DatadogSettings {
  /** The full ARN, so that roles get access to this secret only. Its text is only the API key. */
  readonly apiKeySecretArn: string;
  readonly site: Site;
  /** Whether the account has an application key for monitors and the dashboard. */
  readonly asCode: boolean;
}

/**
 * The service that spans, logs and state machines are filed under. The stage is the environment.
 */
export const SERVICE = "trip-saga";

/** A secret's ARN ends with a hyphen and six characters that Secrets Manager adds. */
const SECRET_ARN = /^arn:([\w-]+):secretsmanager:[\w-]+:\d{12}:secret:.+-\w{6}$/;
/** Where the library finds Datadog's layer, since a stack that is made for any region names none. */
const PARTITION = "aws";

/** Without a secret, nothing is sent to Datadog. */
export function datadogSettings(secretArn: string | undefined, site: string | undefined, asCode: boolean = false): DatadogSettings | undefined {
  if (!secretArn) {
    if (asCode) throw new Error("datadogAsCode without datadogApiKeySecretArn would watch what is never sent: give both or neither");
    if (site) throw new Error("datadogSite without datadogApiKeySecretArn sends nothing: give both or neither");
    return undefined;
  }
  const [, partition] = SECRET_ARN.exec(secretArn) ?? [];
  if (!partition) throw new Error(`datadogApiKeySecretArn is a secret's whole ARN, not ${secretArn}`);
  if (partition !== PARTITION) throw new Error(`Datadog's layer is found in the partition ${PARTITION} only, and datadogApiKeySecretArn is in ${partition}: leave it out`);
  return { apiKeySecretArn: secretArn, site: parseSite(site ?? "datadoghq.com"), asCode };
}

function parseSite(text: string): Site {
  if (Object.hasOwn(SITES, text)) return text as Site;
  throw new Error(`datadogSite is one of ${Object.keys(SITES).join(", ")}, not ${text}`);
}
