// Spans in columns are selected as spans that are records: the same predicates, row by row.

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { shopTrace, spansBatchOf } from '../../../../test/traceql-spans.ts';
import type { SpanPredicate, SpanScope, SpanStatic } from '../../sources.ts';
import { intrinsicNames, intrinsics } from '../syntax/catalogue.ts';
import { predicateFilter } from './predicate-filter.ts';
import { columnFilter } from './span-columns.ts';
import { TraceView } from './trace-view.ts';

const attribute = fc.record({
  scope: fc.constantFrom<SpanScope>('any', 'span', 'resource', 'event', 'link', 'instrumentation'),
  name: fc.constantFrom(
    'http.status_code',
    'http.route',
    'retried',
    'items',
    'total',
    'tags',
    'region',
    'amount',
    'service.name',
    'exception.type',
    'absent',
  ),
});
const intrinsic = fc.record({
  scope: fc.constant<SpanScope>('intrinsic'),
  name: fc.constantFrom(...intrinsicNames.filter((name) => !intrinsics[name].ofTrace)),
});
const value: fc.Arbitrary<SpanStatic> = fc.oneof(
  fc
    .constantFrom('checkout', 'eu', 'a', '/checkout', 'exception', 'charge', 'é', '.*', '')
    .map((text): SpanStatic => ({ kind: 'string', value: text })),
  fc.constantFrom(500n, 502n, 3n, 0n).map((int): SpanStatic => ({ kind: 'int', value: int })),
  fc.constantFrom(19.5, 500).map((float): SpanStatic => ({ kind: 'float', value: float })),
  fc.boolean().map((bool): SpanStatic => ({ kind: 'bool', value: bool })),
  fc.constantFrom(5_000_000n).map((valueNs): SpanStatic => ({ kind: 'duration', valueNs })),
  fc.constantFrom('error', 'client').map((word): SpanStatic => ({ kind: 'keyword', value: word })),
  fc.constant<SpanStatic>({ kind: 'nil' }),
);
const condition = fc
  .tuple(
    fc.oneof(attribute, intrinsic),
    fc.constantFrom('=', '!=', '=~', '!~', '>', '>=', '<', '<='),
    value,
  )
  .map(([field, operator, wanted]): SpanPredicate => ({
    kind: 'condition',
    ...field,
    operator,
    value: wanted,
  }));
const { predicate } = fc.letrec<{ predicate: SpanPredicate }>((tie) => ({
  predicate: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    condition,
    fc.record({
      kind: fc.constantFrom('and', 'or'),
      operands: fc.array(tie('predicate'), { maxLength: 3 }),
    }),
  ),
}));

test('a predicate holds for the same rows', () => {
  const trace = new TraceView(shopTrace[0]!.traceId, shopTrace);
  const batch = spansBatchOf(shopTrace);
  fc.assert(
    fc.property(predicate, (wanted) => {
      const holds = columnFilter(wanted, batch);
      const rows = shopTrace.map((_, row) => holds(row));
      expect(rows).toEqual(trace.spans.map(predicateFilter(wanted)));
    }),
    { numRuns: 2000 },
  );
});
