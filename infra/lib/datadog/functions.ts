// Datadog's extension beside every function: it receives spans over OTLP and log lines, and
// sends both.
//
// The code gets no Datadog wrapper: a wrapper would change the handler, by which the saga's binary
// selects its operation.

import { PolicyStatement } from "aws-cdk-lib/aws-iam";
import { Construct } from "constructs";
import { DatadogLambda } from "datadog-cdk-constructs-v2";
import type { ProductFunction } from "../functions/function";
import type { Settings } from "../settings";
import { SERVICE } from "./settings";
import type { DatadogSettings } from "./settings";

/** Both architectures have this version. */
export const EXTENSION_VERSION = 104;

/**
 * Where the extension listens, inside the function's own sandbox. It accepts only traces, by OTLP
 * over HTTP.
 */
const RECEIVER = "localhost:4318";

export class DatadogFunctions extends Construct {
  constructor(scope: Construct, id: string, stage: Settings["stage"], settings: DatadogSettings, functions: readonly ProductFunction[]) {
    super(scope, id);
    const extension = new DatadogLambda(this, "Extension", {
      apiKeySecretArn: settings.apiKeySecretArn,
      site: settings.site,
      extensionLayerVersion: EXTENSION_VERSION,
      env: stage,
      service: SERVICE,
      addLayers: false,
      redirectHandler: false,
      // The template must not depend on the checkout that it is made in.
      sourceCodeIntegration: false,
      // The library's grant is wider than the one below.
      grantSecretReadAccess: false,
      captureLambdaPayload: false,
      // Links a span to the lines that were written within it. They hold ids and no personal data.
      enableDatadogLogs: true,
    });
    extension.addLambdaFunctions(functions.map((fn) => fn.function));
    for (const fn of functions) connect(fn, settings);
  }
}

function connect(fn: ProductFunction, settings: DatadogSettings): void {
  const setting = (name: string, value: string) => fn.function.addEnvironment(name, value);
  setting("DD_OTLP_CONFIG_RECEIVER_PROTOCOLS_HTTP_ENDPOINT", RECEIVER);
  setting("OTEL_EXPORTER_OTLP_ENDPOINT", `http://${RECEIVER}`);
  setting("OTEL_SERVICE_NAME", SERVICE);
  // Datadog makes spans of the states, from the state machines' logs.
  setting("OTEL_PROPAGATORS", "datadog");
  fn.role.addToPolicy(new PolicyStatement({ actions: ["secretsmanager:GetSecretValue"], resources: [settings.apiKeySecretArn] }));
}
