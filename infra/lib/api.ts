// The HTTP API: one route starts a saga directly, the others are functions behind their aliases.

import { RemovalPolicy, Stack } from "aws-cdk-lib";
import {
  AccessLogFormat,
  AuthorizationType,
  CognitoUserPoolsAuthorizer,
  EndpointAccessMode,
  EndpointType,
  LambdaIntegration,
  LogGroupLogDestination,
  MethodLoggingLevel,
  RestApi,
  SecurityPolicy,
} from "aws-cdk-lib/aws-apigateway";
import type { CfnRestApi, MethodOptions } from "aws-cdk-lib/aws-apigateway";
import { LogGroup } from "aws-cdk-lib/aws-logs";
import type { StateMachine } from "aws-cdk-lib/aws-stepfunctions";
import { Construct } from "constructs";
import { BookingRoute } from "./api/booking-route";
import { preflight } from "./api/cors";
import { Firewall } from "./api/firewall";
import { addProblems } from "./api/problems";
import { deployEveryChange } from "./api/snapshot";
import { UserPool } from "./api/user-pool";
import type { Functions } from "./functions";
import type { ProductFunction } from "./functions/function";
import { API as RATE } from "./runtime";
import type { Settings } from "./settings";

export interface ApiProps {
  readonly settings: Settings;
  readonly admission: StateMachine;
  readonly functions: Functions;
}

/** Requests per second over all callers, and the largest burst. */
const THROTTLE = { throttlingRateLimit: RATE.requestsPerSecond, throttlingBurstLimit: RATE.burst };

export class Api extends Construct {
  readonly api: RestApi;
  readonly users: UserPool;
  private readonly access: MethodOptions;

  constructor(scope: Construct, id: string, private readonly props: ApiProps) {
    super(scope, id);
    this.users = new UserPool(this, "Users", props.settings);
    this.api = this.restApi();
    this.executionLogs();
    this.access = this.signedIn();
    addProblems(this.api, props.settings.corsOrigins);
    this.routes();
    deployEveryChange(this.api, this);
    if (props.settings.firewall) new Firewall(this, "Firewall", props.settings, this.api.deploymentStage);
  }

  /** Where the events' schemas are. */
  schemas(): string {
    return `${this.address()}/events/schemas`;
  }

  /**
   * Where the API is, without a slash at its end. Not `url`, which waits for the deployment, and so
   * for the functions that are to know this address.
   */
  address(): string {
    const { region, urlSuffix } = Stack.of(this);
    return `https://${this.api.restApiId}.execute-api.${region}.${urlSuffix}/${this.props.settings.stage}`;
  }

  private routes(): void {
    const { functions, admission } = this.props;
    const read = proxy(functions.get("queryApi"));
    const trips = this.api.root.addResource("trips");
    const trip = trips.addResource("{trip_id}");
    new BookingRoute(this, "Booking", {
      api: this.api,
      trips,
      admission,
      access: this.access,
      isProduction: this.props.settings.isProduction,
      corsOrigins: this.props.settings.corsOrigins,
    });
    trips.addMethod("GET", read, this.access);
    trips.addResource("search").addMethod("GET", read, this.access);
    trip.addMethod("GET", read, this.access);
    trip.addResource("events").addMethod("GET", read, this.access);
    trip.addResource("cancellation").addMethod("POST", proxy(functions.get("tripCancel")), this.access);
    this.openRoutes(read);
  }

  /**
   * Routes without a token: liveness, the contracts of the API and of the events, and the pages,
   * whose names the function knows.
   */
  private openRoutes(read: LambdaIntegration): void {
    const open = { authorizationType: AuthorizationType.NONE };
    const { root } = this.api;
    const docs = root.addResource("docs");
    const schemas = root.addResource("events").addResource("schemas");
    const contracts = [root.addResource("openapi.json"), schemas, schemas.addResource("{event_type}")];
    const routes = [root, root.addResource("health"), ...contracts, docs, docs.addResource("{page+}")];
    for (const route of routes) route.addMethod("GET", read, open);
  }

  private restApi(): RestApi {
    const { settings } = this.props;
    const logs = this.accessLogs();
    const api = new RestApi(this, "Api", {
      restApiName: settings.named("trip-saga"),
      description: "Books trips, cancels them and reads them back",
      endpointTypes: [EndpointType.REGIONAL],
      defaultCorsPreflightOptions: preflight(settings.corsOrigins),
      // API Gateway writes logs under one role per account, which other installations share: it
      // stays even where a first deployment fails.
      cloudWatchRole: true,
      cloudWatchRoleRemovalPolicy: RemovalPolicy.RETAIN,
      deployOptions: {
        ...THROTTLE,
        stageName: settings.stage,
        tracingEnabled: true,
        // Those of single methods cost by their number; the alarms read the whole API's, which are
        // free.
        metricsEnabled: false,
        // Only errors of the gateway, never a body.
        loggingLevel: MethodLoggingLevel.ERROR,
        dataTraceEnabled: false,
        accessLogDestination: new LogGroupLogDestination(logs),
        accessLogFormat: AccessLogFormat.custom(ACCESS_LOG_LINE),
      },
    });
    requireModernTls(api);
    return api;
  }

  private accessLogs(): LogGroup {
    return new LogGroup(this, "AccessLogs", {
      logGroupName: `/aws/apigateway/${this.props.settings.named("trip-saga")}`,
      retention: this.props.settings.logRetention,
      removalPolicy: RemovalPolicy.DESTROY,
    });
  }

  /**
   * API Gateway names this group itself, and makes one that never ends where there is none when it
   * first writes: the stage waits for this one.
   */
  private executionLogs(): void {
    const { settings } = this.props;
    const logs = new LogGroup(this, "ExecutionLogs", {
      logGroupName: `API-Gateway-Execution-Logs_${this.api.restApiId}/${settings.stage}`,
      retention: settings.logRetention,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    this.api.deploymentStage.node.addDependency(logs);
  }

  private signedIn(): MethodOptions {
    const authorizer = new CognitoUserPoolsAuthorizer(this, "Authorizer", { cognitoUserPools: [this.users.pool] });
    return { authorizer, authorizationType: AuthorizationType.COGNITO };
  }
}

/** The caller is only the subject's id: no address, no user agent, no query. */
const ACCESS_LOG_LINE = JSON.stringify({
  requestId: "$context.requestId",
  requestTime: "$context.requestTime",
  method: "$context.httpMethod",
  resource: "$context.resourcePath",
  status: "$context.status",
  latency: "$context.responseLatency",
  integrationStatus: "$context.integration.status",
  error: "$context.error.responseType",
  customer: "$context.authorizer.claims.sub",
  trace: "$context.xrayTraceId",
  tls: "$context.tlsVersion",
});

/**
 * API Gateway's default takes TLS 1.0. This policy takes 1.2 and 1.3 with forward secrecy, and keys
 * that a quantum computer cannot find later; STRICT refuses a request that names another host in
 * its handshake than in its header. The library's construct for an API has neither setting.
 */
function requireModernTls(api: RestApi): void {
  const resource = api.node.defaultChild as CfnRestApi;
  resource.securityPolicy = SecurityPolicy.TLS13_1_2_PFS_PQ_2025_09;
  resource.endpointAccessMode = EndpointAccessMode.STRICT;
}

function proxy(target: ProductFunction): LambdaIntegration {
  return new LambdaIntegration(target.alias, { proxy: true, allowTestInvoke: false });
}
