// A counted value as the condition that selects it, in TraceQL or LogQL.

import { structuredMetadataName } from '../../model/log-labels.ts';
import { quoteGo } from '../language/go-string.ts';
import { printReference } from '../traceql/syntax/print.ts';
import { printStatic } from '../traceql/syntax/print-static.ts';
import type { StaticValue } from '../traceql/syntax/ast.ts';
import type { ValueCount } from '../difference-source.ts';

const nowhere = { start: 0, end: 0 };

function staticOf({ type, value }: ValueCount): StaticValue {
  switch (type) {
    case 'int':
      return { type: 'int', value: BigInt(value) };
    case 'double':
      return { type: 'float', value: Number(value) };
    case 'bool':
      return { type: 'bool', value: value === 'true' };
    case 'string':
    case 'keyword':
      return { type: 'string', value };
  }
}

/** `span.http.route = "/pay"`, `status = error`. */
export function printTraceqlCondition(count: ValueCount): string {
  const { scope, key, value, type } = count;
  const text = type === 'keyword' ? value : printStatic(staticOf(count));
  if (scope === 'intrinsic')
    return key === 'service' ? `resource.service.name = ${text}` : `${key} = ${text}`;
  const field = printReference({
    kind: 'attribute',
    scope: scope === 'resource' ? 'resource' : 'span',
    parent: false,
    name: key,
    span: nowhere,
  });
  return `${field} = ${text}`;
}

const labelOfField: Readonly<Record<string, string>> = {
  service: 'service_name',
  level: 'detected_level',
  event_name: 'event_name',
};

/** `http_route="/pay"`. */
export function printLogqlCondition({ scope, key, value }: ValueCount): string {
  const name = scope === 'intrinsic' ? (labelOfField[key] ?? key) : structuredMetadataName(key);
  return `${name}=${quoteGo(value)}`;
}
