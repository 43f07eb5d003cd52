// A web ACL before the API, if the context asks for one: a limit for each address, AWS's common
// rules, and its rules against known attacks such as Log4Shell's.

import { CfnWebACL, CfnWebACLAssociation } from "aws-cdk-lib/aws-wafv2";
import type { Stage } from "aws-cdk-lib/aws-apigateway";
import { Construct } from "constructs";
import type { Settings } from "../settings";

const REQUESTS_IN_FIVE_MINUTES = 2000;

export class Firewall extends Construct {
  constructor(scope: Construct, id: string, settings: Settings, stage: Stage) {
    super(scope, id);
    const acl = new CfnWebACL(this, "Acl", {
      name: settings.named("trip-saga"),
      scope: "REGIONAL",
      defaultAction: { allow: {} },
      visibilityConfig: visibility("TripSaga"),
      rules: [limit(), managed(1, "Common"), managed(2, "KnownBadInputs")],
    });
    new CfnWebACLAssociation(this, "Association", { resourceArn: stage.stageArn, webAclArn: acl.attrArn });
  }
}

function limit(): CfnWebACL.RuleProperty {
  const statement = { rateBasedStatement: { limit: REQUESTS_IN_FIVE_MINUTES, aggregateKeyType: "IP" } };
  return { name: "RateOfOneAddress", priority: 0, action: { block: {} }, statement, visibilityConfig: visibility("Rate") };
}

/** A group of rules that AWS keeps up to date. */
function managed(priority: number, group: "Common" | "KnownBadInputs"): CfnWebACL.RuleProperty {
  const statement = { managedRuleGroupStatement: { vendorName: "AWS", name: `AWSManagedRules${group}RuleSet` } };
  return { name: `${group}Rules`, priority, overrideAction: { none: {} }, statement, visibilityConfig: visibility(group) };
}

function visibility(metricName: string): CfnWebACL.VisibilityConfigProperty {
  return { metricName, cloudWatchMetricsEnabled: true, sampledRequestsEnabled: false };
}
