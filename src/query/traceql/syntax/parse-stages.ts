// Stages that are written as functions: `by`, `coalesce`, `select`, aggregates, and the metrics functions with their
// `by (…)`.

import type {
  Aggregate,
  AggregateName,
  FieldReference,
  MetricsAggregate,
  MetricsCompare,
  MetricsFunction,
  SpansetFilter,
  Stage,
} from './ast.ts';
import { parseField, parseReference, readNumber } from './parse-fields.ts';
import { numberOf } from './fold.ts';
import type { TokenReader } from './token-reader.ts';

export const stageFunctions: ReadonlySet<string> = new Set(['by', 'coalesce', 'select', 'logs']);

const metricsFunctions: ReadonlySet<string> = new Set<MetricsFunction | 'compare'>([
  'rate',
  'count_over_time',
  'min_over_time',
  'max_over_time',
  'sum_over_time',
  'avg_over_time',
  'quantile_over_time',
  'histogram_over_time',
  'compare',
]);

/** Default of `compare`'s second argument. */
const compareTopN = 10;

export function isMetricsFunction(word: string | undefined): word is MetricsFunction | 'compare' {
  return word !== undefined && metricsFunctions.has(word);
}

/** `{ … }`. */
export function parseFilter(reader: TokenReader): SpansetFilter {
  const { start } = reader.token.span;
  reader.count();
  reader.expect('{');
  if (reader.accept('}')) {
    const span = reader.spanFrom(start);
    return {
      kind: 'filter',
      expression: { kind: 'static', value: { type: 'bool', value: true }, span },
      span,
    };
  }
  const expression = parseField(reader);
  reader.expect('}');
  return { kind: 'filter', expression, span: reader.spanFrom(start) };
}

export function parseAggregate(reader: TokenReader, name: AggregateName): Aggregate {
  const { start } = reader.next().span;
  reader.expect('(');
  const argument = name === 'count' ? undefined : parseField(reader);
  reader.expect(')');
  return { kind: 'aggregate', name, argument, span: reader.spanFrom(start) };
}

function parseReferences(reader: TokenReader): FieldReference[] {
  const references: FieldReference[] = [];
  do references.push(parseReference(reader));
  while (reader.accept(','));
  return references;
}

export function parseStageFunction(reader: TokenReader): Stage {
  const name = reader.word;
  if (name === 'logs') {
    const { start } = reader.token.span;
    const query = reader.nextEmbedded();
    return { kind: 'logs', query, span: reader.spanFrom(start) };
  }
  const { start } = reader.next().span;
  reader.expect('(');
  if (name === 'coalesce') {
    reader.expect(')');
    return { kind: 'coalesce', span: reader.spanFrom(start) };
  }
  if (name === 'by') {
    const expression = parseField(reader);
    reader.expect(')');
    return { kind: 'by', expression, span: reader.spanFrom(start) };
  }
  const fields = parseReferences(reader);
  reader.expect(')');
  return { kind: 'select', fields, span: reader.spanFrom(start) };
}

function parseNumber(reader: TokenReader): number {
  const value = readNumber(reader, reader.accept('-'));
  return numberOf(value) ?? 0;
}

/** A whole number, for limits and instants. */
function parseInteger(reader: TokenReader): bigint {
  const { token } = reader;
  if (token.kind !== 'static' || token.value.type !== 'int') throw reader.unexpected('INTEGER');
  reader.next();
  return token.value.value;
}

function parseCompare(reader: TokenReader): MetricsCompare {
  const { start } = reader.next().span;
  reader.expect('(');
  const selection = parseFilter(reader);
  const topN = reader.accept(',') ? Number(parseInteger(reader)) : compareTopN;
  let startNs = 0n;
  let endNs = 0n;
  if (reader.accept(',')) {
    startNs = parseInteger(reader);
    reader.expect(',');
    endNs = parseInteger(reader);
  }
  reader.expect(')');
  const span = reader.spanFrom(start);
  return { kind: 'metrics-compare', selection, topN, startNs, endNs, span };
}

export function parseMetricsFunction(
  reader: TokenReader,
  name: MetricsFunction | 'compare',
): MetricsAggregate | MetricsCompare {
  if (name === 'compare') return parseCompare(reader);
  const { start } = reader.next().span;
  reader.expect('(');
  const counts = name === 'rate' || name === 'count_over_time';
  const field = counts ? undefined : parseReference(reader);
  const quantiles: number[] = [];
  if (name === 'quantile_over_time') {
    reader.expect(',');
    do quantiles.push(parseNumber(reader));
    while (reader.accept(','));
  }
  reader.expect(')');
  let by: readonly FieldReference[] = [];
  if (reader.word === 'by') {
    reader.next();
    reader.expect('(');
    by = parseReferences(reader);
    reader.expect(')');
  }
  const span = reader.spanFrom(start);
  return { kind: 'metrics-aggregate', name, field, quantiles, by, span };
}

export function parseRank(reader: TokenReader): {
  readonly name: 'topk' | 'bottomk';
  readonly limit: number;
} {
  const name = reader.word;
  if (name !== 'topk' && name !== 'bottomk') throw reader.unexpected();
  reader.count();
  reader.next();
  reader.expect('(');
  const limit = Number(parseInteger(reader));
  reader.expect(')');
  return { name, limit };
}
