// The functions' runtime settings, as the Rust code generates them: the one source of their
// timeouts and memory, of the two consumers' mappings of the API's rate,
// and of what pages of other sites may do.

import generated from "../generated/runtime.json";

export interface Limits {
  readonly handler: string;
  readonly timeoutSeconds: number;
  readonly memoryMb: number;
}

export interface Consumer {
  readonly filter: Record<string, unknown>;
  readonly batchSize: number;
  readonly parallelizationFactor: number;
  readonly maxRecordAgeSeconds: number;
}

export type FunctionName = keyof typeof generated.functions;

export const LIMITS: { readonly [name in FunctionName]: Limits } = generated.functions;
export const CONSUMERS: { readonly [name in keyof typeof generated.consumers]: Consumer } = generated.consumers;
export const API = generated.api;
export const CORS = generated.cors;
export const TASK_TIMEOUT_SECONDS = generated.taskTimeoutSeconds;
