// Names and values as TraceQL writes them, for queries that clicks make.

import type { ExploreAttribute } from '../../src/api/explore/contract/records.ts';

export function quoteTraceql(value: string): string {
  return JSON.stringify(value);
}

/** `span.http.route = "/pay"`; undefined for a value that TraceQL cannot compare with. */
export function attributeCondition(
  scope: 'span' | 'resource',
  { key, value, type }: ExploreAttribute,
): string | undefined {
  const plain = /^[A-Za-z_][\w.\-/:]*$/.test(key);
  const name = plain ? `${scope}.${key}` : `${scope}.${quoteTraceql(key)}`;
  switch (type) {
    case 'string':
      return `${name} = ${quoteTraceql(value)}`;
    case 'int':
    case 'double':
    case 'bool':
      return `${name} = ${value}`;
    case 'json':
    case 'empty':
      return undefined;
  }
}
