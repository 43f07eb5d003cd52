// Asks Step Functions what the local interpreter was asked.

import { TestStateCommand, ValidateStateMachineDefinitionCommand } from "@aws-sdk/client-sfn";
import type { SFNClient } from "@aws-sdk/client-sfn";
import { differences } from "./compare";
import { definition } from "./decisions";
import type { Decisions } from "./decisions";
import { questions, withoutCount } from "./questions";
import type { Question } from "./questions";

const MACHINES = { "trip-booking": "STANDARD", "trip-compensation": "STANDARD", "trip-admission": "EXPRESS" } as const;
/** Requests in flight. The client slows down by itself where Step Functions throttles it. */
const AT_ONCE = 4;

export interface Checked {
  readonly validated: number;
  readonly asked: number;
  /** Whether the context object may say how often an execution was redriven. */
  readonly counts: boolean;
  /** A line each. */
  readonly problems: readonly string[];
}

export async function check(client: SFNClient, decisions: readonly Decisions[]): Promise<Checked> {
  const problems: string[] = [];
  for (const [machine, type] of Object.entries(MACHINES)) problems.push(...(await validate(client, machine, type)));
  const counts = await takesCount(client, decisions);
  const open = questions(decisions);
  let asked = 0;
  const worker = async () => {
    // The workers share one generator, so that each question is asked once.
    for (const question of open) {
      problems.push(...(await ask(client, counts ? question : withoutCount(question))));
      asked += 1;
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return { validated: Object.keys(MACHINES).length, asked, counts, problems };
}

/** TestState refuses fields that it does not know; its reference does not list those that it knows. */
async function takesCount(client: SFNClient, decisions: readonly Decisions[]): Promise<boolean> {
  const [first] = questions(decisions);
  try {
    await client.send(new TestStateCommand(first!.request));
    return true;
  } catch (error) {
    return !(error as Error).message.includes("RedriveCount");
  }
}

async function validate(client: SFNClient, machine: string, type: "STANDARD" | "EXPRESS"): Promise<string[]> {
  const answer = await client.send(new ValidateStateMachineDefinitionCommand({ definition: definition(machine), type, severity: "WARNING" }));
  const found = (answer.diagnostics ?? []).map(({ severity, code, location, message }) => `${machine}: ${severity} ${code} at ${location}: ${message}`);
  return answer.result === "OK" ? found : [`${machine}: Step Functions refuses it`, ...found];
}

async function ask(client: SFNClient, { name, request, expected }: Question): Promise<string[]> {
  try {
    return differences(await client.send(new TestStateCommand(request)), expected).map((line) => `${name}: ${line}`);
  } catch (error) {
    // The answer to this question alone; without rights there is none to any.
    if ((error as Error).name !== "ValidationException" && (error as Error).name !== "InvalidDefinition") throw error;
    return [`${name}: refused: ${(error as Error).message}`];
  }
}
