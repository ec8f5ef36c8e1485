// A LogQL log query cut into its matchers and stages as they are written, quotes respected: enough to change one part and
// leave the others as the person wrote them, also while they are still typing.

export interface QueryParts {
  /** `name="value"`, without blanks around the operator. */
  readonly matchers: readonly string[];
  /** `|= "text"`, `| json`, `| name="value"`, … */
  readonly stages: readonly string[];
}

const everything = 'service_name=~".+"';

/** The first offset behind a quoted text that begins at `start`. */
export function endOfQuoted(text: string, start: number): number {
  const quote = text[start];
  let at = start + 1;
  while (at < text.length && text[at] !== quote) {
    if (quote === '"' && text[at] === '\\') at++;
    at++;
  }
  return at + 1;
}

/** Undefined when the text is no query of log lines. The empty text is one of everything. */
export function splitQuery(query: string): QueryParts | undefined {
  const text = query.trim();
  if (text === '') return { matchers: [], stages: [] };
  if (!text.startsWith('{')) return undefined;
  let at = 1;
  while (at < text.length && text[at] !== '}') {
    at = text[at] === '"' || text[at] === '`' ? endOfQuoted(text, at) : at + 1;
  }
  if (text[at] !== '}') return undefined;
  const stages = splitStages(text.slice(at + 1));
  return stages === undefined ? undefined : { matchers: splitMatchers(text.slice(1, at)), stages };
}

/** The stages in the order of the text; undefined when it does not begin with one. */
function splitStages(text: string): string[] | undefined {
  const starts: number[] = [];
  let at = 0;
  let depth = 0;
  while (at < text.length) {
    const sign = text[at] ?? '';
    if (sign === '"' || sign === '`') {
      at = endOfQuoted(text, at);
      continue;
    }
    if (sign === '(') depth++;
    if (sign === ')') depth--;
    if (depth === 0 && beginsStage(text, at, starts.at(-1))) {
      starts.push(at);
      at++;
    }
    at++;
  }
  if (text.trim() !== '' && text.slice(0, starts[0] ?? text.length).trim() !== '') return undefined;
  return starts.map((start, place) => text.slice(start, starts[place + 1] ?? text.length).trim());
}

/** `!=` and its like also stand inside of a label filter: there they follow a name. */
function beginsStage(text: string, at: number, before: number | undefined): boolean {
  if (text[at] === '|') return true;
  if (text[at] !== '!' || !/[=~>]/.test(text[at + 1] ?? '')) return false;
  const stage = text.slice(before ?? 0, at).trim();
  return (
    stage === '' || /["`)]$/.test(stage) || /^\|\s*(?:json|logfmt|unpack|decolorize)$/.test(stage)
  );
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

function tidyMatcher(text: string): string {
  return text.trim().replace(/^([a-zA-Z_]\w*)\s*(=~|!~|!=|=)\s*/, '$1$2');
}

/** Loki wants one matcher that cannot match the empty string, so that one is added where all only exclude. */
export function joinQuery({ matchers, stages }: QueryParts): string {
  if (matchers.length === 0 && stages.length === 0) return '';
  const isOpen = matchers.every((one) => /^\w+!/.test(one));
  const kept = isOpen ? [everything, ...matchers] : matchers;
  if (stages.length === 0 && kept.length === 1 && kept[0] === everything) return '';
  return [`{${kept.join(', ')}}`, ...stages].join(' ');
}
