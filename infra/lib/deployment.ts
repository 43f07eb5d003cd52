// How a release reaches the functions: CodeDeploy shifts each alias, watches alarms, and rolls back
// automatically.
//
// Forward steps and reads first send a tenth of the calls to the new version. Compensations switch
// all at once: see the roles in functions/catalogue.ts. Every group rolls back when its alarm rises.

import { Duration } from "aws-cdk-lib";
import { Alarm, ComparisonOperator, TreatMissingData } from "aws-cdk-lib/aws-cloudwatch";
import { LambdaApplication, LambdaDeploymentConfig, LambdaDeploymentGroup } from "aws-cdk-lib/aws-codedeploy";
import type { ILambdaDeploymentConfig } from "aws-cdk-lib/aws-codedeploy";
import { Role, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import { Construct } from "constructs";
import type { Functions } from "./functions";
import type { Role as FunctionRole } from "./functions/catalogue";
import type { ProductFunction } from "./functions/function";
import { refusalsOf } from "./observability/log-metrics";
import { faults, filtered } from "./observability/metrics";
import type { Settings } from "./settings";

const ONE_MINUTE = Duration.minutes(1);
/** More faults than this within a minute stop a release. */
const TOLERATED_FAULTS = 2;

export class Deployment extends Construct {
  /** One alarm per function; it rolls a release back. */
  readonly alarms: Alarm[];

  constructor(
    scope: Construct,
    id: string,
    private readonly settings: Settings,
    functions: Functions,
  ) {
    super(scope, id);
    const application = new LambdaApplication(this, "Application", { applicationName: settings.named("trip-saga") });
    // One role for all groups. The library gives it AWS's policy for shifting Lambda aliases.
    const role = new Role(this, "Role", {
      assumedBy: new ServicePrincipal("codedeploy.amazonaws.com"),
      description: "Shifts the aliases of Trip Saga's functions",
    });
    this.alarms = functions.list().map((fn) => this.release(fn, application, role));
  }

  private release(fn: ProductFunction, application: LambdaApplication, role: Role): Alarm {
    const alarm = this.alarm(fn);
    new LambdaDeploymentGroup(this, `Release-${fn.spec.name}`, {
      application,
      role,
      alias: fn.alias,
      deploymentGroupName: fn.function.functionName,
      deploymentConfig: shift(fn.spec.role),
      alarms: [alarm],
      autoRollback: { deploymentInAlarm: true, failedDeployment: true, stoppedDeployment: true },
    });
    return alarm;
  }

  private alarm(fn: ProductFunction): Alarm {
    const refusals = filtered(refusalsOf(fn.spec.name), this.settings.stage, ONE_MINUTE);
    return new Alarm(this, `Faults-${fn.spec.name}`, {
      alarmName: this.settings.named(`trip-saga-release-${fn.spec.name}`),
      alarmDescription: `${fn.spec.name} fails, other than by refusing: a release under way goes back`,
      metric: faults(fn, refusals, ONE_MINUTE),
      threshold: TOLERATED_FAULTS,
      comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
      evaluationPeriods: 1,
      treatMissingData: TreatMissingData.NOT_BREACHING,
    });
  }
}

function shift(role: FunctionRole): ILambdaDeploymentConfig {
  const isCanary = role === "forward" || role === "read";
  return isCanary ? LambdaDeploymentConfig.CANARY_10PERCENT_5MINUTES : LambdaDeploymentConfig.ALL_AT_ONCE;
}
