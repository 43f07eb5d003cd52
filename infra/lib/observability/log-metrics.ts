// Metrics from logs: refusals and failures of steps by kind, and how the state machines' executions
// ended.

import { FilterPattern, MetricFilter } from "aws-cdk-lib/aws-logs";
import type { JsonPattern, LogGroup } from "aws-cdk-lib/aws-logs";
import { Construct } from "constructs";
import type { Functions } from "../functions";
import type { ProductFunction } from "../functions/function";
import type { Orchestration } from "../orchestration";
import type { Settings } from "../settings";
import { filterNamespace } from "./metrics";

/** The business figures. */
export const BOOKING_COMPLETED = "trip.booking.completed";
export const COMPENSATION_TRIGGERED = "trip.compensation.triggered";

export interface LogMetricsProps {
  readonly settings: Settings;
  readonly functions: Functions;
  readonly orchestration: Orchestration;
}

export class LogMetrics extends Construct {
  private readonly namespace: string;

  constructor(scope: Construct, id: string, props: LogMetricsProps) {
    super(scope, id);
    this.namespace = filterNamespace(props.settings.stage);
    props.functions.list().filter(isStep).forEach((step) => this.step(step));
    this.booking(props.orchestration.booking.logs);
    this.compensation(props.orchestration.compensation.logs);
  }

  /** The lines that a step writes about its answer. */
  private step(step: ProductFunction): void {
    const { name } = step.spec;
    const says = (message: string) => FilterPattern.stringValue("$.message", "=", message);
    this.count(`${name}-refused`, step.logs, refusalsOf(name), says("step refused"));
    this.count(`${name}-refused-code`, step.logs, "StepsRefused", says("step refused"), { Code: "$.code" });
    this.count(`${name}-failed-code`, step.logs, "StepsFailed", says("step failed"), { Code: "$.code" });
  }

  private booking(logs: LogGroup): void {
    this.count("completed", logs, BOOKING_COMPLETED, event("ExecutionSucceeded"));
    // Every compensation of a booking ends by releasing the flight, whatever step it began at.
    this.count("triggered", logs, COMPENSATION_TRIGGERED, entered("CancelFlight"));
    this.count("failed", logs, "BookingExecutionsFailed", event("ExecutionFailed"));
    this.count("refused", logs, "BookingExecutionsRefused", event("FailStateEntered"));
  }

  private compensation(logs: LogGroup): void {
    this.count("cancelled", logs, COMPENSATION_TRIGGERED, event("ExecutionStarted"));
  }

  private count(id: string, logGroup: LogGroup, metricName: string, filterPattern: JsonPattern, dimensions?: Record<string, string>): void {
    const metricNamespace = this.namespace;
    new MetricFilter(this, id, { logGroup, metricNamespace, metricName, filterPattern, metricValue: "1", dimensions });
  }
}

/** The refusals of one step, for alarms that must not count them. */
export function refusalsOf(name: string): string {
  return `Refusals-${name}`;
}

function isStep(fn: ProductFunction): boolean {
  return fn.spec.binary === "saga" && fn.spec.name !== "trip-cancel";
}

function event(type: string): JsonPattern {
  return FilterPattern.stringValue("$.type", "=", type);
}

function entered(state: string): JsonPattern {
  return FilterPattern.all(event("TaskStateEntered"), FilterPattern.stringValue("$.details.name", "=", state));
}
