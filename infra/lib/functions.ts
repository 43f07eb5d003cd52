// The product's Lambda functions, each with its settings and with the rights that its code uses.

import type { Table } from "aws-cdk-lib/aws-dynamodb";
import { ArnFormat, Stack } from "aws-cdk-lib";
import type { StateMachine } from "aws-cdk-lib/aws-stepfunctions";
import { Construct } from "constructs";
import type { CursorKeys } from "./cursor-keys";
import type { Database } from "./database";
import type { DomainBus } from "./event-bus";
import { tableAccess } from "./functions/access";
import type { TableAccess, TableName } from "./functions/access";
import { FUNCTIONS, functionsOf, isStep } from "./functions/catalogue";
import type { FunctionKey } from "./functions/catalogue";
import { ProductFunction } from "./functions/function";
import { reservationOf } from "./functions/reservations";
import { SweepSchedule } from "./functions/schedule";
import type { Settings } from "./settings";

export interface FunctionsProps {
  readonly settings: Settings;
  readonly database: Database;
  readonly bus: DomainBus;
  readonly cursorKeys: CursorKeys;
}

export class Functions extends Construct {
  readonly sweeps: SweepSchedule;
  private readonly all: ReadonlyMap<FunctionKey, ProductFunction>;

  constructor(scope: Construct, id: string, private readonly props: FunctionsProps) {
    super(scope, id);
    this.all = new Map(functionsOf(props.settings).map((key) => [key, this.build(key)]));
    this.grantTables();
    this.grantBus();
    this.sweeps = new SweepSchedule(this, "Sweeps", this.get("sweeper"));
  }

  get(key: FunctionKey): ProductFunction {
    const fn = this.all.get(key);
    if (fn === undefined) throw new Error(`this installation has no function ${key}`);
    return fn;
  }

  list(): ProductFunction[] {
    return [...this.all.values()];
  }

  /**
   * The cancellation function starts the state machine whose steps are functions of this construct,
   * and continues its failed executions.
   */
  connectCompensation(machine: StateMachine): void {
    const cancel = this.get("tripCancel");
    cancel.function.addEnvironment("COMPENSATION_STATE_MACHINE_ARN", machine.stateMachineArn);
    cancel.allow(["states:StartExecution"], [machine.stateMachineArn]);
    const executions = Stack.of(this).formatArn({
      service: "states",
      resource: "execution",
      resourceName: `${machine.stateMachineName}:*`,
      arnFormat: ArnFormat.COLON_RESOURCE_NAME,
    });
    cancel.allow(["states:DescribeExecution", "states:RedriveExecution"], [executions]);
  }

  /** Events tell where the API serves their schemas; the steps write the events. */
  connectSchemas(url: string): void {
    for (const fn of this.list()) {
      if (isStep(fn.spec)) fn.function.addEnvironment("EVENT_SCHEMAS", url);
    }
  }

  private build(key: FunctionKey): ProductFunction {
    return new ProductFunction(this, pascal(key), {
      spec: FUNCTIONS[key],
      settings: this.props.settings,
      environment: this.environment(key),
      reservedConcurrency: reservationOf(key, this.props.settings)?.executions,
    });
  }

  private environment(key: FunctionKey): Record<string, string> {
    const { database, bus, cursorKeys } = this.props;
    const trips = { TRIP_TABLE: database.trips.tableName };
    const search = { SEARCH_TABLE: database.search.tableName };
    // lambda_http would put the API's stage before every path.
    const sites = this.props.settings.corsOrigins.join(",");
    const http = { AWS_LAMBDA_HTTP_IGNORE_STAGE_IN_PATH: "true", ...(sites !== "" && { CORS_ORIGINS: sites }) };
    switch (key) {
      case "tripCancel":
        return { ...trips, ...http };
      case "tripNote":
        return trips;
      case "dispatcher":
      case "sweeper":
        return { ...trips, EVENT_BUS: bus.setting };
      case "projector":
        return database.shadow ? { ...search, SHADOW_SEARCH_TABLE: database.shadow.tableName } : search;
      case "queryApi":
        return { ...trips, ...search, ...http, CURSOR_KEYS: cursorKeys.text };
      case "console":
        return { ...trips, ...search };
      default:
        return database.sandbox ? { ...trips, SANDBOX_TABLE: database.sandbox.tableName } : trips;
    }
  }

  private grantTables(): void {
    for (const [key, fn] of this.all) {
      for (const access of tableAccess(key, this.props.settings.bus)) {
        const table = this.tableOf(access.table);
        if (table) fn.allow(access.actions, resources(table, access));
      }
    }
  }

  private tableOf(name: TableName): Table | undefined {
    return this.props.database[name];
  }

  private grantBus(): void {
    for (const key of ["dispatcher", "sweeper"] as const) {
      this.get(key).allow(["events:PutEvents"], [this.props.bus.arn]);
    }
  }
}

function resources(table: Table, access: TableAccess): string[] {
  return access.indexes?.map((index) => `${table.tableArn}/index/${index}`) ?? [table.tableArn];
}

function pascal(key: string): string {
  return key.charAt(0).toUpperCase() + key.slice(1);
}
