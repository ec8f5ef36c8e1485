// The trace IDs that a log record names, best source first: its own field, attributes and stream labels with such a
// key, then its body. Rows without any cost a few table look-ups and one pass of strides over the body.

import type { AttributeColumns } from '../attribute-columns.ts';
import { printAttributeText } from '../attributes.ts';
import type { Labels } from '../labels.ts';
import type { TraceIdSource } from '../log-record.ts';
import { bodyKind, type LogsBatch } from '../logs-batch.ts';
import { encodeHex } from '../../base/hex.ts';
import { classifyIdKey, type IdKey, idKey } from './id-keys.ts';
import { hexOfDecimal64, normalizeSpanId } from './normalize.ts';
import {
  addCandidate,
  candidatesMax,
  scanTraceIds,
  type TraceIdCandidate,
  traceIdBesideKey,
} from './scan-text.ts';

const none: readonly TraceIdCandidate[] = Object.freeze([]);

const rank: Readonly<Record<TraceIdSource, number>> = {
  field: 0,
  key: 1,
  traceparent: 2,
  text: 3,
};

/** Kinds of the keys of one batch, filled as its dictionary grows. */
interface KeyKinds {
  readonly kinds: IdKey[];
  any: boolean;
}

const kindsOfColumns: WeakMap<AttributeColumns, KeyKinds> = new WeakMap();
const idsOfLabels: WeakMap<Labels, readonly TraceIdCandidate[]> = new WeakMap();

function keyKinds(columns: AttributeColumns): KeyKinds {
  let known = kindsOfColumns.get(columns);
  if (known === undefined) {
    known = { kinds: [], any: false };
    kindsOfColumns.set(columns, known);
  }
  while (known.kinds.length < columns.keys.length) {
    const kind = classifyIdKey(columns.keys[known.kinds.length] ?? '');
    known.kinds.push(kind);
    if (kind !== idKey.none) known.any = true;
  }
  return known;
}

/** The IDs that pairs of key and value name; a span ID goes to the trace IDs that bring none. */
function idsOfPairs(
  pairs: Iterable<{ readonly kind: IdKey; readonly key: string; readonly value: string }>,
  found: TraceIdCandidate[],
): void {
  let spanId = '';
  const fromPairs: TraceIdCandidate[] = [];
  for (const { kind, key, value } of pairs) {
    if (kind === idKey.span) {
      if (spanId === '') spanId = normalizeSpanId(value) ?? '';
      continue;
    }
    // Datadog's own key holds a decimal of any length, unless it is switched to 128-bit hex.
    const decimal = key.startsWith('dd.') && value.length < 32 ? hexOfDecimal64(value) : undefined;
    const id = traceIdBesideKey(decimal ?? value, kind === idKey.weakTrace);
    if (id === undefined) continue;
    if (kind === idKey.traceparent && id.givenAs !== 'traceparent') continue;
    fromPairs.push({
      traceId: id.traceId,
      spanId: id.spanId,
      source: id.givenAs === 'traceparent' ? 'traceparent' : 'key',
    });
  }
  for (const candidate of fromPairs) {
    addCandidate(found, candidate.spanId === '' ? { ...candidate, spanId } : candidate);
  }
}

function* attributePairs(
  columns: AttributeColumns,
  kinds: readonly IdKey[],
  first: number,
  end: number,
): Generator<{ kind: IdKey; key: string; value: string }> {
  for (let entry = first; entry < end; entry++) {
    const kind = kinds[columns.keyIds.at(entry)] ?? idKey.none;
    if (kind === idKey.none) continue;
    const value = columns.valueAt(entry);
    const isIdLike = value.kind === 'string' || value.kind === 'int' || value.kind === 'bytes';
    if (!isIdLike) continue;
    yield {
      kind,
      key: columns.keyAt(entry),
      // Datadog's decimal IDs are unsigned; an int attribute shows the upper half as negative.
      value:
        value.kind === 'bytes'
          ? encodeHex(value.value)
          : value.kind === 'int'
            ? (hexOfDecimal64(BigInt.asUintN(64, value.value).toString()) ?? '')
            : printAttributeText(value),
    };
  }
}

function scanAttributes(batch: LogsBatch, row: number, found: TraceIdCandidate[]): void {
  const columns = batch.attributes;
  const { kinds, any } = keyKinds(columns);
  if (!any) return;
  const first = columns.offsets.at(row);
  const end = columns.offsets.at(row + 1);
  for (let entry = first; entry < end; entry++) {
    if ((kinds[columns.keyIds.at(entry)] ?? 0) !== idKey.none) {
      idsOfPairs(attributePairs(columns, kinds, entry, end), found);
      return;
    }
  }
}

function idsOfStream(labels: Labels): readonly TraceIdCandidate[] {
  const known = idsOfLabels.get(labels);
  if (known !== undefined) return known;
  const found: TraceIdCandidate[] = [];
  idsOfPairs(
    labels
      .map(({ name, value }) => ({ kind: classifyIdKey(name), key: name, value }))
      .filter(({ kind }) => kind !== idKey.none),
    found,
  );
  idsOfLabels.set(labels, found);
  return found;
}

/** At most four, by rank of source, each trace once; none of them all zeroes. */
export function findTraceIds(batch: LogsBatch, row: number): readonly TraceIdCandidate[] {
  let found: TraceIdCandidate[] | undefined;
  if (!batch.traceId.isAbsent(row)) {
    found = [
      { traceId: batch.traceId.hexAt(row), spanId: batch.spanId.hexAt(row), source: 'field' },
    ];
  }
  const scratch = found ?? [];
  scanAttributes(batch, row, scratch);
  const labels = batch.streams[batch.stream.at(row)];
  if (labels !== undefined) for (const id of idsOfStream(labels)) addCandidate(scratch, id);
  if (batch.bodyKind.at(row) !== bodyKind.empty && scratch.length < candidatesMax) {
    const start = batch.body.starts.at(row);
    scanTraceIds(batch.arena.bytes, start, start + batch.body.lengths.at(row), scratch);
  }
  if (scratch.length === 0) return none;
  return scratch.length === 1 ? scratch : scratch.sort((a, b) => rank[a.source] - rank[b.source]);
}
