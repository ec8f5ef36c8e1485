// The store's end of the trace pipelines: checks times and hands the spans, with the rows about their senders, to one
// group commit. The trace index is kept up by ClickHouse itself, in the same insert.

import type { Clock } from '../../base/clock.ts';
import {
  accepted,
  type ConsumeContext,
  type ConsumeOutcome,
  type SpansConsumer,
} from '../../model/consumers.ts';
import { shownService } from '../../model/log-labels.ts';
import { emptyResource, emptyScope } from '../../model/resource.ts';
import type { SpansBatch } from '../../model/spans-batch.ts';
import {
  acceptedRows,
  acceptedTimes,
  dayAt,
  rejectedTimesMessage,
} from '../attributes/accepted-times.ts';
import { hashResource, hashScope } from '../attributes/content-hash.ts';
import { type KnownSenders, SenderWriter } from '../attributes/sender-writer.ts';
import type { Sequence } from '../attributes/sequence.ts';
import type { CommitBlocks } from '../attributes/table-block.ts';
import { NativeWriter } from '../native/native-writer.ts';
import { encodeSpans, type SpanIds } from './encode-spans.ts';

export interface SpansConsumerSettings {
  readonly commit: CommitBlocks;
  readonly clock: Clock;
  readonly retentionMs: number;
  readonly known: KnownSenders;
  readonly sequence: Sequence;
}

/** A start of 0 becomes the end, and that 0 becomes now. */
function settleTimes(batch: SpansBatch, nowNs: bigint): void {
  for (let row = 0; row < batch.length; row++) {
    if (!batch.startNs.isZero(row)) continue;
    batch.startNs.set(row, batch.endNs.isZero(row) ? nowNs : batch.endNs.at(row));
  }
}

function addSenders(
  senders: SenderWriter,
  batch: SpansBatch,
  rows: Uint32Array,
  ids: SpanIds,
): void {
  const days = new Int32Array(batch.length).fill(-1);
  const seen = new Set<string>();
  let lastKey = '';
  for (const row of rows) {
    const day = dayAt(batch.startNs, row);
    days[row] = day;
    const resourcePlace = batch.resource.at(row);
    const scopePlace = batch.scope.at(row);
    const key = `${day} ${resourcePlace} ${scopePlace}`;
    if (key === lastKey || seen.has(key)) continue;
    lastKey = key;
    seen.add(key);
    senders.addResource(
      'spans',
      day,
      ids.resources[resourcePlace] ?? 0n,
      batch.resources[resourcePlace] ?? emptyResource,
    );
    senders.addScope(
      'spans',
      day,
      ids.scopes[scopePlace] ?? 0n,
      batch.scopes[scopePlace] ?? emptyScope,
    );
  }
  senders.addKeys('spans', 'span', batch.attributes, (row) => days[row] ?? -1);
  senders.addKeys('spans', 'event', batch.eventAttributes, dayOfOwner(batch.eventOffsets, days));
  senders.addKeys('spans', 'link', batch.linkAttributes, dayOfOwner(batch.linkOffsets, days));
}

/** Day of the span that owns an event or a link; to be asked in ascending order. */
function dayOfOwner(
  offsets: { at(row: number): number },
  days: Int32Array,
): (item: number) => number {
  let row = 0;
  return (item) => {
    while (row < days.length && item >= offsets.at(row + 1)) row++;
    return days[row] ?? -1;
  };
}

export function createSpansConsumer(settings: SpansConsumerSettings): SpansConsumer {
  const { commit, clock, retentionMs, known, sequence } = settings;
  const writer = new NativeWriter(1 << 20);
  return {
    async consumeSpans(batch: SpansBatch, context: ConsumeContext): Promise<ConsumeOutcome> {
      const window = acceptedTimes(clock, retentionMs);
      settleTimes(batch, window.nowNs);
      const rows = acceptedRows(batch.startNs, batch.length, window);
      const rejected = batch.length - rows.length;
      const outcome: ConsumeOutcome =
        rejected === 0
          ? accepted
          : { rejected, message: rejectedTimesMessage(rejected, 'spans', retentionMs) };
      if (rows.length === 0) return outcome;
      const ids: SpanIds = {
        resources: batch.resources.map(hashResource),
        scopes: batch.scopes.map(hashScope),
        services: batch.resources.map((resource) => shownService(resource)),
      };
      const senders = new SenderWriter(context.tenant, known);
      addSenders(senders, batch, rows, ids);
      const range = sequence.reserve(rows.length);
      try {
        const block = encodeSpans(batch, rows, context.tenant, ids, range.first, writer);
        await commit([...senders.blocks(), block]);
        senders.stored();
      } finally {
        sequence.settle(range);
      }
      return outcome;
    },
  };
}
