// The pipeline's builds: each runs one of the product's own commands.

import { createHash } from "node:crypto";
import { DefaultStackSynthesizer, RemovalPolicy, Stack } from "aws-cdk-lib";
import { BuildSpec, Cache, ComputeType, LinuxArmBuildImage, PipelineProject } from "aws-cdk-lib/aws-codebuild";
import type { BuildEnvironmentVariable } from "aws-cdk-lib/aws-codebuild";
import { PolicyStatement } from "aws-cdk-lib/aws-iam";
import { LogGroup, RetentionDays } from "aws-cdk-lib/aws-logs";
import type { Bucket } from "aws-cdk-lib/aws-s3";
import { Construct } from "constructs";
import type { Stage } from "../settings";
import { NO_SUPPLIERS } from "../suppliers";

/** Tools that the images already have and the tests would otherwise install. */
const RUNTIMES = { java: "corretto21", nodejs: "22", python: "3.13" };

/** The installer by its version and its digest; rust-toolchain.toml names the compiler's version. */
const RUSTUP = "https://static.rust-lang.org/rustup/archive/1.28.2/aarch64-unknown-linux-gnu/rustup-init";
const RUSTUP_SHA256 = "e3853c5a252fca15252d07cb23a1bdd9377a8c6f3efa01531109281ae47f841c";
const RUST = [
  `curl -sSf -o rustup-init ${RUSTUP}`,
  `echo "${RUSTUP_SHA256}  rustup-init" | sha256sum --check`,
  "chmod +x rustup-init && ./rustup-init -y --default-toolchain none && rm rustup-init",
  ". $HOME/.cargo/env",
].join(" && ");

/** What builds download and would download again; their names hold the versions. */
const CACHED = ["/root/.cargo/registry/cache/**/*", "/root/.cargo/registry/index/**/*", "/root/.npm/**/*", "/root/.cache/pip/**/*"];

/**
 * The files that later stages need: each stage as synthesized, and the tools to deploy and test it.
 */
const BUILT = ["infra/**/*"];

/** Synthesized once, including the functions: production gets exactly what was approved. */
const synthesized = (stage: Stage) => `cdk.out/${stage}`;
const synth = (stage: Stage) => `npx cdk synth --quiet --context stage=${stage} --context requireDist=true --output ${synthesized(stage)}`;

/** The pipeline's own stack, and the context values that its first deployment was given. */
export interface Itself {
  readonly stack: string;
  readonly context: Readonly<Record<string, string>>;
}

const OWN_ASSEMBLY = "cdk.out/pipeline";

function synthItself({ stack, context }: Itself): string {
  const given = Object.entries(context).map(([name, value]) => `--context "${name}=${value}"`);
  return ["npx cdk synth", stack, "--quiet", ...given, "--output", OWN_ASSEMBLY].join(" ");
}

export interface ProjectsProps {
  readonly artifacts: Bucket;
  readonly stages: readonly Stage[];
  readonly pipeline: Itself;
}

/**
 * The roles that `cdk bootstrap` made for deployments: builds may assume them and have no other
 * rights.
 */
const BOOTSTRAP_ROLES = ["deploy-role", "file-publishing-role", "lookup-role"];

export class Projects extends Construct {
  readonly check: PipelineProject;
  readonly accept: PipelineProject;
  private readonly commands = new Map<PipelineProject, string>();

  constructor(scope: Construct, id: string, private readonly props: ProjectsProps) {
    super(scope, id);
    const { stages, pipeline } = props;
    this.check = this.project("Check", "Tests a commit and builds its functions", ComputeType.LARGE, [
      RUST,
      // It runs the tests of the infrastructure too.
      "cargo xtask test",
      "pip install --no-deps --requirement infra/requirements-build.txt && cargo xtask dist",
      ["cd infra", "npm ci", ...stages.map(synth), synthItself(pipeline), "rm -rf node_modules .venv"].join(" && "),
    ], BUILT);
    this.accept = this.project("Accept", "Books trips in staging", ComputeType.SMALL, [
      "cd infra && npm ci",
      "sh scripts/accept-staging.sh TripSaga-staging",
      ...(stages.includes("prod") ? [] : [`echo "${NO_SUPPLIERS}"`]),
    ]);
    this.accept.addToRolePolicy(this.statement(["cloudformation:DescribeStacks"], this.arn("cloudformation", "stack/TripSaga-staging/*")));
    const user = ["AdminCreateUser", "AdminSetUserPassword", "AdminInitiateAuth", "AdminDeleteUser"];
    // The pool's id is known only once staging is deployed, and production's pool may be in the
    // same account: the tag tells them apart.
    this.accept.addToRolePolicy(
      new PolicyStatement({
        actions: user.map((action) => `cognito-idp:${action}`),
        resources: [this.arn("cognito-idp", "userpool/*")],
        conditions: { StringEquals: { "aws:ResourceTag/Stage": "staging" } },
      }),
    );
  }

  /** Deploys a stage as it was synthesized when its commit was checked. */
  deploy(stage: Stage): PipelineProject {
    return this.deployment(`Deploy-${stage}`, `Deploys ${stage}`, `TripSaga-${stage}`, synthesized(stage));
  }

  /** Deploys the pipeline as its commit describes it, before anything else is deployed. */
  update(): PipelineProject {
    return this.deployment("Update", "Updates the pipeline", this.props.pipeline.stack, OWN_ASSEMBLY);
  }

  private deployment(id: string, description: string, stack: string, assembly: string): PipelineProject {
    const deploy = `npx cdk deploy ${stack} --exclusively --app ${assembly} --require-approval never`;
    const project = this.project(id, description, ComputeType.SMALL, ["cd infra && npm ci", deploy]);
    const { account, partition, region } = Stack.of(this);
    const name = (role: string) => `cdk-${DefaultStackSynthesizer.DEFAULT_QUALIFIER}-${role}-${account}-${region}`;
    const roles = BOOTSTRAP_ROLES.map((role) => `arn:${partition}:iam::${account}:role/${name(role)}`);
    project.addToRolePolicy(new PolicyStatement({ actions: ["sts:AssumeRole"], resources: roles }));
    return project;
  }

  /**
   * The digest of a build's commands, as a variable of its action: other commands make another
   * pipeline, which runs the commit that brings them from its source on.
   */
  commandsOf(project: PipelineProject): Record<string, BuildEnvironmentVariable> {
    return { COMMANDS: { value: this.commands.get(project) } };
  }

  private project(id: string, description: string, computeType: ComputeType, commands: string[], files: string[] = []): PipelineProject {
    const project = new PipelineProject(this, id, {
      description,
      cache: Cache.bucket(this.props.artifacts, { prefix: `cache/${id}` }),
      // No build reports test results to CodeBuild.
      grantReportGroupPermissions: false,
      environment: { buildImage: LinuxArmBuildImage.AMAZON_LINUX_2023_STANDARD_3_0, computeType },
      logging: { cloudWatch: { logGroup: this.logs(id) } },
      buildSpec: BuildSpec.fromObject({
        version: "0.2",
        cache: { paths: CACHED },
        phases: { install: { "runtime-versions": RUNTIMES }, build: { commands } },
        ...(files.length > 0 && { artifacts: { files } }),
      }),
    });
    this.commands.set(project, createHash("sha256").update(commands.join("\n")).digest("hex"));
    return project;
  }

  private logs(id: string): LogGroup {
    return new LogGroup(this, `${id}Logs`, { retention: RetentionDays.ONE_MONTH, removalPolicy: RemovalPolicy.DESTROY });
  }

  private statement(actions: string[], resource: string): PolicyStatement {
    return new PolicyStatement({ actions, resources: [resource] });
  }

  private arn(service: string, resource: string): string {
    const { partition, region, account } = Stack.of(this);
    return `arn:${partition}:${service}:${region}:${account}:${resource}`;
  }
}
