// The fields that LogQL's parsers find in a line's text, for a table of them and for columns: names as `| json` and
// `| logfmt` give them, values as they stand there.

import { logqlName } from '../../url/query-edit.ts';

export interface BodyField {
  /** As the parser calls it. */
  readonly name: string;
  /** As the text calls it: `user.id`. */
  readonly path: string;
  readonly value: string;
  /** The parsers leave lists and nulls out, so that nothing can be asked of them. */
  readonly isAskable: boolean;
}

export interface ParsedBody {
  readonly parser: 'json' | 'logfmt';
  readonly fields: readonly BodyField[];
}

const fieldsMax = 1000;
/** Longer texts are not looked into for a row; the detail does. */
const charactersMax = 200_000;

export function parseBody(body: string): ParsedBody | undefined {
  if (body.length > charactersMax) return undefined;
  const text = body.trim();
  if (text.startsWith('{')) return parseJson(text);
  return parseLogfmt(text);
}

/** A number keeps its spelling where the browser tells it. */
class Spelled {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

function spellNumbers(_: string, value: unknown, context?: { readonly source?: string }): unknown {
  return typeof value === 'number' ? new Spelled(context?.source ?? String(value)) : value;
}

function parseJson(text: string): ParsedBody | undefined {
  let root: unknown;
  try {
    root = JSON.parse(text, spellNumbers);
  } catch {
    return undefined;
  }
  if (!isRecord(root)) return undefined;
  const fields: BodyField[] = [];
  const walk = (object: Readonly<Record<string, unknown>>, names: readonly string[]): void => {
    for (const [key, value] of Object.entries(object)) {
      if (fields.length >= fieldsMax) return;
      const path = [...names, key];
      if (isRecord(value)) walk(value, path);
      else fields.push(fieldOf(path, value));
    }
  };
  walk(root, []);
  return { parser: 'json', fields };
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return (
    typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    !(value instanceof Spelled)
  );
}

function fieldOf(path: readonly string[], value: unknown): BodyField {
  const name = logqlName(path.join('_'));
  const shown = path.join('.');
  if (typeof value === 'string') return { name, path: shown, value, isAskable: true };
  if (value instanceof Spelled) return { name, path: shown, value: value.text, isAskable: true };
  if (typeof value === 'boolean')
    return { name, path: shown, value: String(value), isAskable: true };
  const text = JSON.stringify(value, (_, inner: unknown) =>
    inner instanceof Spelled ? Number(inner.text) : inner,
  );
  return { name, path: shown, value: text, isAskable: false };
}

const pair = /(?:^|\s)([A-Za-z_@][\w.@/-]*)=("(?:[^"\\]|\\.)*"|[^\s"]*)/g;
/** So much of the text must be pairs for it to be logfmt. */
const pairsShareMin = 0.6;

function parseLogfmt(text: string): ParsedBody | undefined {
  if (!text.includes('=') || text.includes('\n')) return undefined;
  const fields: BodyField[] = [];
  let covered = 0;
  for (const [whole, key = '', given = ''] of text.matchAll(pair)) {
    covered += whole.length;
    if (fields.length >= fieldsMax) break;
    fields.push({ name: logqlName(key), path: key, value: unquote(given), isAskable: true });
  }
  const isLogfmt = fields.length >= 2 && covered >= pairsShareMin * text.length;
  return isLogfmt ? { parser: 'logfmt', fields } : undefined;
}

function unquote(given: string): string {
  if (!given.startsWith('"')) return given;
  try {
    return String(JSON.parse(given));
  } catch {
    return given.slice(1, -1);
  }
}
