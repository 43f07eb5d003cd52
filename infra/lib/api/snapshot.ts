// What a deployment of the API is made of.
//
// A stage serves a deployment, which is a snapshot: a change of the API's parts reaches nobody
// until another deployment is made. The library makes one when the deployment's logical id changes,
// and puts only the parts into that id that it built itself, as they were when it built them.

import { CfnResource, Lazy, Stack } from "aws-cdk-lib";
import type { RestApi } from "aws-cdk-lib/aws-apigateway";
import type { Construct } from "constructs";

/** Kinds that a snapshot holds. The stage and the account's role are outside of it. */
export const PARTS = ["Authorizer", "GatewayResponse", "Method", "Model", "RequestValidator", "Resource"] as const;
const TYPES: ReadonlySet<string> = new Set(PARTS.map((part) => `AWS::ApiGateway::${part}`));

/** Makes another deployment whenever any part below the scope differs from the last one's. */
export function deployEveryChange(api: RestApi, scope: Construct): void {
  const parts = () => scope.node.findAll().filter(isPart).map((part) => Stack.of(scope).resolve(part._toCloudFormation()));
  const deployment = api.latestDeployment;
  if (!deployment) throw new Error("the API has no deployment that follows its parts: leave deploy on");
  // Only the finished template tells what the parts are.
  deployment.addToLogicalId(Lazy.any({ produce: parts }));
}

function isPart(construct: unknown): construct is CfnResource {
  return CfnResource.isCfnResource(construct) && TYPES.has(construct.cfnResourceType);
}
