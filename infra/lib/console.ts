// The operators' console: a function that serves pages, behind an HTTP API of its own and the user
// pool's hosted sign-in.
//
// An API of its own has no stage in its paths, and its address is known before the function is. It
// asks for no token itself: a browser has none to show. The function signs people in, and lets
// nobody see a page who is not an operator.

import { RemovalPolicy, Stack } from "aws-cdk-lib";
import { AccessLogFormat } from "aws-cdk-lib/aws-apigateway";
import { HttpApi, HttpStage, LogGroupLogDestination } from "aws-cdk-lib/aws-apigatewayv2";
import { HttpLambdaIntegration } from "aws-cdk-lib/aws-apigatewayv2-integrations";
import { LogGroup } from "aws-cdk-lib/aws-logs";
import { Construct } from "constructs";
import type { Api } from "./api";
import { HostedSignIn } from "./api/hosted-sign-in";
import { allowOperators } from "./console/rights";
import type { OperatedOn } from "./console/rights";
import type { ProductFunction } from "./functions/function";
import type { Settings } from "./settings";

export interface ConsoleProps extends OperatedOn {
  readonly settings: Settings;
  readonly api: Api;
}

/** Over all operators. A page is four files, and asks for what has changed every three seconds. */
const THROTTLE = { rateLimit: 50, burstLimit: 100 };

export class Console extends Construct {
  readonly url: string;

  constructor(scope: Construct, id: string, private readonly props: ConsoleProps) {
    super(scope, id);
    const { settings, functions, api } = props;
    const fn = functions.get("console");
    const http = this.httpApi(fn);
    this.url = addressOf(http);
    const signIn = new HostedSignIn(this, "SignIn", { settings, pool: api.users.pool, site: this.url });
    this.configure(fn, signIn);
    allowOperators(fn, props);
  }

  private httpApi(fn: ProductFunction): HttpApi {
    const { settings } = this.props;
    const http = new HttpApi(this, "Http", {
      apiName: settings.named("trip-saga-console"),
      description: "The operators' console of Trip Saga",
      createDefaultStage: false,
      defaultIntegration: new HttpLambdaIntegration("Pages", fn.alias),
    });
    new HttpStage(this, "Stage", {
      httpApi: http,
      autoDeploy: true,
      throttle: THROTTLE,
      accessLogSettings: {
        destination: new LogGroupLogDestination(this.accessLogs()),
        format: AccessLogFormat.custom(ACCESS_LOG_LINE),
      },
    });
    return http;
  }

  private accessLogs(): LogGroup {
    const { settings } = this.props;
    return new LogGroup(this, "AccessLogs", {
      // Under this prefix the log's policy does not outgrow its limit.
      logGroupName: `/aws/vendedlogs/apigateway/${settings.named("trip-saga-console")}`,
      retention: settings.logRetention,
      removalPolicy: RemovalPolicy.DESTROY,
    });
  }

  private configure(fn: ProductFunction, signIn: HostedSignIn): void {
    const { api, functions, orchestration, bus } = this.props;
    const settings = {
      API_URL: api.address(),
      CONSOLE_URL: this.url,
      USER_POOL_ISSUER: `https://${api.users.pool.userPoolProviderName}`,
      SIGN_IN_URL: signIn.url,
      SIGN_IN_CLIENT_ID: signIn.client.userPoolClientId,
      BOOKING_STATE_MACHINE_ARN: orchestration.booking.machine.stateMachineArn,
      COMPENSATION_STATE_MACHINE_ARN: orchestration.compensation.machine.stateMachineArn,
      DISPATCHER_FUNCTION: functions.get("dispatcher").alias.functionArn,
      PROJECTOR_FUNCTION: functions.get("projector").alias.functionArn,
      ...(bus.logs && { EVENT_LOG_GROUP: bus.logs.logGroupName }),
    };
    for (const [name, value] of Object.entries(settings)) fn.function.addEnvironment(name, value);
  }
}

/** Not the stage's URL, which waits for the stage, and so for the function that is to know it. */
function addressOf(http: HttpApi): string {
  const { region, urlSuffix } = Stack.of(http);
  return `https://${http.apiId}.execute-api.${region}.${urlSuffix}`;
}

/** The path without its query, in which people look for customers; nothing of who asks. */
const ACCESS_LOG_LINE = JSON.stringify({
  requestId: "$context.requestId",
  requestTime: "$context.requestTime",
  method: "$context.httpMethod",
  path: "$context.path",
  status: "$context.status",
  latency: "$context.responseLatency",
  integrationStatus: "$context.integration.status",
  error: "$context.error.responseType",
});
