// Clicks that become LogQL: a field's + and − change the query's text and nothing else of it. Works on the text, with
// its quotes respected, so that it also serves a query that is still being typed.

export interface FieldFilter {
  readonly name: string;
  readonly value: string;
  readonly exclude: boolean;
  /** Labels of the stream go into the braces; other fields become a stage. */
  readonly isStreamLabel: boolean;
}

interface Selector {
  /** Offset of `{`. */
  readonly start: number;
  /** Offset behind `}`. */
  readonly end: number;
}

/** A field's name as LogQL can write it: `http.route` is asked for as `http_route`. */
export function logqlName(key: string): string {
  const name = key.replaceAll(/[^a-zA-Z0-9_]/g, '_');
  return /^\d/.test(name) ? `_${name}` : name;
}

export function quoteLogql(value: string): string {
  return JSON.stringify(value);
}

/** Undefined when the query is not one of log lines: there is no place for a filter then. */
export function addFilter(
  query: string,
  filter: FieldFilter,
  streamOfLine: Readonly<Record<string, string>>,
): string | undefined {
  const text = query.trim();
  if (text === '') return addFilter(firstSelector(filter, streamOfLine), filter, streamOfLine);
  const selector = findSelector(text);
  if (selector === undefined || selector.start !== 0) return undefined;
  return filter.isStreamLabel
    ? withMatcher(text, selector, filter)
    : withStage(text, selector, filter);
}

function firstSelector(
  filter: FieldFilter,
  streamOfLine: Readonly<Record<string, string>>,
): string {
  if (filter.isStreamLabel && !filter.exclude) return '{}';
  if (filter.isStreamLabel) return `{${logqlName(filter.name)}=~".+"}`;
  const service = streamOfLine['service_name'];
  if (service !== undefined) return `{service_name=${quoteLogql(service)}}`;
  const [name, value] = Object.entries(streamOfLine)[0] ?? [];
  if (name === undefined || value === undefined) return '{service_name=~".+"}';
  return `{${name}=${quoteLogql(value)}}`;
}

/** The first braces outside of quotes. */
export function findSelector(text: string): Selector | undefined {
  let start = -1;
  let at = 0;
  while (at < text.length) {
    const sign = text[at];
    if (sign === '"' || sign === '`') {
      at = endOfQuoted(text, at);
      continue;
    }
    if (sign === '{' && start < 0) start = at;
    if (sign === '}' && start >= 0) return { start, end: at + 1 };
    at++;
  }
  return undefined;
}

function endOfQuoted(text: string, start: number): number {
  const quote = text[start];
  let at = start + 1;
  while (at < text.length && text[at] !== quote) {
    if (quote === '"' && text[at] === '\\') at++;
    at++;
  }
  return at + 1;
}

function withMatcher(text: string, selector: Selector, filter: FieldFilter): string {
  const inside = text.slice(selector.start + 1, selector.end - 1).trim();
  const rest = text.slice(selector.end);
  const name = logqlName(filter.name);
  const matcher = `${name}${filter.exclude ? '!=' : '='}${quoteLogql(filter.value)}`;
  const matchers = splitMatchers(inside);
  if (matchers.includes(matcher)) return text;
  const opposite = `${name}${filter.exclude ? '=' : '!='}${quoteLogql(filter.value)}`;
  const kept = matchers.filter((one) => {
    if (one === opposite) return false;
    // A label has one value: asking for another one replaces the first.
    return filter.exclude || !one.startsWith(`${name}="`);
  });
  // Loki wants one matcher that cannot match the empty string.
  if (filter.exclude && kept.length === 0) kept.push(`${name}=~".+"`);
  return `{${[...kept, matcher].join(', ')}}${rest}`;
}

function splitMatchers(inside: string): string[] {
  const matchers: string[] = [];
  let from = 0;
  let at = 0;
  while (at < inside.length) {
    const sign = inside[at];
    if (sign === '"' || sign === '`') {
      at = endOfQuoted(inside, at);
      continue;
    }
    if (sign === ',') {
      matchers.push(inside.slice(from, at));
      from = at + 1;
    }
    at++;
  }
  matchers.push(inside.slice(from));
  return matchers.map(tidyMatcher).filter((one) => one !== '');
}

/** `name = "value"` without the blanks around its operator. */
function tidyMatcher(text: string): string {
  return text.trim().replace(/^([a-zA-Z_]\w*)\s*(=~|!~|!=|=)\s*/, '$1$2');
}

function withStage(text: string, selector: Selector, filter: FieldFilter): string {
  const name = logqlName(filter.name);
  const stage = `| ${name}${filter.exclude ? '!=' : '='}${quoteLogql(filter.value)}`;
  const opposite = `| ${name}${filter.exclude ? '=' : '!='}${quoteLogql(filter.value)}`;
  const pipeline = text.slice(selector.end);
  if (hasStage(pipeline, stage)) return text;
  if (hasStage(pipeline, opposite)) {
    return text.slice(0, selector.end) + pipeline.replace(opposite, () => stage);
  }
  return `${text.trimEnd()} ${stage}`;
}

function hasStage(pipeline: string, stage: string): boolean {
  const at = pipeline.indexOf(stage);
  if (at < 0) return false;
  return /^\s*(?:\||$)/.test(pipeline.slice(at + stage.length));
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
