// What wakes an operator, and the page to look at then. Every alarm goes to one topic.

import { Duration } from "aws-cdk-lib";
import { Alarm, ComparisonOperator, Dashboard, GraphWidget, MathExpression, Metric, Stats, TreatMissingData } from "aws-cdk-lib/aws-cloudwatch";
import type { IMetric } from "aws-cdk-lib/aws-cloudwatch";
import { SnsAction } from "aws-cdk-lib/aws-cloudwatch-actions";
import { Rule } from "aws-cdk-lib/aws-events";
import { SnsTopic } from "aws-cdk-lib/aws-events-targets";
import { Topic } from "aws-cdk-lib/aws-sns";
import { EmailSubscription } from "aws-cdk-lib/aws-sns-subscriptions";
import { Construct } from "constructs";
import type { Api } from "./api";
import type { Deployment } from "./deployment";
import type { EventBus } from "./event-bus";
import type { Functions } from "./functions";
import { BOOKING_COMPLETED, COMPENSATION_TRIGGERED } from "./observability/log-metrics";
import { counted, filtered, PERIOD, sum } from "./observability/metrics";
import type { Orchestration } from "./orchestration";
import type { Settings } from "./settings";
import type { StreamConsumers } from "./stream-consumers";

export interface ObservabilityProps {
  readonly settings: Settings;
  readonly functions: Functions;
  readonly orchestration: Orchestration;
  readonly consumers: StreamConsumers;
  readonly eventBus: EventBus;
  readonly api: Api;
  readonly deployment: Deployment;
}

/** A consumer this far behind needs a look: a record is given up after six hours. */
const LATE_CONSUMER = Duration.minutes(15);
/** Slower than this at the 99th percentile. */
const SLOW_ANSWER = Duration.seconds(3);

export class Observability extends Construct {
  readonly topic: Topic;
  private readonly graphs: GraphWidget[] = [];

  constructor(scope: Construct, id: string, private readonly props: ObservabilityProps) {
    super(scope, id);
    this.topic = new Topic(this, "Alarms", { topicName: props.settings.named("trip-saga-alarms"), enforceSSL: true });
    if (props.settings.alarmEmail) this.topic.addSubscription(new EmailSubscription(props.settings.alarmEmail));
    props.deployment.alarms.forEach((alarm) => this.tell(alarm));
    this.outbox();
    this.view();
    this.saga();
    this.http();
    const dashboardName = props.settings.named("trip-saga");
    new Dashboard(this, "Dashboard", { dashboardName, widgets: [this.business(), this.graphs.slice(0, 4), this.graphs.slice(4)] });
  }

  private outbox(): void {
    const { functions, consumers, eventBus } = this.props;
    const [dispatcher, sweeper] = [functions.get("dispatcher"), functions.get("sweeper")];
    // The sweeper publishes only what has been pending for longer than the grace period.
    this.alarm("OldestPendingEvent", "events waited longer than 15 minutes", counted("EventsPublished", sweeper), 1);
    this.alarm("SweepIncomplete", "sweeps end before everything was swept", counted("SweepsLeftIncomplete", sweeper), 3);
    const parked = { a: counted("EventsParked", dispatcher), b: counted("EventsParked", sweeper) };
    this.alarm("ParkedEvents", "an event can never be published; an operator decides", sum(parked, "parked"), 1);
    this.iteratorAge("DispatcherAge", dispatcher.alias.metric("IteratorAge", { statistic: Stats.MAXIMUM, period: PERIOD }));
    this.alarm("SubscriberDeadLetters", "an event could not be delivered to the example subscriber", eventBus.subscriberDeadLetters.metricApproximateNumberOfMessagesVisible(), 1);
    const rule = new Rule(this, "GivenUpRule", {
      description: "A batch of stream records was given up",
      eventPattern: { source: ["aws.s3"], detailType: ["Object Created"], detail: { bucket: { name: [consumers.givenUp.bucketName] } } },
      targets: [new SnsTopic(this.topic)],
    });
    const matched = new Metric({ namespace: "AWS/Events", metricName: "MatchedEvents", dimensionsMap: { RuleName: rule.ruleName }, statistic: Stats.SUM, period: PERIOD });
    this.alarm("OnFailureObjects", "a consumer gave up a batch; its payload is in the bucket", matched, 1);
  }

  private view(): void {
    const projector = this.props.functions.get("projector");
    this.iteratorAge("ProjectorAge", projector.alias.metric("IteratorAge", { statistic: Stats.MAXIMUM, period: PERIOD }));
    const drift = { a: counted("RowsSetAside", projector), b: counted("RecordsUnreadable", projector) };
    this.alarm("ViewDrift", "a trip could not be written to the search view", sum(drift, "set aside"), 1);
  }

  private saga(): void {
    const { booking, compensation } = this.props.orchestration;
    const { stage } = this.props.settings;
    // A booking that was refused enters a Fail state; one that fails elsewhere has used up a compensation's retries.
    const exhausted = new MathExpression({
      expression: "MAX([0, FILL(failed, 0) - FILL(refused, 0)]) + FILL(undone, 0)",
      usingMetrics: {
        failed: filtered("BookingExecutionsFailed", stage),
        refused: filtered("BookingExecutionsRefused", stage),
        undone: compensation.machine.metricFailed({ period: PERIOD }),
      },
      label: "exhausted compensations",
      period: PERIOD,
    });
    this.alarm("ExhaustedCompensations", "a compensation used up its retries: redrive the execution", exhausted, 1);
    const ended = { a: booking.machine.metricAborted({ period: PERIOD }), b: booking.machine.metricTimedOut({ period: PERIOD }) };
    this.alarm("SagasAborted", "executions were stopped from outside", sum(ended, "aborted"), 1);
  }

  private http(): void {
    const { api } = this.props.api;
    this.alarm("ApiFaults", "the API answers with 5xx", api.metricServerError({ period: PERIOD, statistic: Stats.SUM }), 5);
    this.alarm("ApiLatency", "the API answers slowly", api.metricLatency({ period: PERIOD, statistic: "p99" }), SLOW_ANSWER.toMilliseconds());
  }

  private iteratorAge(id: string, metric: Metric): void {
    this.alarm(id, "a consumer of the stream is behind", metric, LATE_CONSUMER.toMilliseconds());
  }

  private alarm(id: string, description: string, metric: IMetric, threshold: number): void {
    const alarm = new Alarm(this, id, {
      alarmName: this.props.settings.named(`trip-saga-${id}`),
      alarmDescription: description,
      metric,
      threshold,
      comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      evaluationPeriods: 1,
      treatMissingData: TreatMissingData.NOT_BREACHING,
    });
    this.tell(alarm);
    this.graphs.push(new GraphWidget({ title: id, left: [metric], leftAnnotations: [alarm.toAnnotation()] }));
  }

  private tell(alarm: Alarm): void {
    alarm.addAlarmAction(new SnsAction(this.topic));
    alarm.addOkAction(new SnsAction(this.topic));
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
