// How a release reaches the functions: CodeDeploy shifts each alias, watches an alarm, and rolls
// back by itself as long as it shifts.
//
// A group that shifted all at once would end at once, and nothing would watch it. So every group
// takes its time, and two versions of every function answer side by side meanwhile; ADR 31 says why
// that is safe.

import { Duration } from "aws-cdk-lib";
import { Alarm, ComparisonOperator, TreatMissingData } from "aws-cdk-lib/aws-cloudwatch";
import { LambdaApplication, LambdaDeploymentConfig, LambdaDeploymentGroup, TimeBasedCanaryTrafficRouting } from "aws-cdk-lib/aws-codedeploy";
import type { ILambdaDeploymentConfig } from "aws-cdk-lib/aws-codedeploy";
import { Role, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import { Construct } from "constructs";
import type { Functions } from "./functions";
import type { Role as FunctionRole } from "./functions/catalogue";
import type { ProductFunction } from "./functions/function";
import { faultsOf } from "./observability/log-metrics";
import { filtered } from "./observability/metrics";
import type { ReleaseShift, Settings } from "./settings";

const ONE_MINUTE = Duration.minutes(1);

/** When a release goes back: this many faults a minute, in so many of the last minutes. */
interface Rule {
  readonly faults: number;
  readonly minutes: number;
  readonly ofMinutes: number;
}

/** A single fault, such as a call that a service broke off, is no reason to go back. */
const OFTEN: Rule = { faults: 3, minutes: 2, ofMinutes: 3 };
/** The sweeper runs once a minute, and compensations and notes only where something failed. */
const RARELY: Rule = { faults: 1, minutes: 2, ofMinutes: 5 };
/** A tenth of such calls would hardly be any: most of them show whether the new version works. */
const MOST = { percentage: 90, interval: Duration.minutes(10) } as const;

const SHIFTS: { readonly [shift in ReleaseShift]: ILambdaDeploymentConfig } = {
  canary: LambdaDeploymentConfig.CANARY_10PERCENT_5MINUTES,
  linear: LambdaDeploymentConfig.LINEAR_10PERCENT_EVERY_1MINUTE,
};

export class Deployment extends Construct {
  /** One alarm per function; it rolls a release back. */
  readonly alarms: Alarm[];
  private readonly most: ILambdaDeploymentConfig;

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
    this.most = new LambdaDeploymentConfig(this, "MostAtOnce", { trafficRouting: new TimeBasedCanaryTrafficRouting(MOST) });
    this.alarms = functions.list().map((fn) => this.release(fn, application, role));
  }

  private release(fn: ProductFunction, application: LambdaApplication, role: Role): Alarm {
    const alarm = this.alarm(fn, isRare(fn.spec.role) ? RARELY : OFTEN);
    new LambdaDeploymentGroup(this, `Release-${fn.spec.name}`, {
      application,
      role,
      alias: fn.alias,
      deploymentGroupName: fn.function.functionName,
      deploymentConfig: isRare(fn.spec.role) ? this.most : SHIFTS[this.settings.releaseShift],
      alarms: [alarm],
      autoRollback: { deploymentInAlarm: true, failedDeployment: true, stoppedDeployment: true },
    });
    return alarm;
  }

  private alarm(fn: ProductFunction, rule: Rule): Alarm {
    return new Alarm(this, `Faults-${fn.spec.name}`, {
      alarmName: this.settings.named(`trip-saga-release-${fn.spec.name}`),
      alarmDescription: `${fn.spec.name} fails, other than by refusing: a release under way goes back`,
      metric: filtered(faultsOf(fn.spec.name), this.settings.stage, ONE_MINUTE),
      threshold: rule.faults,
      comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      datapointsToAlarm: rule.minutes,
      evaluationPeriods: rule.ofMinutes,
      treatMissingData: TreatMissingData.NOT_BREACHING,
    });
  }
}

function isRare(role: FunctionRole): boolean {
  return role === "compensation" || role === "timer" || role === "listener";
}
