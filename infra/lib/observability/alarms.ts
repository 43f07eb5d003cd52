// The alarms that wake an operator: each with its figure, its threshold, its meaning and what to
// do.
//
// CloudWatch's alarms, Datadog's monitors and the README's table are all made from this list.

import type { Settings } from "../settings";
import { counted, executions, iteratorAge, seen, source, waiting } from "./series";
import type { Figure, Series } from "./series";

export interface AlarmSpec {
  readonly id: string;
  /** What is wrong, for the person who reads the message at night. */
  readonly means: string;
  /** Where the cause shows. */
  readonly look: string;
  readonly act: string;
  readonly figure: Figure;
  /** The alarm of a series rises when its value of five minutes reaches this. */
  readonly threshold: number;
  /** It rises instead when ten minutes bring no sample: whoever tells the figure is silent. */
  readonly inSilence?: true;
  /** What it watches is not there in production. */
  readonly outsideProduction?: true;
}

const MINUTES = 60;
/** A consumer this far behind needs a look: records are given up after hours. */
const LATE_CONSUMER_MS = 15 * MINUTES * 1000;
/**
 * The stream delivers an event within seconds; the sweeper publishes a missed one within minutes.
 */
const LATE_EVENT_SECONDS = 15 * MINUTES;
/** Slower than this at the 99th percentile. */
const SLOW_ANSWER_MS = 3000;

export const ALARMS: readonly AlarmSpec[] = [
  {
    id: "OldestPendingEvent",
    means: "an event has waited to be published for 15 minutes",
    look: "the logs of the dispatcher and the sweeper; the bus's service status; `EventsRefusedForNow`",
    act:
      "nothing for an outage of the bus: the sweeper publishes what waited; an event that the bus refuses while it takes others " +
      "is parked after a day; otherwise mend what the logs name",
    figure: [counted("sweeper", "OldestPendingEventSeconds", "Maximum")],
    threshold: LATE_EVENT_SECONDS,
  },
  {
    id: "SweepIncomplete",
    means: "sweeps end before everything was swept, three within five minutes",
    look: "`EventsPublished` of the sweeper, and its duration",
    act: "find out why the stream does not bring the events (DispatcherAge); the sweeper goes on by itself",
    figure: [counted("sweeper", "SweepsLeftIncomplete")],
    threshold: 3,
  },
  {
    id: "SweeperSilent",
    means: "no sweep has told for ten minutes how much waits: what the stream does not bring stays unpublished, and nobody sees it",
    look: "the sweeper's log, errors and throttles; whether its rule is enabled; the newest messages of the queue of failed sweeps",
    act: "mend what they name, or enable the rule; the next sweep publishes what waited. At a first deployment it rises until the first sweep has told",
    figure: [counted("sweeper", "OldestPendingEventSeconds", "SampleCount")],
    threshold: 1,
    inSilence: true,
  },
  {
    id: "SweepsFailed",
    means: "three sweeps of the last hour failed or could not be started",
    look: "the messages of the queue of failed sweeps, which is kept for an hour: each names the error",
    act: "mend what they name; the next sweep does the work of those that failed, so nothing is sent again",
    figure: [waiting("failedSweeps")],
    threshold: 3,
  },
  {
    id: "MarksRefused",
    means: "published events cannot be marked, so that each is published again when the dispatcher's or the sweeper's process is a new one",
    look: "the lines `a published event was not marked` of the dispatcher's and the sweeper's logs",
    act: "mend the right or the table that they name; events that wait are marked within five minutes then, and nothing is published for it",
    figure: [counted("dispatcher", "MarksRefused"), counted("sweeper", "MarksRefused")],
    threshold: 1,
  },
  {
    id: "StreamWithoutImages",
    means: "the stream's records do not hold the items: events wait for the sweeper, and the search view stands still",
    look: "the stream's view type, and who changed it",
    act: "turn the stream on anew with `NEW_AND_OLD_IMAGES`, deploy so that the mappings read the new one, then `trip rebuild`",
    figure: [counted("dispatcher", "StreamsWithoutImages"), counted("projector", "StreamsWithoutImages")],
    threshold: 1,
  },
  {
    id: "ParkedEvents",
    means: "the bus refuses an event for good, or has refused it for a day; the alarm stays until somebody decides",
    look: "the lines of the dispatcher's and the sweeper's logs that name it; its `parked_reason`",
    act: "`trip outbox list --parked` tells the reason of each: mend what it names, or deploy a version that can publish it, then `trip outbox redrive`; `trip outbox discard` accepts its loss: it stays to explain the gap",
    figure: [counted("sweeper", "ParkedEventsNow", "Maximum")],
    threshold: 1,
  },
  {
    id: "DispatcherAge",
    means: "the dispatcher is 15 minutes behind the stream",
    look: "its log, its errors and throttles",
    act: "nothing for an outage of the bus; roll a bad release back; `trip status` shows whether it is paused",
    figure: [iteratorAge("dispatcher")],
    threshold: LATE_CONSUMER_MS,
  },
  {
    id: "SubscriberDeadLetters",
    means: "an event could not be handed to the example subscriber, which production has not",
    look: "the messages of its dead-letter queue",
    act: "mend the subscriber, then `aws sqs start-message-move-task --source-arn ARN`",
    figure: [waiting("deadLetters")],
    threshold: 1,
    outsideProduction: true,
  },
  {
    id: "OnFailureObjects",
    means: "a consumer gave a batch of stream records up: the dispatcher after 6 hours, the projector after 23",
    look: "the newest object of the bucket of given-up batches: it names the function and holds the records",
    act: "mend the function, then `trip on-failure redrive`; the sweeper publishes what the dispatcher gave up",
    figure: [seen("givenUp")],
    threshold: 1,
  },
  {
    id: "ProjectorAge",
    means: "the search view is 15 minutes behind the trips",
    look: "the projector's log, its errors and throttles",
    act: "nothing for an outage of DynamoDB; roll a bad release back",
    figure: [iteratorAge("projector")],
    threshold: LATE_CONSUMER_MS,
  },
  {
    id: "ViewDrift",
    means: "a trip could not be written to the search view",
    look: "the projector's log: it names the trip and the reason",
    act: "deploy a version that can write it; then `trip verify` prints the command that mends each row",
    figure: [counted("projector", "RowsSetAside"), counted("projector", "RecordsUnreadable")],
    threshold: 1,
  },
  {
    id: "ExhaustedCompensations",
    means: "a compensation used up its retries, so a trip is neither booked nor undone",
    look: "the failed execution's history, and the log of the step that it names",
    act: "`trip stuck` names the step and its last error: mend the cause, then `trip redrive ID`",
    figure: [seen("exhausted")],
    threshold: 1,
  },
  {
    id: "SagasAborted",
    means: "executions of bookings were stopped from outside or ran out of time",
    look: "CloudTrail, for who called StopExecution",
    act: "`trip redrive ID` for each that `trip stuck` lists, or `trip compensate ID`, so that its trip comes to an end",
    figure: [executions("booking", "ExecutionsAborted"), executions("booking", "ExecutionsTimedOut")],
    threshold: 1,
  },
  {
    id: "NotesFailed",
    means: "it could not be noted on a trip that its execution gave up or goes on: the API tells it late, by time alone",
    look: "the messages of the queue of failed notes, which is kept for an hour: each names the error and the execution",
    act: "mend what they name; `trip stuck` knows what gave up without these notes, and the next commit clears a note",
    figure: [waiting("failedNotes")],
    threshold: 1,
  },
  {
    id: "ConsumerPaused",
    means: "somebody paused the dispatcher or the projector: events are late, or the search view stands still",
    look: "the message about it, which says by whom; `trip status`",
    act: "`trip resume CONSUMER` within 24 hours, for which the stream keeps its records. It needs a trail in CloudTrail",
    figure: [seen("paused")],
    threshold: 1,
  },
  {
    id: "ApiFaults",
    means: "the API answers with 5xx, five times within five minutes",
    look: "the access log's `error` and `integrationStatus`, then the function's log",
    act: "roll a bad release back; raise a limit that is reached",
    figure: [{ kind: "api", name: "5XXError", statistic: "Sum" }],
    threshold: 5,
  },
  {
    id: "ApiLatency",
    means: "one answer in a hundred takes 3 seconds and longer",
    look: "traces of slow requests; cold starts; throttles of the tables",
    act: "raise the memory of the function that is slow",
    figure: [{ kind: "api", name: "Latency", statistic: "p99" }],
    threshold: SLOW_ANSWER_MS,
  },
];

/** What a stage watches. */
export function alarmsOf(settings: Settings): AlarmSpec[] {
  return ALARMS.filter((spec) => !(spec.outsideProduction && settings.isProduction));
}

/** The series of an alarm, each by what it is called where the alarm watches several. */
export function watched({ id, figure }: AlarmSpec): (readonly [id: string, series: Series])[] {
  return figure.map((series) => [figure.length === 1 ? id : `${id}-${distinction(series, figure)}`, series]);
}

function distinction(series: Series, figure: Figure): string {
  return figure.every((other) => other.name === series.name) ? source(series) : series.name;
}

/** The lines of the README's table. */
export function runbook(): string {
  return ALARMS.map(({ id, means, look, act }) => `| ${id} | ${means} | ${look} | ${act} |`).join("\n");
}
