// The headers that every answer carries, as the functions and the local gateway set them.

export const SECURITY_HEADERS = {
  "Cache-Control": "no-store",
  "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
  "Referrer-Policy": "no-referrer",
  "X-Content-Type-Options": "nosniff",
  "X-Frame-Options": "DENY",
} as const;

export const PROBLEM = "application/problem+json";

/** Static headers of an integration's answer, in API Gateway's notation. */
export function responseParameters(headers: Record<string, string>): Record<string, string> {
  return rename(headers, (name) => `method.response.header.${name}`, quoted);
}

/** The declaration that a method may answer with these headers. */
export function declared(names: readonly string[]): Record<string, boolean> {
  return Object.fromEntries(names.map((name) => [`method.response.header.${name}`, true]));
}

/** API Gateway takes a static value in apostrophes; apostrophes inside it are not doubled. */
export function quoted(value: string): string {
  return `'${value}'`;
}

function rename(headers: Record<string, string>, name: (name: string) => string, value: (value: string) => string) {
  return Object.fromEntries(Object.entries(headers).map(([key, text]) => [name(key), value(text)]));
}
