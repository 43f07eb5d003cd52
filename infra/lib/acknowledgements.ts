// The findings of cdk-nag's AwsSolutions pack that are accepted, each with its reason.

import { Validations } from "aws-cdk-lib";
import type { Stack } from "aws-cdk-lib";
import type { IConstruct } from "constructs";

const AWS_ROLE = "arn:<AWS::Partition>:iam::aws:policy/service-role";

export const ACCEPTED: ReadonlyArray<readonly [id: string, reason: string]> = [
  ["AwsSolutions-IAM5[Resource::*]", "X-Ray, log delivery and the listing of streams know no narrower resource; a test lists the actions"],
  ["AwsSolutions-IAM5[Resource::<StreamConsumersGivenUp1EACB903.Arn>/aws/lambda/*]", "Lambda names the objects of given-up batches itself, under this prefix"],
  ["AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:states:<AWS::Region>:<AWS::AccountId>:execution:<OrchestrationCompensation3E879324.Name>:*]", "an execution's ARN ends with its name, which is the trip's id and version"],
  ["AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:states:<AWS::Region>:<AWS::AccountId>:execution:<OrchestrationBooking7FCEAF70.Name>:*]", "an execution's ARN ends with its name, which is the trip's id"],
  [`AwsSolutions-IAM4[Policy::${AWS_ROLE}/AmazonAPIGatewayPushToCloudWatchLogs]`, "API Gateway writes logs under one role an account, and asks for this policy"],
  [`AwsSolutions-IAM4[Policy::${AWS_ROLE}/AWSCodeDeployRoleForLambdaLimited]`, "AWS's narrowest policy for shifting aliases"],
  ["AwsSolutions-IAM5[Resource::<DatadogIntakeUndelivered32C5A74F.Arn>/*]", "Firehose names the objects of its bucket itself"],
  ["AwsSolutions-S1", "the buckets are written by one service each; a batch that was given up is announced by an event"],
  ["AwsSolutions-SQS3", "the queue of failed sweeps is a place where failures end: nothing reads it but a person"],
  ["AwsSolutions-SMG4", "cursor keys rotate by generation with a deployment; Datadog's key is rotated where it is issued"],
  ["AwsSolutions-COG2", "a second factor is offered; whether to demand it is the product owner's choice"],
  ["AwsSolutions-COG8", "the Plus plan is a monthly price for each user"],
  ["AwsSolutions-APIG2", "bodies are checked where there are any; reads are checked by the function, which names the field"],
  ["AwsSolutions-APIG3", "the web ACL is put before the API with the context value waf=true"],
  ["AwsSolutions-APIG4", "GET /health tells liveness without a token, and nothing else; the console's function signs people in itself, since a browser has no token to show"],
  ["AwsSolutions-COG4", "GET /health tells liveness without a token, and nothing else"],
];

const OWN_LOGS = ["AcceptA7B89A17", "Check5583435E", "Deployprod58B2CA0D", "DeploystagingB4D91957", "Update607722DC"];

export const PIPELINE: ReadonlyArray<readonly [id: string, reason: string]> = [
  ...["s3:Abort*", "s3:DeleteObject*", "s3:GetBucket*", "s3:GetObject*", "s3:List*"].map(
    (action) => [`AwsSolutions-IAM5[Action::${action}]`, "the library's grants on the pipeline's own bucket"] as const,
  ),
  ["AwsSolutions-IAM5[Resource::<Artifacts82DD59A1.Arn>/*]", "CodePipeline names the objects of its bucket itself"],
  ["AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:cloudformation:<AWS::Region>:<AWS::AccountId>:stack/TripSaga-staging/*]", "a stack's ARN ends with an id that it is given when it is made"],
  ["AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:cognito-idp:<AWS::Region>:<AWS::AccountId>:userpool/*]", "staging's user pool has its id only once it is deployed; a condition on its tag leaves out every other"],
  ...OWN_LOGS.map((project) => [`AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:logs:<AWS::Region>:<AWS::AccountId>:log-group:/aws/codebuild/<Projects${project}>:*]`, "a build writes its own log's streams"] as const),
  ["AwsSolutions-CB4", "AWS's key for S3 encrypts what is built; one of our own costs a dollar a month and keeps nobody else out"],
  ["AwsSolutions-S1", "the bucket holds what the pipeline built, for thirty days; CloudTrail tells who read it"],
];

export function acknowledgePipeline(stack: Stack): void {
  for (const [id, reason] of PIPELINE) Validations.of(stack as IConstruct).acknowledge({ id, reason });
}

export function acknowledge(stack: Stack): void {
  for (const [id, reason] of ACCEPTED) Validations.of(stack as IConstruct).acknowledge({ id, reason });
}
