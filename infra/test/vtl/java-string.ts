// Java's String as templates see it in API Gateway. JavaScript's own strings differ: their
// replaceAll takes no regular expression, and they have neither matches nor equalsIgnoreCase.

export class JavaString {
  constructor(private readonly text: string) {}

  toString(): string {
    return this.text;
  }
  length(): number {
    return this.text.length;
  }
  trim(): JavaString {
    return new JavaString(this.text.replace(/^[\0-\x20]+|[\0-\x20]+$/g, ""));
  }
  substring(from: number, to?: number): JavaString {
    return new JavaString(this.text.slice(from, to));
  }
  matches(pattern: string): boolean {
    return new RegExp(`^(?:${pattern})$`, "s").test(this.text);
  }
  replaceAll(pattern: string, by: string): JavaString {
    return new JavaString(this.text.replace(new RegExp(pattern, "g"), by));
  }
  equalsIgnoreCase(other: string): boolean {
    return this.text.toLowerCase() === String(other).toLowerCase();
  }
  endsWith(other: string): boolean {
    return this.text.endsWith(other);
  }
  contains(other: string): boolean {
    return this.text.includes(other);
  }
  indexOf(other: string): number {
    return this.text.indexOf(other);
  }
  concat(other: string): JavaString {
    return new JavaString(this.text + other);
  }
  toUpperCase(): JavaString {
    return new JavaString(this.text.toUpperCase());
  }
}

/** A number of a JSON text as Java reads it, a Long or else a Double, and as it prints either. */
export class JavaNumber {
  constructor(private readonly json: string) {}

  toString(): string {
    const value = Number(this.json);
    if (!/[.eE]/.test(this.json)) return value.toString();
    const size = Math.abs(value);
    if (size === 0 || (size >= 1e-3 && size < 1e7)) return Number.isInteger(value) ? `${Object.is(value, -0) ? "-0" : value}.0` : `${value}`;
    const [mantissa = "", power = ""] = value.toExponential().split("e");
    return `${mantissa.includes(".") ? mantissa : `${mantissa}.0`}E${power.replace("+", "")}`;
  }
}

const SHORT: Record<string, string> = { "\b": "\\b", "\n": "\\n", "\t": "\\t", "\f": "\\f", "\r": "\\r", "'": "\\'", '"': '\\"', "\\": "\\\\", "/": "\\/" };

/** Commons Lang's escapeJavaScript: it writes an apostrophe as \' and everything outside of ASCII as an escape of its four hexadecimal digits. */
export function escapeJavaScript(text: unknown): JavaString {
  const unit = (char: string) => SHORT[char] ?? `\\u${char.charCodeAt(0).toString(16).toUpperCase().padStart(4, "0")}`;
  return new JavaString(String(text).replace(/[^\x20-\x7e]|['"\\/]/g, unit));
}
