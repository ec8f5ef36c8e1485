// A log line's body as one row can show it, and the parts of it that a search looks for.

import type {
  ExploreAttribute,
  ExploreLogLine,
} from '../../../src/api/explore/contract/records.ts';
import { structuredMetadataName } from '../../../src/model/log-labels.ts';
import { plainText } from './ansi.ts';
import { parseBody } from './body-fields.ts';

export interface TextPart {
  readonly text: string;
  readonly found: boolean;
}

/** A row is never wider than a screen; the rest is in the line's detail. */
const rowCharactersMax = 1000;

/** The first line, and how many lines follow it. */
export function firstLine(body: string): { readonly text: string; readonly more: number } {
  const text = plainText(body.slice(0, 8 * rowCharactersMax));
  const trimmed = text.trim();
  const end = trimmed.search(/\r?\n/);
  if (end < 0) return { text: trimmed.slice(0, rowCharactersMax), more: 0 };
  const more = body.trim().split('\n').length - 1;
  return { text: trimmed.slice(0, Math.min(end, rowCharactersMax)), more };
}

/** Cut at what is looked for, regardless of case when all of it is in lower case. */
export function splitFound(text: string, searched: readonly string[]): TextPart[] {
  const parts: TextPart[] = [];
  let from = 0;
  while (from < text.length) {
    const next = nextFound(text, from, searched);
    if (next === undefined) break;
    if (next.start > from) parts.push({ text: text.slice(from, next.start), found: false });
    parts.push({ text: text.slice(next.start, next.end), found: true });
    from = next.end;
  }
  if (from < text.length) parts.push({ text: text.slice(from), found: false });
  return parts;
}

function nextFound(
  text: string,
  from: number,
  searched: readonly string[],
): { start: number; end: number } | undefined {
  let best: { start: number; end: number } | undefined;
  for (const wanted of searched) {
    if (wanted === '') continue;
    const start = text.indexOf(wanted, from);
    if (start >= 0 && (best === undefined || start < best.start)) {
      best = { start, end: start + wanted.length };
    }
  }
  return best;
}

/** JSON is laid out for reading; anything else, and JSON that a reader would not gain from, stays. */
export function readableBody(body: string): string {
  const text = plainText(body);
  const start = text.trimStart()[0];
  if (start !== '{' && start !== '[') return text;
  try {
    return JSON.stringify(JSON.parse(text), undefined, 2);
  } catch {
    return text;
  }
}

/** `user=u-1 route=/pay`: the first few attributes that are short enough for a row. */
export function rowAttributes(
  attributes: readonly ExploreAttribute[],
): readonly ExploreAttribute[] {
  return attributes
    .filter((one) => one.value !== '' && one.value.length <= 60 && !/[\r\n]/.test(one.value))
    .filter((one) => !idKeys.has(one.key.toLowerCase().replaceAll(/[._-]/g, '')))
    .slice(0, 6);
}

/** Said by the link of the row already. */
const idKeys: ReadonlySet<string> = new Set(['traceid', 'spanid', 'traceflags', 'traceparent']);

const shortIdCharacters = 4;

/** Enough of a trace ID to tell its neighbours apart; the zeros before a 64-bit one tell nothing. */
export function shortTraceId(traceId: string): string {
  return (/^0{16}(?=.*[^0])(.*)$/.exec(traceId)?.[1] ?? traceId).slice(0, shortIdCharacters);
}

/** Lines and the fields of their texts, looked into once. */
const bodyFields = new WeakMap<ExploreLogLine, ReadonlyMap<string, string>>();

/** What a column shows of a line: its label, attribute or sender's attribute, else what a parser finds in its text. */
export function columnValue(line: ExploreLogLine, name: string): string {
  const label = line.labels[name];
  if (label !== undefined) return label;
  if (name === 'detected_level') return line.level;
  if (name === 'trace_id') return line.traceId;
  if (name === 'span_id') return line.spanId;
  const isMeant = ({ key }: ExploreAttribute): boolean =>
    key === name || structuredMetadataName(key) === name;
  const attribute = line.attributes.find(isMeant) ?? line.resource.find(isMeant);
  if (attribute !== undefined) return attribute.value;
  let fields = bodyFields.get(line);
  if (fields === undefined) {
    const parsed = parseBody(line.body)?.fields ?? [];
    fields = new Map(parsed.map((field) => [field.name, field.value]));
    bodyFields.set(line, fields);
  }
  return fields.get(name.replace(/_extracted$/, '')) ?? '';
}
