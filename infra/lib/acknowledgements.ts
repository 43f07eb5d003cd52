// The findings of cdk-nag's AwsSolutions pack that are accepted, each with its reason.

import { Validations } from "aws-cdk-lib";
import type { Stack } from "aws-cdk-lib";
import type { IConstruct } from "constructs";

const AWS_ROLE = "arn:<AWS::Partition>:iam::aws:policy/service-role";

const ACCEPTED: ReadonlyArray<readonly [id: string, reason: string]> = [
  ["AwsSolutions-IAM5[Resource::*]", "X-Ray, log delivery and the listing of streams know no narrower resource; a test lists the actions"],
  ["AwsSolutions-IAM5[Resource::<StreamConsumersGivenUp1EACB903.Arn>/aws/lambda/*]", "Lambda names the objects of given-up batches itself, under this prefix"],
  [`AwsSolutions-IAM4[Policy::${AWS_ROLE}/AmazonAPIGatewayPushToCloudWatchLogs]`, "API Gateway writes logs under one role an account, and asks for this policy"],
  [`AwsSolutions-IAM4[Policy::${AWS_ROLE}/AWSCodeDeployRoleForLambdaLimited]`, "AWS's narrowest policy for shifting aliases"],
  ["AwsSolutions-S1", "the bucket of given-up batches is written by Lambda alone; each new object is announced by an event"],
  ["AwsSolutions-SMG4", "cursor keys rotate by generation with a deployment, so that two releases never disagree about a key"],
  ["AwsSolutions-COG2", "a second factor is offered; whether to demand it is the product owner's choice"],
  ["AwsSolutions-COG3", "threat protection needs the paid Plus plan"],
  ["AwsSolutions-COG8", "the Plus plan is a monthly price for each user"],
  ["AwsSolutions-APIG2", "bodies are checked where there are any; reads are checked by the function, which names the field"],
  ["AwsSolutions-APIG3", "the web ACL is put before the API with the context value waf=true"],
  ["AwsSolutions-APIG4", "GET /health tells liveness without a token, and nothing else"],
  ["AwsSolutions-COG4", "GET /health tells liveness without a token, and nothing else"],
  ["AwsSolutions-SNS3", "the topic refuses plain HTTP by enforceSSL"],
];

export function acknowledge(stack: Stack): void {
  for (const [id, reason] of ACCEPTED) Validations.of(stack as IConstruct).acknowledge({ id, reason });
}
