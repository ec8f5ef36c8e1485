// `json` and `unpack`: labels from a line that is a JSON object.

import type { Extraction } from '../../syntax/ast.ts';
import { parseJsonPath, type JsonPath } from '../../syntax/json-path.ts';
import type { Entry, LineStage } from '../entry.ts';
import {
  forEachLeaf,
  forEachMember,
  JsonTextError,
  skipWhitespace,
  stringText,
  valueSpan,
  type JsonSpan,
} from './json-text.ts';
import { sanitizeLabelName } from './label-names.ts';

function spanText(line: string, span: JsonSpan): string {
  return span.kind === 'string' ? stringText(line, span) : line.slice(span.start, span.end);
}

function failJson(entry: Entry, error: unknown): void {
  if (!(error instanceof JsonTextError)) throw error;
  entry.fail('JSONParserErr', error.message);
}

function joinKeys(prefix: string, key: string): string {
  return prefix === '' ? key : `${prefix}_${key}`;
}

/** All members, nested ones under joined names; arrays and nulls are left out. */
export const jsonStage: LineStage = (entry) => {
  if (entry.hints.nothing || entry.satisfied) return true;
  const { line } = entry;
  try {
    forEachLeaf(
      line,
      (prefix, key, span) => {
        if (span.kind === 'null' || span.kind === 'array') return true;
        const name = sanitizeLabelName(joinKeys(prefix, key));
        if (name !== '' && entry.wants(name)) entry.extract(name, spanText(line, span));
        return !entry.satisfied;
      },
      joinKeys,
    );
  } catch (error) {
    failJson(entry, error);
  }
  return true;
};

/** Where the path leads from the value at `start`, or undefined. */
function findPath(line: string, start: number, path: JsonPath, step: number): JsonSpan | undefined {
  const wanted = path[step];
  if (wanted === undefined) return valueSpan(line, start);
  if (typeof wanted === 'string') {
    if (line[start] !== '{') return undefined;
    let found: JsonSpan | undefined;
    forEachMember(line, start, (key, valueStart) => {
      if (key !== wanted) return valueSpan(line, valueStart).end;
      found = findPath(line, valueStart, path, step + 1);
      return undefined;
    });
    return found;
  }
  if (line[start] !== '[') return undefined;
  let at = skipWhitespace(line, start + 1);
  for (let index = 0; line[at] !== ']'; index++) {
    if (index === wanted) return findPath(line, at, path, step + 1);
    at = skipWhitespace(line, valueSpan(line, at).end);
    if (line[at] !== ',') return undefined;
    at = skipWhitespace(line, at + 1);
  }
  return undefined;
}

/** Only what the expressions name; a path without a value gives an empty label. */
export function jsonExpressionStage(extractions: readonly Extraction[]): LineStage {
  const paths = extractions.map(({ name, expression }) => ({
    name,
    path: parseJsonPath(expression),
  }));
  return (entry) => {
    if (entry.hints.nothing) return true;
    const { line } = entry;
    const start = skipWhitespace(line, 0);
    try {
      if (line[start] !== '{' && line[start] !== '[')
        throw new JsonTextError('expecting json object(6), but it is not');
      valueSpan(line, start);
      for (const { name, path } of paths) {
        if (!entry.wants(name)) continue;
        const span = findPath(line, start, path, 0);
        entry.extract(name, span === undefined || span.kind === 'null' ? '' : spanText(line, span));
      }
    } catch (error) {
      failJson(entry, error);
    }
    return true;
  };
}

/** What an agent packed: texts become labels, `_entry` the line; without `_entry` nothing happens. */
export const unpackStage: LineStage = (entry) => {
  const { line } = entry;
  const labels: [string, string][] = [];
  let packed: string | undefined;
  try {
    const start = skipWhitespace(line, 0);
    forEachMember(line, start, (key, valueStart) => {
      const span = valueSpan(line, valueStart);
      if (span.kind === 'string') {
        if (key === '_entry') packed = stringText(line, span);
        else labels.push([sanitizeLabelName(key), stringText(line, span)]);
      }
      return span.end;
    });
  } catch (error) {
    failJson(entry, error);
    return true;
  }
  if (packed === undefined) return true;
  for (const [name, value] of labels)
    if (name !== '' && entry.wants(name)) entry.extract(name, value);
  entry.line = packed;
  return true;
};
