// One Lambda function with its own role, a log with a retention, and the alias that callers use.

import { Duration, RemovalPolicy } from "aws-cdk-lib";
import { PolicyStatement, Role, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import { Alias, ApplicationLogLevel, Function, LoggingFormat, Runtime, SystemLogLevel, Tracing } from "aws-cdk-lib/aws-lambda";
import { LogGroup } from "aws-cdk-lib/aws-logs";
import { Construct } from "constructs";
import { KEPT } from "../settings";
import type { Settings } from "../settings";
import { deployedName } from "./catalogue";
import type { FunctionSpec } from "./catalogue";
import { packageOf } from "./package";

/** The alias that points to the current version. */
export const LIVE = "live";

export interface ProductFunctionProps {
  readonly spec: FunctionSpec;
  readonly settings: Settings;
  readonly environment: Record<string, string>;
  readonly reservedConcurrency?: number;
}

export class ProductFunction extends Construct {
  readonly spec: FunctionSpec;
  readonly function: Function;
  readonly alias: Alias;
  readonly role: Role;
  readonly logs: LogGroup;

  constructor(scope: Construct, id: string, props: ProductFunctionProps) {
    super(scope, id);
    this.spec = props.spec;
    const name = deployedName(props.spec, props.settings);
    this.logs = this.log(name, props.settings);
    this.role = this.ownRole();
    this.function = this.lambda(name, props);
    this.alias = new Alias(this, "Live", { aliasName: LIVE, version: this.function.currentVersion });
  }

  allow(actions: readonly string[], resources: readonly string[]): void {
    this.role.addToPolicy(new PolicyStatement({ actions: [...actions], resources: [...resources] }));
  }

  private log(name: string, settings: Settings): LogGroup {
    return new LogGroup(this, "Logs", {
      logGroupName: `/aws/lambda/${name}`,
      retention: settings.logRetention,
      removalPolicy: RemovalPolicy.DESTROY,
    });
  }

  private ownRole(): Role {
    const role = new Role(this, "Role", {
      assumedBy: new ServicePrincipal("lambda.amazonaws.com"),
      description: `Runs ${this.spec.name} of Trip Saga`,
    });
    role.addToPolicy(
      new PolicyStatement({
        actions: ["logs:CreateLogStream", "logs:PutLogEvents"],
        resources: [this.logs.logGroupArn],
      }),
    );
    return role;
  }

  private lambda(name: string, props: ProductFunctionProps): Function {
    const { spec, settings } = props;
    return new Function(this, "Function", {
      functionName: name,
      description: spec.description,
      runtime: Runtime.PROVIDED_AL2023,
      architecture: settings.architecture,
      handler: spec.handler,
      code: packageOf(this, spec.binary, settings),
      timeout: Duration.seconds(spec.timeoutSeconds),
      memorySize: spec.memoryMb,
      environment: { RUST_LOG: "info", STAGE: settings.stage, ...props.environment },
      role: this.role,
      logGroup: this.logs,
      // Lambda's own lines are JSON too: one of them says how an invocation ended that wrote
      // nothing itself. RUST_LOG alone selects the function's lines.
      loggingFormat: LoggingFormat.JSON,
      systemLogLevelV2: SystemLogLevel.INFO,
      applicationLogLevelV2: ApplicationLogLevel.TRACE,
      tracing: Tracing.ACTIVE,
      reservedConcurrentExecutions: props.reservedConcurrency,
      // Old versions stay, so that a rollback can return to them. The version of a deployment that
      // failed goes: while it is there, Lambda makes no other one of the same code.
      currentVersionOptions: { removalPolicy: KEPT },
    });
  }
}
