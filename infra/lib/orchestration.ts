// The state machines, from their files: the two of the saga, which the local runtime runs too, and
// the workflow that admits bookings. Only the names of deployed resources and AWS's partition are
// inserted.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { ArnFormat, RemovalPolicy, Stack } from "aws-cdk-lib";
import type { Table } from "aws-cdk-lib/aws-dynamodb";
import { PolicyStatement, Role, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import { LogGroup } from "aws-cdk-lib/aws-logs";
import { DefinitionBody, LogLevel, StateMachine, StateMachineType } from "aws-cdk-lib/aws-stepfunctions";
import { Construct } from "constructs";
import type { Functions } from "./functions";
import type { FunctionKey } from "./functions/catalogue";
import type { Settings } from "./settings";

const SAGA = join(__dirname, "../../saga");

/** How the files name integrations, as the local runtime reads them: in the partition `aws`. */
const INTEGRATION = /"arn:aws:states:::([\w:-]+)"/g;

interface Definition {
  readonly text: string;
  /** The integrations in the partition of the stack, by the names that stand for them. */
  readonly integrations: Record<string, string>;
}

/** The names that the files leave open. Each is the alias, so a release reaches running trips. */
const SUBSTITUTIONS: Record<string, FunctionKey> = {
  FlightReserveFunctionArn: "flightReserve",
  FlightCancelFunctionArn: "flightCancel",
  HotelReserveFunctionArn: "hotelReserve",
  HotelCancelFunctionArn: "hotelCancel",
  PaymentProcessFunctionArn: "paymentProcess",
  PaymentRefundFunctionArn: "paymentRefund",
};

export interface Machine {
  readonly machine: StateMachine;
  readonly logs: LogGroup;
}

export class Orchestration extends Construct {
  /** Starts a booking's execution unless its id belongs to a trip. Its callers wait for it. */
  readonly admission: StateMachine;
  readonly booking: Machine;
  readonly compensation: Machine;

  constructor(
    scope: Construct,
    id: string,
    private readonly settings: Settings,
    private readonly functions: Functions,
    trips: Table,
  ) {
    super(scope, id);
    this.booking = this.machine("Booking", "trip-booking");
    this.compensation = this.machine("Compensation", "trip-compensation");
    this.admission = this.admit(trips);
  }

  private admit(trips: Table): StateMachine {
    const booking = this.booking.machine;
    const executions = Stack.of(this).formatArn({
      service: "states",
      resource: "execution",
      resourceName: booking.stateMachineName,
      arnFormat: ArnFormat.COLON_RESOURCE_NAME,
    });
    const role = this.serviceRole("Admission");
    role.addToPolicy(new PolicyStatement({ actions: ["dynamodb:GetItem"], resources: [trips.tableArn] }));
    role.addToPolicy(new PolicyStatement({ actions: ["states:StartExecution"], resources: [booking.stateMachineArn] }));
    role.addToPolicy(new PolicyStatement({ actions: ["states:DescribeExecution"], resources: [`${executions}:*`] }));
    const definition = this.definition("trip-admission");
    return new StateMachine(this, "Admission", {
      stateMachineName: this.settings.named("trip-admission"),
      stateMachineType: StateMachineType.EXPRESS,
      definitionBody: DefinitionBody.fromString(definition.text),
      definitionSubstitutions: {
        TripTable: trips.tableName,
        BookingStateMachineArn: booking.stateMachineArn,
        BookingExecutions: executions,
        ...definition.integrations,
      },
      role,
      // The log is the only history of a workflow of this type.
      logs: { destination: this.logs("Admission", "trip-admission"), level: LogLevel.ALL, includeExecutionData: false },
      tracingEnabled: true,
      removalPolicy: this.settings.removalPolicy,
    });
  }

  private machine(id: string, file: string): Machine {
    const definition = this.definition(file);
    const used = Object.keys(SUBSTITUTIONS).filter((name) => definition.text.includes(`\${${name}}`));
    const aliases = used.map((name) => [name, this.aliasArn(name)] as const);
    const logs = this.logs(id, file);
    const machine = new StateMachine(this, id, {
      stateMachineName: this.settings.named(file),
      stateMachineType: StateMachineType.STANDARD,
      definitionBody: DefinitionBody.fromString(definition.text),
      definitionSubstitutions: { ...Object.fromEntries(aliases), ...definition.integrations },
      role: this.role(id, aliases.map(([, arn]) => arn)),
      // Every state that is entered, without data: a trip's timeline says what happened to it.
      logs: { destination: logs, level: LogLevel.ALL, includeExecutionData: false },
      tracingEnabled: true,
      removalPolicy: this.settings.removalPolicy,
    });
    return { machine, logs };
  }

  /** A whole value is substituted for an integration, since cfn-lint knows no part of one. */
  private definition(file: string): Definition {
    const integrations: Record<string, string> = {};
    const text = readFileSync(join(SAGA, `${file}.asl.json`), "utf8").replaceAll(INTEGRATION, (_, integration: string) => {
      const name = nameOf(integration);
      integrations[name] = `arn:${Stack.of(this).partition}:states:::${integration}`;
      return `"\${${name}}"`;
    });
    return { text, integrations };
  }

  private aliasArn(substitution: string): string {
    const key = SUBSTITUTIONS[substitution];
    if (key === undefined) throw new Error(`no function stands for ${substitution}`);
    return this.functions.get(key).alias.functionArn;
  }

  private role(id: string, functionArns: string[]): Role {
    const role = this.serviceRole(id);
    role.addToPolicy(new PolicyStatement({ actions: ["lambda:InvokeFunction"], resources: functionArns }));
    return role;
  }

  private serviceRole(id: string): Role {
    return new Role(this, `${id}Role`, {
      assumedBy: new ServicePrincipal("states.amazonaws.com"),
      description: `Runs the ${id.toLowerCase()} state machine of Trip Saga`,
    });
  }

  private logs(id: string, file: string): LogGroup {
    return new LogGroup(this, `${id}Logs`, {
      // Under this prefix the log's policy does not outgrow its limit.
      logGroupName: `/aws/vendedlogs/states/${this.settings.named(file)}`,
      retention: this.settings.logRetention,
      removalPolicy: RemovalPolicy.DESTROY,
    });
  }
}

/** Such as LambdaInvoke for `lambda:invoke`. */
function nameOf(integration: string): string {
  return integration.split(/[:-]/).map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join("");
}
