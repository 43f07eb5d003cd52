// The alarms that wake an operator, and the dashboard to look at. Every alarm goes to one topic.

import { Alarm, Dashboard, GraphWidget, MathExpression } from "aws-cdk-lib/aws-cloudwatch";
import type { Metric } from "aws-cdk-lib/aws-cloudwatch";
import { SnsAction } from "aws-cdk-lib/aws-cloudwatch-actions";
import type { Topic } from "aws-cdk-lib/aws-sns";
import { Construct } from "constructs";
import type { Api } from "./api";
import type { Deployment } from "./deployment";
import type { DomainBus } from "./event-bus";
import type { Functions } from "./functions";
import type { TripNotes } from "./functions/notes";
import { alarmsOf, watched } from "./observability/alarms";
import type { AlarmSpec } from "./observability/alarms";
import { condition } from "./observability/condition";
import { Figures } from "./observability/figures";
import { BOOKING_COMPLETED, COMPENSATION_TRIGGERED } from "./observability/log-metrics";
import { filtered, recordsOf } from "./observability/metrics";
import { exhaustedRule, givenUpRule, pausedRule } from "./observability/rules";
import { AlarmTopic } from "./observability/topic";
import type { Orchestration } from "./orchestration";
import type { Settings } from "./settings";
import type { StreamConsumers } from "./stream-consumers";

export interface ObservabilityProps {
  readonly settings: Settings;
  readonly functions: Functions;
  readonly orchestration: Orchestration;
  readonly notes: TripNotes;
  readonly consumers: StreamConsumers;
  readonly eventBus: DomainBus;
  readonly api: Api;
  readonly deployment: Deployment;
}

/** The number of graphs in a row. */
const GRAPHS_A_ROW = 4;

export class Observability extends Construct {
  readonly topic: Topic;
  private readonly figures: Figures;

  constructor(scope: Construct, id: string, private readonly props: ObservabilityProps) {
    super(scope, id);
    this.topic = new AlarmTopic(this, "Alarms", props.settings).topic;
    props.deployment.alarms.forEach((alarm) => this.tell(alarm));
    this.figures = this.measured();
    const graphs = alarmsOf(props.settings).map((spec) => this.graph(spec));
    const dashboardName = props.settings.named("trip-saga");
    new Dashboard(this, "Dashboard", { dashboardName, widgets: [this.business(), this.streams(), ...rows(graphs)] });
  }

  private measured(): Figures {
    const { functions, orchestration, notes, api, eventBus, consumers } = this.props;
    const queues = { deadLetters: eventBus.subscriberDeadLetters, failedSweeps: functions.sweeps.failures, failedNotes: notes.failures };
    const rules = {
      givenUp: givenUpRule(this, consumers.givenUp, this.topic),
      exhausted: exhaustedRule(this, orchestration, this.topic),
      paused: pausedRule(this, consumers, this.topic),
    };
    return new Figures({ functions, orchestration, api: api.api, queues, rules });
  }

  /** A graph with the alarm of each series, which all say the same. */
  private graph(spec: AlarmSpec): GraphWidget {
    const alarms = watched(spec).map(([id, series]) => this.alarm(id, spec, this.figures.metric(series)));
    const [first] = alarms;
    return new GraphWidget({ title: spec.id, left: alarms.map(({ metric }) => metric), leftAnnotations: first && [first.toAnnotation()] });
  }

  private alarm(id: string, spec: AlarmSpec, metric: Metric): Alarm {
    const alarm = new Alarm(this, id, {
      alarmName: this.props.settings.named(`trip-saga-${id}`),
      alarmDescription: `${spec.means}. Look at: ${spec.look}. Do: ${spec.act}. Runbook: docs/runbooks/${spec.id}.md.`,
      metric,
      ...condition(spec),
    });
    this.tell(alarm);
    return alarm;
  }

  private tell(alarm: Alarm): void {
    alarm.addAlarmAction(new SnsAction(this.topic));
    alarm.addOkAction(new SnsAction(this.topic));
  }

  /** Whether a record was filtered out, failed or dropped tells why an event or a row is late. */
  private streams(): GraphWidget[] {
    const { mappings } = this.props.consumers;
    return Object.entries(mappings).map(([name, mapping]) => new GraphWidget({ title: `${name}: records of the stream`, left: recordsOf(mapping) }));
  }

  private business(): GraphWidget[] {
    const { stage } = this.props.settings;
    const byKind = (name: string) => new MathExpression({
      expression: `SEARCH('{TripSaga/${stage},Code} MetricName="${name}"', 'Sum', 300)`,
      usingMetrics: {},
      label: "",
    });
    return [
      new GraphWidget({ title: BOOKING_COMPLETED, left: [filtered(BOOKING_COMPLETED, stage)] }),
      new GraphWidget({ title: COMPENSATION_TRIGGERED, left: [filtered(COMPENSATION_TRIGGERED, stage)] }),
      new GraphWidget({ title: "Saga failures by kind", left: [byKind("StepsRefused"), byKind("StepsFailed")] }),
    ];
  }
}

function rows(graphs: GraphWidget[]): GraphWidget[][] {
  const starts = graphs.map((_, index) => index).filter((index) => index % GRAPHS_A_ROW === 0);
  return starts.map((start) => graphs.slice(start, start + GRAPHS_A_ROW));
}
