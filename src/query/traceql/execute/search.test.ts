import { describe, expect, test } from 'vitest';
import {
  originNs,
  secondNs,
  shopTrace,
  spanIdOf,
  spanOf,
  spansBatchOf,
  traceIdOf,
} from '../../../../test/traceql-spans.ts';
import type { SpanRecord } from '../../../model/span-record.ts';
import type { TraceqlAttribute, TraceqlSearchRequest, TraceqlSearchResult } from '../engine.ts';
import { createTraceqlEngine } from './engine.ts';
import { MemorySpanSource } from './memory-source.ts';

const letters = new Map('GCSPDROABEX'.split('').map((letter) => [spanIdOf(letter), letter]));

async function search(
  query: string,
  spans: readonly SpanRecord[] = shopTrace,
  changes: Partial<TraceqlSearchRequest> = {},
): Promise<TraceqlSearchResult> {
  const request = {
    query,
    tenants: ['t'],
    startNs: originNs,
    endNs: originNs + 3600n * secondNs,
    limit: 20,
    spansPerSpanset: 100,
    ...changes,
  };
  const { signal } = new AbortController();
  const records = new MemorySpanSource();
  records.add('t', spans);
  const found = await createTraceqlEngine({ spans: records }).search(request, signal);
  // The same spans in columns are the same traces; the columns alone may let more of them through to be inspected.
  const columns = new MemorySpanSource();
  columns.addBatch('t', spansBatchOf(spans));
  const { traces } = await createTraceqlEngine({ spans: columns }).search(request, signal);
  expect(traces, query).toEqual(found.traces);
  return found;
}

/** Letters of the matched spans, spansets apart. */
async function check(query: string, expected: string): Promise<void> {
  const { traces } = await search(query);
  const shown = traces
    .flatMap(({ spansets }) => spansets)
    .map(({ spans }) => spans.map(({ span }) => letters.get(span.spanId)).join(''));
  expect(shown.join(' '), query).toBe(expected);
}

function show(attributes: readonly TraceqlAttribute[]): string {
  return attributes.map(({ key, value }) => `${key}=${value.value}`).join(' ');
}

describe('spanset filters', () => {
  const all = 'GCSDPRO';
  const cases: readonly (readonly [string, string])[] = [
    ['{ }', all],
    ['{ false }', ''],
    ['{ name = "charge" }', 'P'],
    ['{ span:name =~ "GET /.*" }', 'GS'],
    ['{ name =~ "GET" }', ''],
    ['{ name !~ "[a-z]+" }', 'GCSD'],
    ['{ name > "c" && name < "d" }', 'CP'],
    ['{ kind = client && status != error }', 'D'],
    ['{ span:status = error }', 'P'],
    ['{ statusMessage = "card declined" }', 'P'],
    ['{ duration > 500ms && duration <= 850ms }', 'CP'],
    ['{ duration > 0.5s * 1.5 }', 'GC'],
    ['{ traceDuration >= 900ms && rootServiceName = "gateway" && name = "retry" }', 'R'],
    ['{ rootName = "GET /checkout" && trace:duration = 900ms && span:childCount = 2 }', 'GC'],
    // Names with their scope.
    ['{ span:duration = 900ms || span:kind = client && span:statusMessage = "" }', 'GD'],
    [
      '{ trace:rootName = "GET /checkout" && trace:rootService = "gateway" && name = "retry" }',
      'R',
    ],
    ['{ instrumentation:version = "" && instrumentation:name = "express" }', 'C'],
    // Numbers compare across types; text never with numbers.
    ['{ .http.status_code >= 500 }', 'GP'],
    ['{ .http.status_code = 502.0 }', 'G'],
    ['{ .http.status_code > "1" }', ''],
    ['{ .total > 19 && .items < 3.5 }', 'C'],
    ['{ .items + 1 = 4 }', 'C'],
    ['{ .items / 2 = 1 }', 'C'],
    ['{ 2 < .items }', 'C'],
    ['{ -.items = -3 }', 'C'],
    ['{ .items ^ 2 = 9 }', 'C'],
    // Scopes: unscoped is the span first, then the resource.
    ['{ .region = "us" }', 'P'],
    ['{ .region = "eu" }', 'GC'],
    ['{ resource.region = "eu" }', 'GCP'],
    ['{ span.region = "eu" }', ''],
    ['{ resource.service.name = "checkout" }', 'CD'],
    ['{ ."odd key" = "x y" }', 'D'],
    ['{ .retried }', 'G'],
    ['{ !.retried }', ''],
    // What is missing is neither equal nor unequal, and can be asked for.
    ['{ .items != 4 }', 'C'],
    ['{ .items = nil }', 'GSDPRO'],
    ['{ .items != nil }', 'C'],
    ['{ kind != nil }', all],
    ['{ .region = "us" || .db.system != "mysql" }', 'DP'],
    ['{ !(.items = 3) }', 'GSDPRO'],
    // Lists: one is enough for =, all are needed for !=.
    ['{ .tags = "b" }', 'C'],
    ['{ .tags != "b" }', ''],
    ['{ .tags != "c" }', 'C'],
    ['{ .tags =~ "[bc]" }', 'C'],
    // Events, links, instrumentation.
    ['{ event:name = "log" }', 'P'],
    ['{ event:timeSinceStart > 500ms }', 'P'],
    ['{ link.kind = "x" }', ''],
    ['{ event.exception.type = "Declined" }', 'P'],
    ['{ .exception.type = "Declined" }', ''],
    [`{ link:spanID = "58" }`, 'P'],
    [`{ link:traceID = "${traceIdOf('L').toUpperCase()}" }`, 'P'],
    ['{ instrumentation:name = "express" }', 'C'],
    [`{ trace:id = "54" && span:id = "${spanIdOf('R')}" }`, 'R'],
    [`{ span:parentID = "${spanIdOf('P')}" }`, 'R'],
    // The nested set: roots have -1, what hangs on no root 0.
    ['{ nestedSetParent < 0 }', 'G'],
    ['{ nestedSetParent = 0 }', 'O'],
    ['{ nestedSetLeft = 1 && nestedSetRight = 12 }', 'G'],
  ];
  test.each(cases)('%s', check);

  test('integer division by zero fails the query', async () => {
    await expect(search('{ .items / 0 = 1 }')).rejects.toMatchObject({ code: 'execution' });
  });
});

describe('structural operators', () => {
  const cases: readonly (readonly [string, string])[] = [
    ['{ name = "createOrder" } > { }', 'DP'],
    ['{ name = "createOrder" } >> { }', 'DPR'],
    ['{ name = "retry" } < { }', 'P'],
    ['{ name = "retry" } << { }', 'GCP'],
    ['{ name = "charge" } ~ { }', 'D'],
    ['{ } ~ { name = "GET /logo" }', 'S'],
    ['{ name = "GET /checkout" } !> { }', 'GDPRO'],
    ['{ name = "GET /checkout" } !>> { }', 'GO'],
    ['{ name = "retry" } !<< { }', 'SDRO'],
    ['{ name = "retry" } !< { }', 'GCSDRO'],
    ['{ name = "retry" } &< { }', 'PR'],
    ['{ name = "charge" } !~ { kind = client }', 'P'],
    ['{ name = "createOrder" } &> { kind = client }', 'CDP'],
    ['{ name = "GET /checkout" } &>> { name = "retry" }', 'GR'],
    ['{ name = "retry" } &<< { kind = server }', 'GR'],
    ['{ name = "charge" } &~ { kind = client }', 'DP'],
    ['{ kind = server } >> { kind = client } >> { name = "retry" }', 'R'],
    ['{ status = error } && { kind = server }', 'GP'],
    ['{ status = error } && { name = "none" }', ''],
    ['{ status = error } || { name = "none" }', 'P'],
    ['({ kind = server } | { .retried }) > { name = "createOrder" }', 'C'],
    // Orphans stand in relation to their own descendants only.
    ['{ } > { name = "orphan" }', ''],
  ];
  test.each(cases)('%s', check);

  test('spans that are their own ancestors hang nothing', async () => {
    const circle = [
      spanOf({ id: 'A', parent: 'B' }),
      spanOf({ id: 'B', parent: 'A' }),
      spanOf({ id: 'E', parent: 'E' }),
    ];
    const { traces } = await search('{ } >> { } | count() > 0', circle);
    expect(traces[0]?.spansets[0]?.matched).toBe(2);
    expect((await search('{ } << { nestedSetLeft = 0 }', circle)).traces).toHaveLength(1);
  });
});

describe('pipelines', () => {
  const cases: readonly (readonly [string, string])[] = [
    ['{ } | { kind = client } | { status = error }', 'P'],
    ['{ kind = client } | count() = 2', 'DP'],
    ['{ kind = client } | count() > 2', ''],
    ['count() = 7 | { kind = server }', 'G'],
    ['{ kind = client } | avg(duration) = 302ms', 'DP'],
    ['{ kind = client } | max(duration) > 599ms', 'DP'],
    ['{ kind = client } | min(duration) > 10ms', ''],
    ['{ } | sum(.items) = 3', 'GCSDPRO'],
    ['{ } | sum(.nothing) >= 0', ''],
    ['{ } | max(event:timeSinceStart) = 590ms', 'GCSDPRO'],
    ['{ } | by(resource.service.name) | count() > 1', 'CD PR'],
    ['{ } | by(resource.service.name) | count() > 1 | coalesce()', 'CDPR'],
    ['{ kind = client } | by(status)', 'D P'],
    ['{ kind = client } | by(.rows > 3)', 'D P'],
    ['{ kind = client } | select(.rows)', 'DP'],
  ];
  test.each(cases)('%s', check);
});

test('hints change nothing', async () => {
  for (const hint of ['most_recent=true', 'sample=0.1', 'trace_sample=true', 'span_sample=true'])
    await check(`{ name = "charge" } with(${hint})`, 'P');
});

test('what the corpus calls unsupported says so', async () => {
  await expect(search('{ parent.name = "x" }')).rejects.toMatchObject({ code: 'unsupported' });
});

describe('answers', () => {
  test('a trace with its root, services and what the query mentions', async () => {
    const { traces, inspectedTraces, inspectedSpans } = await search(
      '{ .http.status_code >= 500 && status = error && duration > 1ms } | select(resource.region, event:name)',
    );
    expect([inspectedTraces, inspectedSpans, traces.length]).toEqual([1, 7, 1]);
    expect(traces[0]).toMatchObject({
      traceId: traceIdOf('T'),
      rootServiceName: 'gateway',
      rootName: 'GET /checkout',
      startNs: originNs,
      durationNs: 900_000_000n,
      serviceStats: {
        payment: { spanCount: 2, errorCount: 1 },
        gateway: { spanCount: 1, errorCount: 0 },
      },
    });
    const [span] = traces[0]!.spansets[0]!.spans;
    expect(show(span!.attributes)).toBe(
      'http.status_code=500 status=error region=eu event:name=exception',
    );
    expect(span!.named).toBe(false);
    expect((await search('{ name = "charge" }')).traces[0]?.spansets[0]?.spans[0]?.named).toBe(
      true,
    );
  });

  test('groups and aggregates are attributes of the spanset', async () => {
    const { traces } = await search(
      '{ kind = client } | by(resource.service.name) | avg(duration) > 1ms | count() = 1',
    );
    expect(traces[0]?.spansets.map(({ attributes }) => show(attributes))).toEqual([
      'by(resource.service.name)=checkout avg(duration)=4ms count()=1',
      'by(resource.service.name)=payment avg(duration)=600ms count()=1',
    ]);
  });

  test('spans of a spanset are counted beyond those shown', async () => {
    const { traces } = await search('{ }', shopTrace, { spansPerSpanset: 2 });
    expect(traces[0]?.spansets[0]).toMatchObject({ matched: 7, spans: { length: 2 } });
  });

  test('newest first, up to the limit, within the range', async () => {
    const spans = Array.from({ length: 50 }, (_, at) =>
      spanOf({ id: 'X', trace: `N${at}`, startMs: at * 1000 }),
    );
    const newest = await search('{ }', spans, { limit: 3 });
    expect(newest.traces.map(({ traceId }) => traceId)).toEqual(
      ['N49', 'N48', 'N47'].map(traceIdOf),
    );
    const early = await search('{ }', spans, { endNs: originNs + 2n * secondNs });
    expect(early.traces.map(({ traceId }) => traceId)).toEqual(['N1', 'N0'].map(traceIdOf));
  });

  test('a trace without its root says so by an empty name', async () => {
    const { traces } = await search('{ }', [spanOf({ id: 'A', parent: 'gone' })]);
    expect(traces[0]).toMatchObject({ rootName: '', rootServiceName: '' });
  });

  test('what cannot be searched with', async () => {
    await expect(search('{ } | rate()')).rejects.toMatchObject({ code: 'semantics' });
    await expect(search('{ }', [], { limit: 1_000_000 })).rejects.toMatchObject({ code: 'limit' });
  });
});
