// One installation of Trip Saga: the constructs, in the order in which data flows through them.

import { CfnOutput, Stack, Tags } from "aws-cdk-lib";
import type { StackProps } from "aws-cdk-lib";
import type { Construct } from "constructs";
import { Api } from "./api";
import { acknowledge } from "./acknowledgements";
import { Console } from "./console";
import { CursorKeys } from "./cursor-keys";
import { Database } from "./database";
import { Datadog } from "./datadog";
import { Deployment } from "./deployment";
import { EventBus } from "./event-bus";
import type { DomainBus } from "./event-bus";
import { Functions } from "./functions";
import { TripNotes } from "./functions/notes";
import { Observability } from "./observability";
import { LogMetrics } from "./observability/log-metrics";
import { OrderedBus } from "./ordered-bus";
import { Orchestration } from "./orchestration";
import type { Settings } from "./settings";
import { StreamConsumers } from "./stream-consumers";

export interface TripSagaStackProps extends StackProps {
  readonly settings: Settings;
}

export class TripSagaStack extends Stack {
  constructor(scope: Construct, id: string, props: TripSagaStackProps) {
    const { settings } = props;
    super(scope, id, { description: `Trip Saga, stage ${settings.stage}`, terminationProtection: settings.isProtected, ...props });
    const database = new Database(this, "Database", settings);
    const eventBus: DomainBus = settings.bus === "ordered" ? new OrderedBus(this, "OrderedBus", settings) : new EventBus(this, "EventBus", settings);
    const cursorKeys = new CursorKeys(this, "CursorKeys", settings);
    const functions = new Functions(this, "Functions", { settings, database, bus: eventBus, cursorKeys });
    const orchestration = new Orchestration(this, "Orchestration", settings, functions, database.trips);
    functions.connectCompensation(orchestration.compensation.machine);
    const notes = new TripNotes(this, "TripNotes", functions.get("tripNote"), orchestration);
    eventBus.admitOnly([functions.get("dispatcher").role, functions.get("sweeper").role]);
    const consumers = new StreamConsumers(this, "StreamConsumers", {
      settings,
      trips: database.trips,
      dispatcher: functions.get("dispatcher"),
      projector: functions.get("projector"),
    });
    const api = new Api(this, "Api", { settings, functions, admission: orchestration.admission });
    functions.connectSchemas(api.schemas());
    const operated = { functions, orchestration, consumers, bus: eventBus };
    const site = settings.console ? new Console(this, "Console", { settings, api, ...operated }) : undefined;
    new LogMetrics(this, "LogMetrics", { settings, functions, orchestration });
    const deployment = new Deployment(this, "Deployment", settings, functions);
    new Observability(this, "Observability", { settings, functions, orchestration, notes, consumers, eventBus, api, deployment });
    if (settings.datadog) new Datadog(this, "Datadog", { settings, datadog: settings.datadog, functions, orchestration });
    this.tell({ ApiUrl: api.api.url, UserPoolId: api.users.pool.userPoolId, UserPoolClientId: api.users.client.userPoolClientId });
    this.tell(operatorsNames(database, orchestration, functions));
    if (site) this.tell({ ConsoleUrl: site.url });
    acknowledge(this);
    Tags.of(this).add("Application", "trip-saga");
    Tags.of(this).add("Stage", settings.stage);
  }

  /** What a caller of the API, or an operator, needs to know. */
  private tell(outputs: Record<string, string>): void {
    for (const [name, value] of Object.entries(outputs)) new CfnOutput(this, name, { value });
  }
}

/** The names by which `trip --stage` finds what it works on. */
function operatorsNames(database: Database, { booking, compensation }: Orchestration, functions: Functions): Record<string, string> {
  return {
    TripTable: database.trips.tableName,
    SearchTable: database.search.tableName,
    ...(database.shadow && { ShadowSearchTable: database.shadow.tableName }),
    BookingStateMachine: booking.machine.stateMachineArn,
    CompensationStateMachine: compensation.machine.stateMachineArn,
    DispatcherFunction: functions.get("dispatcher").alias.functionArn,
    ProjectorFunction: functions.get("projector").alias.functionArn,
  };
}
