// Every question to TestState, with the answer that the local interpreter gives.

import type { TestStateCommandInput } from "@aws-sdk/client-sfn";
import { definition, withoutRedrives } from "./decisions";
import type { Decisions, Failures, Machine, Task } from "./decisions";

/** The answer, in TestState's terms. */
export type Expected =
  | { readonly status: "SUCCEEDED"; readonly next: string | null; readonly output: unknown; readonly event: unknown }
  | { readonly status: "RETRIABLE"; readonly error: string; readonly retrier: number; readonly shortest: number; readonly longest: number }
  | { readonly status: "CAUGHT_ERROR"; readonly error: string; readonly catcher: number; readonly next: string; readonly output: unknown }
  | { readonly status: "FAILED"; readonly error: string };

export interface Question {
  readonly name: string;
  readonly request: TestStateCommandInput;
  readonly expected: Expected;
}

/** What follows this error after so many retries. */
function afterwards(error: string, retried: number, { retrier, longest_waits, full_jitter, then }: Failures): Expected {
  const longest = longest_waits[retried];
  if (longest !== undefined && retrier !== null) return { status: "RETRIABLE", error, retrier, longest, shortest: full_jitter ? 0 : longest };
  if (then === null) return { status: "FAILED", error };
  return { status: "CAUGHT_ERROR", error, catcher: then.catcher, next: then.next, output: JSON.parse(JSON.stringify(then.output).replaceAll("$ERROR", error)) };
}

/** Every outcome of every task. */
export function* questions(all: readonly Decisions[]): Generator<Question> {
  for (const decisions of all) {
    for (const [machine, { context, states }] of Object.entries(decisions.machines)) {
      for (const [state, task] of Object.entries(states)) yield* ofTask(decisions, machine, state, task, context);
    }
  }
}

/** The same question where the context object must not have a count of redrives. */
export function withoutCount({ request, ...question }: Question): Question {
  const { Execution, ...context } = JSON.parse(request.context!);
  const { RedriveCount: _, ...execution } = Execution;
  return { ...question, request: { ...request, definition: withoutRedrives(request.definition!), context: JSON.stringify({ Execution: execution, ...context }) } };
}

function* ofTask(decisions: Decisions, machine: string, state: string, task: Task, context: Machine["context"]): Generator<Question> {
  const text = definition(machine);
  const request = (mock: TestStateCommandInput["mock"], retried: number): TestStateCommandInput => ({
    definition: text,
    stateName: state,
    input: JSON.stringify(decisions.input),
    context: JSON.stringify({ ...context, State: { ...context.State, Name: state, RetryCount: retried } }),
    inspectionLevel: "DEBUG",
    mock,
    stateConfiguration: { retrierRetryCount: retried },
  });
  // The integration answers with a document as the payload, Lambda's own API with bytes: the mock
  // is not compared with Lambda's model.
  const result = { result: JSON.stringify(task.result ?? decisions.result), fieldValidationMode: "NONE" } as const;
  yield { name: `${machine} ${state}`, request: request(result, 0), expected: { status: "SUCCEEDED", next: task.next, output: task.output, event: task.event } };
  for (const failures of task.failures) {
    for (const error of failures.errors) {
      for (let retried = 0; retried <= failures.longest_waits.length; retried += 1) {
        yield {
          name: `${machine} ${state}, ${error} after ${retried} retries`,
          request: request({ errorOutput: { error, cause: decisions.cause } }, retried),
          expected: afterwards(error, retried, failures),
        };
      }
    }
  }
}
