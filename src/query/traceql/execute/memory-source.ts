// Spans in memory behind storage's port: the oracle that ClickHouse is compared with, and the store of in-process tests.

import { printGoDuration } from '../../../base/duration.ts';
import { compareUtf8 } from '../../../model/labels.ts';
import { type Attributes, printAttributeText } from '../../../model/attributes.ts';
import type { SpanRecord } from '../../../model/span-record.ts';
import type {
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

export class MemorySpanSource implements SpanSource {
  readonly #spans: Map<string, SpanRecord[]> = new Map();

  /** Adds spans of one tenant, in order of arrival. */
  add(tenant: string, spans: readonly SpanRecord[]): void {
    const known = this.#spans.get(tenant);
    if (known === undefined) this.#spans.set(tenant, [...spans]);
    else known.push(...spans);
  }

  /** Whole traces by their ID, spans by start, one for each (span ID, kind). */
  #traces(tenants: readonly string[]): readonly TraceView[] {
    const byTrace = new Map<string, Map<string, SpanRecord>>();
    for (const tenant of tenants) {
      for (const span of this.#spans.get(tenant) ?? []) {
        const spans = byTrace.get(span.traceId) ?? new Map<string, SpanRecord>();
        byTrace.set(span.traceId, spans);
        const key = `${span.spanId} ${span.kind}`;
        if (!spans.has(key)) spans.set(key, span);
      }
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
    const trace = this.#traces(tenants).find((candidate) => candidate.traceId === traceId);
    return trace?.spans.map(({ record }) => record) ?? [];
  }

  async *searchTraces(
    request: TraceSearch,
    signal: AbortSignal,
  ): AsyncIterable<readonly TraceSpans[]> {
    const filters = request.required.map(predicateFilter);
    const wanted = this.#traces(request.tenants)
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
    return this.#traces(request.tenants).flatMap(({ spans }) =>
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
