// Tempo's search before TraceQL: `tags` in logfmt with `minDuration` and `maxDuration`, written as a TraceQL query. Each
// tag must be found somewhere in the trace; a value is a part of the text, whatever its case.

import { Failure } from '../../../base/errors.ts';
import { unquoteGo } from '../../language/go-string.ts';
import type { FieldReference } from './ast.ts';
import { kindNames, statusNames } from './catalogue.ts';
import { printReference } from './print.ts';
import { printStatic } from './print-static.ts';

const nowhere = { start: 0, end: 0 };

/** `key=value key="a value" key`; a key alone has an empty value. */
function parseTags(given: string): readonly (readonly [string, string])[] {
  const text = given.trim();
  const pair = /\s*([^\s="]+)(?:=("(?:[^"\\]|\\[^])*"|[^\s"]*))?(?=\s|$)/y;
  const tags: (readonly [string, string])[] = [];
  while (pair.lastIndex < text.length) {
    const at = pair.lastIndex;
    const [, key, value = ''] = pair.exec(text) ?? [];
    if (key === undefined) {
      throw new Failure('syntax', `invalid tags at ${JSON.stringify(text.slice(at, at + 50))}`, {
        position: { start: at, end: text.length },
      });
    }
    tags.push([key, value.startsWith('"') ? unquoteGo(value) : value]);
  }
  return tags;
}

function contains(field: string, value: string): string {
  const pattern = `(?i).*${value.replace(/[\\.+*?()|[\]{}^$]/g, '\\$&')}.*`;
  return `${field} =~ ${printStatic({ type: 'string', value: pattern })}`;
}

const intrinsicTags: Readonly<Record<string, string>> = {
  'service.name': 'resource.service.name',
  'root.service.name': 'rootServiceName',
  'root.name': 'rootName',
  name: 'name',
};

function conditionOf(key: string, value: string): string {
  if (key === 'error') return value === 'false' ? 'status != error' : 'status = error';
  if ((key === 'status.code' || key === 'status') && statusNames.has(value))
    return `status = ${value}`;
  if (key === 'kind' && kindNames.has(value)) return `kind = ${value}`;
  const intrinsic = Object.hasOwn(intrinsicTags, key) ? intrinsicTags[key] : undefined;
  if (intrinsic !== undefined) return contains(intrinsic, value);
  const field: FieldReference = {
    kind: 'attribute',
    scope: 'none',
    parent: false,
    name: key,
    span: nowhere,
  };
  const name = printReference(field);
  const typed = /^-?\d+(?:\.\d+)?$/.test(value) || value === 'true' || value === 'false';
  // Numbers and booleans are compared as such too: a pattern does not fit them.
  return typed ? `(${contains(name, value)} || ${name} = ${value})` : contains(name, value);
}

/** Fails with `syntax` when the tags are not logfmt. */
export function traceqlOfTags(
  tags: string,
  minDurationNs: bigint | undefined,
  maxDurationNs: bigint | undefined,
): string {
  const conditions = parseTags(tags).map(([key, value]) => conditionOf(key, value));
  const bound = (operator: string, valueNs: bigint | undefined): void => {
    if (valueNs === undefined) return;
    conditions.push(`traceDuration ${operator} ${printStatic({ type: 'duration', valueNs })}`);
  };
  bound('>=', minDurationNs);
  bound('<=', maxDurationNs);
  return conditions.length === 0
    ? '{ }'
    : conditions.map((condition) => `{ ${condition} }`).join(' && ');
}
