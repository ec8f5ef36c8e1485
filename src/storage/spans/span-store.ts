// Spans in ClickHouse: the consumer that writes them and the source that reads them.

import type { Clock } from '../../base/clock.ts';
import type { SpansConsumer } from '../../model/consumers.ts';
import type { SpanRecord } from '../../model/span-record.ts';
import type { SpanScan, SpanSource } from '../../query/sources.ts';
import { readBlocks, tenantCondition, timeCondition } from '../attributes/read-blocks.ts';
import { SenderCatalog } from '../attributes/sender-catalog.ts';
import { KnownSenders } from '../attributes/sender-writer.ts';
import { Sequence } from '../attributes/sequence.ts';
import type { StoreSettings } from '../attributes/store-settings.ts';
import { scanSettings } from '../database.ts';
import { sql } from '../sql/sql.ts';
import { findKnownKeys, predicateKeys } from './known-keys.ts';
import { readTraces, type SpanReaderSettings } from './read-traces.ts';
import { searchTraces } from './search-traces.ts';
import { conditionSql, spanCondition } from './span-conditions.ts';
import { outlineColumns, readSpanRecords, spanColumns } from './span-rows.ts';
import { readTagNames, readTagValues } from './span-tags.ts';
import { createSpansConsumer } from './spans-consumer.ts';

export interface SpanStore {
  readonly consumer: SpansConsumer;
  readonly source: SpanSource;
}

async function* scanSpans(
  settings: SpanReaderSettings,
  request: SpanScan,
  signal: AbortSignal,
): AsyncGenerator<readonly SpanRecord[]> {
  const { database, catalog } = settings;
  const keys = await findKnownKeys(database, request, predicateKeys(request.predicate), signal);
  const condition = spanCondition(request.predicate, { range: request, keys });
  if (condition === 'none') return;
  const columns = request.isOutline === true ? outlineColumns : spanColumns;
  const statement = sql`SELECT ${columns} FROM spans
    WHERE ${tenantCondition(request.tenants)} AND ${timeCondition(request.startNs, request.endNs)} AND (${conditionSql(condition)})
    LIMIT 1 BY trace_id, span_id, kind`;
  for await (const block of readBlocks(database, statement, { signal, settings: scanSettings })) {
    const stored = await readSpanRecords(catalog, request.tenants, block, signal);
    yield stored.map(({ span }) => span);
  }
}

function createSpanSource(settings: SpanReaderSettings & { readonly clock: Clock }): SpanSource {
  return {
    spansOfTrace: async (tenants, traceId, signal) => {
      const traces = await readTraces(settings, tenants, [traceId], signal);
      return traces.get(traceId) ?? [];
    },
    outlineOfTrace: async (tenants, traceId, signal) => {
      const outlined = { ...settings, readsOutlines: true };
      const traces = await readTraces(outlined, tenants, [traceId], signal);
      return traces.get(traceId) ?? [];
    },
    searchTraces: (request, signal) => searchTraces(settings, request, signal),
    scanSpans: (request, signal) => scanSpans(settings, request, signal),
    tagNames: (range, signal) => readTagNames(settings.database, range, signal),
    tagValues: (request, signal) => readTagValues(settings.database, request, signal),
  };
}

export function createSpanStore(settings: StoreSettings): SpanStore {
  const { database, commit, clock, retentionMs } = settings;
  const known = settings.known ?? new KnownSenders();
  const catalog = settings.catalog ?? new SenderCatalog(database);
  const sequence = new Sequence(clock);
  return {
    consumer: createSpansConsumer({ commit, clock, retentionMs, known, sequence }),
    source: createSpanSource({ database, catalog, clock }),
  };
}
