// How a commit reaches production: checked, built, tested in staging, approved by a person,
// deployed. Before that it updates the pipeline itself.

import { CfnOutput, Stack } from "aws-cdk-lib";
import type { StackProps } from "aws-cdk-lib";
import { Artifact, Pipeline, PipelineType } from "aws-cdk-lib/aws-codepipeline";
import type { IAction } from "aws-cdk-lib/aws-codepipeline";
import { CodeBuildAction, ManualApprovalAction } from "aws-cdk-lib/aws-codepipeline-actions";
import type { PipelineProject } from "aws-cdk-lib/aws-codebuild";
import { BlockPublicAccess, Bucket, BucketEncryption } from "aws-cdk-lib/aws-s3";
import { Duration } from "aws-cdk-lib";
import type { Construct } from "constructs";
import { acknowledgePipeline } from "./acknowledgements";
import { NO_SUPPLIERS, SUPPLIERS } from "./suppliers";
import { Projects } from "./pipeline/projects";
import { ConnectionSource } from "./pipeline/source";
import { KEPT } from "./settings";

export interface PipelineStackProps extends StackProps {
  /** A connection to the repository's host, made and confirmed once in the console. */
  readonly connectionArn: string;
  /** Such as `owner/name`. */
  readonly repository: string;
  readonly branch: string;
  /** With whom production can book; the pipeline ends before it while there is nobody. */
  readonly suppliers?: readonly string[];
}

export class PipelineStack extends Stack {
  constructor(scope: Construct, id: string, props: PipelineStackProps) {
    super(scope, id, { description: "Trip Saga's way to production", terminationProtection: true, ...props });
    const artifacts = this.artifacts();
    const reachesProduction = (props.suppliers ?? SUPPLIERS).length > 0;
    const projects = new Projects(this, "Projects", {
      artifacts,
      stages: reachesProduction ? ["staging", "prod"] : ["staging"],
      pipeline: { stack: id, context: { connectionArn: props.connectionArn, repository: props.repository, branch: props.branch } },
    });
    const [source, build] = [new Artifact("Source"), new Artifact("Build")];
    const run = (actionName: string, project: PipelineProject, rest: { input: Artifact; outputs?: Artifact[]; runOrder?: number } = { input: build }) =>
      new CodeBuildAction({ actionName, project, environmentVariables: projects.commandsOf(project), ...rest });
    const pipeline = new Pipeline(this, "Pipeline", {
      pipelineName: "trip-saga",
      pipelineType: PipelineType.V2,
      artifactBucket: artifacts,
      // The commit that changes the pipeline passes through the changed one, from its source on.
      restartExecutionOnUpdate: true,
    });
    const stage = (stageName: string, ...actions: IAction[]) => pipeline.addStage({ stageName, actions });
    stage("Source", this.source(props, source));
    stage("Check", run("TestAndBuild", projects.check, { input: source, outputs: [build] }));
    stage("Pipeline", run("Update", projects.update()));
    stage("Staging", run("Deploy", projects.deploy("staging")), run("Accept", projects.accept, { input: build, runOrder: 2 }));
    if (reachesProduction) {
      stage("Approval", new ManualApprovalAction({ actionName: "Approve", additionalInformation: "Staging is deployed and accepted. Production next." }));
      stage("Production", run("Deploy", projects.deploy("prod")));
    } else {
      new CfnOutput(this, "EndsBeforeProduction", { value: NO_SUPPLIERS });
    }
    acknowledgePipeline(this);
  }

  private source(props: PipelineStackProps, output: Artifact): IAction {
    const [owner, repo] = props.repository.split("/");
    if (!owner || !repo) throw new Error(`the repository is owner/name, not ${props.repository}`);
    // Without a name, a deployment of the pipeline would quietly turn it to another branch.
    if (!props.branch) throw new Error("name the branch that is deployed: --context branch=main");
    return new ConnectionSource({ actionName: "Commit", connectionArn: props.connectionArn, owner, repo, branch: props.branch, output });
  }

  private artifacts(): Bucket {
    return new Bucket(this, "Artifacts", {
      encryption: BucketEncryption.S3_MANAGED,
      enforceSSL: true,
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      // A release is built again from its commit; old build results and caches are soon of no use.
      lifecycleRules: [{ expiration: Duration.days(30) }],
      // CloudFormation deletes no bucket that holds something; see "Remove" in the README.
      removalPolicy: KEPT,
    });
  }
}
