// Spans in memory behind storage's port: the oracle that ClickHouse is compared with, and the store of in-process tests.

import { printGoDuration } from '../../../base/duration.ts';
import { compareUtf8 } from '../../../model/labels.ts';
import { type Attributes, printAttributeText } from '../../../model/attributes.ts';
import { spanRecordAt } from '../../../model/batch-span-records.ts';
import type { SpanRecord } from '../../../model/span-record.ts';
import type { SpansBatch } from '../../../model/spans-batch.ts';
import type {
  SpanPredicate,
  SpanScan,
  SpanSource,
  TagNames,
  TagValue,
  TenantRange,
  TraceSearch,
  TraceSpans,
} from '../../sources.ts';
import { referenceReader } from './fields.ts';
import { fieldAt, predicateFilter } from './predicate-filter.ts';
import { columnFilter } from './span-columns.ts';
import { type SpanView, TraceView } from './trace-view.ts';
import { elementsOf } from './values.ts';
import type { StaticValue } from '../syntax/ast.ts';

/** Traces of one page of `searchTraces`. */
const pageLength = 20;

function isIn(range: TenantRange, { startNs }: SpanRecord): boolean {
  return startNs >= range.startNs && startNs < range.endNs;
}

function tagValueOf(value: StaticValue): TagValue | undefined {
  switch (value.type) {
    case 'nil':
      return undefined;
    case 'string':
      return { type: 'string', value: value.value };
    case 'status':
    case 'kind':
      return { type: 'keyword', value: value.value };
    case 'duration':
      return { type: 'duration', value: printGoDuration(value.valueNs) };
    case 'int':
    case 'float':
    case 'bool':
      return { type: value.type, value: String(value.value) };
  }
}

const everySpan: SpanPredicate = { kind: 'true' };

/** A batch with a number for each of its traces. */
class StoredBatch {
  readonly #batch: SpansBatch;
  readonly #traceIds: string[] = [];
  /** Place in `#traceIds` of each row. */
  readonly #trace: Uint32Array;

  constructor(batch: SpansBatch) {
    this.#batch = batch;
    this.#trace = new Uint32Array(batch.length);
    const numbers = new Map<string, number>();
    for (let row = 0; row < batch.length; row++) {
      const id = batch.traceId.hexAt(row);
      let number = numbers.get(id);
      if (number === undefined) {
        number = this.#traceIds.push(id) - 1;
        numbers.set(id, number);
      }
      this.#trace[row] = number;
    }
  }

  *records(traceIds: ReadonlySet<string> | undefined): Iterable<SpanRecord> {
    const wanted = traceIds && this.#traceIds.map((id) => traceIds.has(id));
    for (let row = 0; row < this.#batch.length; row++)
      if (wanted === undefined || wanted[this.#trace[row] ?? 0] === true)
        yield spanRecordAt(this.#batch, row);
  }

  /** Adds to `found` the traces, of those `among` which to look, that have a span in the range for which the predicate holds. */
  addTraces(
    { startNs, endNs }: TenantRange,
    predicate: SpanPredicate,
    among: ReadonlySet<string> | undefined,
    found: Set<string>,
  ): void {
    const holds = columnFilter(predicate, this.#batch);
    const settled = new Uint8Array(this.#traceIds.length);
    if (among !== undefined)
      this.#traceIds.forEach((id, number) => (settled[number] = among.has(id) ? 0 : 1));
    for (let row = 0; row < this.#batch.length; row++) {
      const number = this.#trace[row] ?? 0;
      if (settled[number] === 1 || !holds(row)) continue;
      const spanStartNs = this.#batch.startNs.at(row);
      if (spanStartNs < startNs || spanStartNs >= endNs) continue;
      settled[number] = 1;
      found.add(this.#traceIds[number] ?? '');
    }
  }
}

export class MemorySpanSource implements SpanSource {
  readonly #spans: Map<string, SpanRecord[]> = new Map();
  readonly #batches: Map<string, StoredBatch[]> = new Map();

  /** Adds spans of one tenant, in order of arrival. */
  add(tenant: string, spans: readonly SpanRecord[]): void {
    const known = this.#spans.get(tenant);
    if (known === undefined) this.#spans.set(tenant, [...spans]);
    else known.push(...spans);
  }

  /** Adds spans of one tenant that stay in their columns; the batch is the source's from here on. */
  addBatch(tenant: string, batch: SpansBatch): void {
    const known = this.#batches.get(tenant);
    if (known === undefined) this.#batches.set(tenant, [new StoredBatch(batch)]);
    else known.push(new StoredBatch(batch));
  }

  /** Spans as they are kept, of all traces or of some. */
  *#records(tenants: readonly string[], traceIds?: ReadonlySet<string>): Iterable<SpanRecord> {
    for (const tenant of tenants) {
      for (const span of this.#spans.get(tenant) ?? [])
        if (traceIds?.has(span.traceId) !== false) yield span;
      for (const stored of this.#batches.get(tenant) ?? []) yield* stored.records(traceIds);
    }
  }

  /** Whole traces by their ID, spans by start, one for each (span ID, kind). */
  #traces(tenants: readonly string[], traceIds?: ReadonlySet<string>): readonly TraceView[] {
    const byTrace = new Map<string, Map<string, SpanRecord>>();
    for (const span of this.#records(tenants, traceIds)) {
      const spans = byTrace.get(span.traceId) ?? new Map<string, SpanRecord>();
      byTrace.set(span.traceId, spans);
      const key = `${span.spanId} ${span.kind}`;
      if (!spans.has(key)) spans.set(key, span);
    }
    return [...byTrace].map(([traceId, spans]) => {
      const sorted = [...spans.values()].sort((a, b) => Number(a.startNs - b.startNs));
      return new TraceView(traceId, sorted);
    });
  }

  async spansOfTrace(
    tenants: readonly string[],
    traceId: string,
    signal: AbortSignal,
  ): Promise<readonly SpanRecord[]> {
    signal.throwIfAborted();
    const [trace] = this.#traces(tenants, new Set([traceId]));
    return trace?.spans.map(({ record }) => record) ?? [];
  }

  outlineOfTrace(
    tenants: readonly string[],
    traceId: string,
    signal: AbortSignal,
  ): Promise<readonly SpanRecord[]> {
    return this.spansOfTrace(tenants, traceId, signal);
  }

  /** Traces that may have what is required, as the columns tell without making records; undefined: all. */
  #candidates(
    range: TenantRange,
    required: readonly SpanPredicate[],
  ): ReadonlySet<string> | undefined {
    if (range.tenants.every((tenant) => !this.#batches.has(tenant))) return undefined;
    let candidates: Set<string> | undefined;
    for (const predicate of required.length === 0 ? [everySpan] : required) {
      const found = new Set<string>();
      for (const tenant of range.tenants) {
        for (const stored of this.#batches.get(tenant) ?? [])
          stored.addTraces(range, predicate, candidates, found);
        for (const span of this.#spans.get(tenant) ?? [])
          if (isIn(range, span)) found.add(span.traceId);
      }
      candidates = found;
    }
    return candidates;
  }

  async *searchTraces(
    request: TraceSearch,
    signal: AbortSignal,
  ): AsyncIterable<readonly TraceSpans[]> {
    const filters = request.required.map(predicateFilter);
    const wanted = this.#traces(request.tenants, this.#candidates(request, request.required))
      .filter((trace) => {
        const spans = trace.spans.filter(({ record }) => isIn(request, record));
        return spans.length > 0 && filters.every((filter) => spans.some(filter));
      })
      .sort((a, b) => Number(b.startNs - a.startNs));
    for (let at = 0; at < wanted.length; at += pageLength) {
      signal.throwIfAborted();
      yield wanted.slice(at, at + pageLength).map(({ traceId, spans }) => ({
        traceId,
        spans: spans.map(({ record }) => record),
      }));
    }
  }

  #matching(request: SpanScan): readonly SpanView[] {
    const filter = predicateFilter(request.predicate);
    const candidates = this.#candidates(request, [request.predicate]);
    return this.#traces(request.tenants, candidates).flatMap(({ spans }) =>
      spans.filter((span) => isIn(request, span.record) && filter(span)),
    );
  }

  async *scanSpans(request: SpanScan, signal: AbortSignal): AsyncIterable<readonly SpanRecord[]> {
    signal.throwIfAborted();
    const spans = this.#matching(request);
    if (spans.length > 0) yield spans.map(({ record }) => record);
  }

  async tagNames(range: TenantRange, signal: AbortSignal): Promise<readonly TagNames[]> {
    signal.throwIfAborted();
    const scopes: readonly TagNames['scope'][] = [
      'resource',
      'span',
      'event',
      'link',
      'instrumentation',
    ];
    const records = this.#matching({ ...range, predicate: { kind: 'true' } }).map(
      ({ record }) => record,
    );
    const attributesOf = (scope: TagNames['scope'], record: SpanRecord): readonly Attributes[] => {
      switch (scope) {
        case 'resource':
          return [record.resource.attributes];
        case 'span':
          return [record.attributes];
        case 'event':
          return record.events.map(({ attributes }) => attributes);
        case 'link':
          return record.links.map(({ attributes }) => attributes);
        case 'instrumentation':
          return [record.scope.attributes];
      }
    };
    return scopes.map((scope) => {
      const names = new Set<string>();
      for (const record of records) {
        for (const attributes of attributesOf(scope, record)) {
          for (const { key, value } of attributes) {
            if (printAttributeText(value) !== '') names.add(key);
          }
        }
      }
      return { scope, names: [...names].sort(compareUtf8) };
    });
  }

  async tagValues(
    request: Parameters<SpanSource['tagValues']>[0],
    signal: AbortSignal,
  ): Promise<readonly TagValue[]> {
    signal.throwIfAborted();
    const { scope, name, limit } = request;
    const read = referenceReader(fieldAt(scope, name));
    const values = new Map<string, TagValue>();
    for (const span of this.#matching(request)) {
      for (const element of elementsOf(read(span))) {
        if (values.size === limit) return [...values.values()];
        const value = tagValueOf(element);
        if (value !== undefined) values.set(`${value.type} ${value.value}`, value);
      }
    }
    return [...values.values()];
  }
}
