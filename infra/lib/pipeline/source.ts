// Where the pipeline gets its commits: a repository, read through a connection to its host.

import { CodeStarConnectionsSourceAction } from "aws-cdk-lib/aws-codepipeline-actions";
import type { CodeStarConnectionsSourceActionProps } from "aws-cdk-lib/aws-codepipeline-actions";
import type { ActionBindOptions, ActionConfig, IStage } from "aws-cdk-lib/aws-codepipeline";
import { PolicyStatement } from "aws-cdk-lib/aws-iam";
import type { Construct } from "constructs";

/** AWS has named the service twice. Connections made since July 2024 have the first prefix. */
const CONNECTION_ARN = /^arn:[\w-]+:(codeconnections|codestar-connections):[\w-]+:\d{12}:connection\/.+$/;

/**
 * Reads a commit through a connection. The library grants `codestar-connections:UseConnection`
 * whatever the ARN, and IAM applies an action only to resources that share its prefix.
 */
export class ConnectionSource extends CodeStarConnectionsSourceAction {
  private readonly use: PolicyStatement;

  constructor(props: CodeStarConnectionsSourceActionProps) {
    super(props);
    const actions = [`${serviceOf(props.connectionArn)}:UseConnection`];
    this.use = new PolicyStatement({ actions, resources: [props.connectionArn] });
  }

  protected override bound(scope: Construct, stage: IStage, options: ActionBindOptions): ActionConfig {
    options.role.addToPrincipalPolicy(this.use);
    return super.bound(scope, stage, options);
  }
}

function serviceOf(connectionArn: string): string {
  const [, service] = CONNECTION_ARN.exec(connectionArn) ?? [];
  if (service) return service;
  const form = "arn:aws:codeconnections:REGION:ACCOUNT:connection/ID";
  throw new Error(`connectionArn is ${form}, as the console shows it under Connections, not ${connectionArn}`);
}
