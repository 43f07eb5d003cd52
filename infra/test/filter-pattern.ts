// CloudWatch's filter patterns for JSON lines, as far as the templates use them: comparisons of a
// field with a text, in which `*` stands for anything, joined by && and || and put in parentheses.
//
// Source: "Filter pattern syntax for metric filters" in CloudWatch Logs' documentation.

type Test = (event: object) => boolean;

const TOKEN = /\s*(\{|\}|\(|\)|&&|\|\||=|\$(?:\.\w+)+|"[^"]*")/y;

/** Whether a line is counted. Throws for a pattern in any other form. */
export function matches(pattern: string, event: object): boolean {
  const tokens = [...scan(pattern)];
  const take = (expected?: string): string => {
    const token = tokens.shift();
    if (token === undefined || (expected && token !== expected)) throw new Error(`not a documented pattern: ${pattern}`);
    return token;
  };
  const joined = (operator: string, next: () => Test, join: (tests: Test[]) => Test): Test => {
    const tests = [next()];
    while (tokens[0] === operator) tests.push((take(operator), next()));
    return join(tests);
  };
  const any = (): Test => joined("||", all, (tests) => (event) => tests.some((test) => test(event)));
  const all = (): Test => joined("&&", one, (tests) => (event) => tests.every((test) => test(event)));
  const one = (): Test => (tokens[0] === "(" ? enclosed("(", ")") : comparison(take(), take("="), take(), pattern));
  const enclosed = (open: string, close: string): Test => {
    take(open);
    const test = any();
    take(close);
    return test;
  };
  const test = enclosed("{", "}");
  if (tokens.length > 0) throw new Error(`not a documented pattern: ${pattern}`);
  return test(event);
}

function* scan(pattern: string): Generator<string> {
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < pattern.trimEnd().length) {
    const [, token] = TOKEN.exec(pattern) ?? [];
    if (token === undefined) throw new Error(`not a documented pattern: ${pattern}`);
    yield token;
  }
}

function comparison(field: string, _: string, text: string, pattern: string): Test {
  if (!field.startsWith("$.") || !text.startsWith('"')) throw new Error(`not a documented pattern: ${pattern}`);
  const parts = text.slice(1, -1).split("*").map((part) => part.replace(/[.+?^${}()|[\]\\]/g, "\\$&"));
  const wanted = new RegExp(`^${parts.join(".*")}$`);
  return (event) => {
    const value = field.slice(2).split(".").reduce<any>((inner, name) => inner?.[name], event);
    return value !== undefined && wanted.test(String(value));
  };
}
