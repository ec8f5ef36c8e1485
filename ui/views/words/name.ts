// The name of a service or a span as one sees it: senders also name things by nothing, or by blanks alone.

/** A name without a visible character stands in quotes. */
export function printName(name: string): string {
  return name.trim() === '' ? JSON.stringify(name) : name;
}
