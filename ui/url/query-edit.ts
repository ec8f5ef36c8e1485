// Names and texts as LogQL writes them, and the texts that a query looks for.

/**
 * A field of a line's text as the parsers of LogQL name it: `http.route` is `http_route`, `1st` is `_1st`. Attributes
 * have the names that `structuredMetadataName` makes.
 */
export function logqlName(key: string): string {
  const name = key.replaceAll(/[^a-zA-Z0-9_]/g, '_');
  return /^\d/.test(name) ? `_${name}` : name;
}

export function quoteLogql(value: string): string {
  return JSON.stringify(value);
}

/** Texts that the query's line filters look for, to be marked in the lines. */
export function searchedTexts(query: string): string[] {
  const found: string[] = [];
  // Other quoted texts are matched too, so that what they contain is passed over.
  const quotes = /\|=\s*("(?:[^"\\]|\\.)*"|`[^`]*`)|"(?:[^"\\]|\\.)*"|`[^`]*`/g;
  for (const match of query.matchAll(quotes)) {
    const quoted = match[1] ?? '';
    const text = quoted.startsWith('`') ? quoted.slice(1, -1) : unquote(quoted);
    if (text !== '') found.push(text);
  }
  return found;
}

function unquote(quoted: string): string {
  try {
    const value: unknown = JSON.parse(quoted);
    return typeof value === 'string' ? value : '';
  } catch {
    // Go has escapes that JSON lacks (`\x41`): such a text is simply not marked.
    return '';
  }
}
