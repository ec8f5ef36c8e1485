// SQL as a tree. A statement is made of fixed text (from the code), identifiers and values (from anywhere); only
// `print` turns it into text, and only `print` quotes. There is no way to put a string into a statement other than
// as a value, an identifier, or text that a template literal of ours contains.

import { assert } from '../../base/assert.ts';

export type SqlValue = string | number | bigint | boolean | null | Uint8Array | readonly SqlValue[];

export type Sql =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'identifier'; readonly name: string }
  | { readonly kind: 'value'; readonly value: SqlValue }
  | { readonly kind: 'sequence'; readonly parts: readonly Sql[]; readonly separator: string };

/** Interpolations are values unless they are `Sql` already: sql`SELECT 1 WHERE a = ${name}`. */
export function sql(
  texts: TemplateStringsArray,
  ...interpolations: readonly (Sql | SqlValue)[]
): Sql {
  const parts: Sql[] = [];
  texts.forEach((text, at) => {
    if (text !== '') parts.push({ kind: 'text', text });
    const inserted = interpolations[at];
    if (at < interpolations.length && inserted !== undefined) {
      parts.push(isSql(inserted) ? inserted : { kind: 'value', value: inserted });
    }
  });
  return { kind: 'sequence', parts, separator: '' };
}

function isSql(value: Sql | SqlValue): value is Sql {
  return typeof value === 'object' && value !== null && 'kind' in value;
}

/** A table, column or function name; quoted with backticks. */
export function identifier(name: string): Sql {
  return { kind: 'identifier', name };
}

export function value(of: SqlValue): Sql {
  return { kind: 'value', value: of };
}

export const nothing: Sql = { kind: 'sequence', parts: [], separator: '' };

/** The parts with a separator of ours between them. */
export function join(
  parts: readonly Sql[],
  separator: ', ' | ' ' | ' UNION ALL ' | ' AND ' | ' OR ',
): Sql {
  return { kind: 'sequence', parts, separator };
}

/** All must hold; `1` when there is nothing to hold. */
export function and(conditions: readonly Sql[]): Sql {
  if (conditions.length === 0) return sql`1`;
  return join(
    conditions.map((condition) => sql`(${condition})`),
    ' AND ',
  );
}

/** One must hold; `0` when there is none. */
export function or(conditions: readonly Sql[]): Sql {
  if (conditions.length === 0) return sql`0`;
  return sql`(${join(
    conditions.map((condition) => sql`(${condition})`),
    ' OR ',
  )})`;
}

const escapes: Readonly<Record<string, string>> = {
  '\\': '\\\\',
  "'": "\\'",
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\0': '\\0',
  '\b': '\\b',
  '\f': '\\f',
};

function printString(text: string): string {
  // oxlint-disable-next-line no-control-regex -- control characters are exactly what must be escaped
  return `'${text.replace(/[\\'\n\r\t\0\u0008\f]/g, (character) => escapes[character] ?? character)}'`;
}

function printValue(of: SqlValue): string {
  if (of === null) return 'NULL';
  switch (typeof of) {
    case 'string':
      return printString(of);
    case 'boolean':
      return of ? 'true' : 'false';
    case 'bigint':
      return of.toString();
    case 'number':
      if (Number.isNaN(of)) return 'nan';
      return Number.isFinite(of) ? String(of) : of > 0 ? 'inf' : '-inf';
    default:
      break;
  }
  if (of instanceof Uint8Array) {
    let hex = '';
    for (const byte of of) hex += byte.toString(16).padStart(2, '0');
    return `unhex('${hex}')`;
  }
  return `[${of.map(printValue).join(', ')}]`;
}

/** The statement as ClickHouse reads it. */
export function print(statement: Sql): string {
  switch (statement.kind) {
    case 'text':
      return statement.text;
    case 'identifier':
      assert(!statement.name.includes('\0'), 'an identifier holds a zero byte');
      return `\`${statement.name.replaceAll('\\', '\\\\').replaceAll('`', '\\`')}\``;
    case 'value':
      return printValue(statement.value);
    case 'sequence':
      return statement.parts.map(print).join(statement.separator);
  }
}
