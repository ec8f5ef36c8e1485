// JSON answers as Go's encoders write them where a client can tell: big integers bare, `<`, `>` and `&` escaped.

const escaped: Readonly<Record<string, string>> = {
  '<': '\\u003c',
  '>': '\\u003e',
  '&': '\\u0026',
  '\u2028': '\\u2028',
  '\u2029': '\\u2029',
};

/** A JSON string literal as Go's `encoding/json` writes it. */
export function goJsonString(text: string): string {
  return JSON.stringify(text).replace(
    /[<>&\u2028\u2029]/g,
    (character) => escaped[character] ?? character,
  );
}

/** JSON with bigints as decimal strings, the form that JavaScript clients can read. */
export function printJson(value: unknown): string {
  return JSON.stringify(value, (_, item: unknown) =>
    typeof item === 'bigint' ? item.toString() : item,
  );
}
