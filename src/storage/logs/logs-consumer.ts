// The store's end of the log pipelines: checks times, finds what there is to find in each record, and hands the rows
// with those about their senders to one group commit.

import type { Clock } from '../../base/clock.ts';
import {
  accepted,
  type ConsumeContext,
  type ConsumeOutcome,
  type LogsConsumer,
} from '../../model/consumers.ts';
import type { LogsBatch } from '../../model/logs-batch.ts';
import { emptyResource, emptyScope } from '../../model/resource.ts';
import { acceptedTimes, dayAt, rejectedTimesMessage } from '../attributes/accepted-times.ts';
import { hashResource, hashScope } from '../attributes/content-hash.ts';
import { type KnownSenders, SenderWriter } from '../attributes/sender-writer.ts';
import type { Sequence } from '../attributes/sequence.ts';
import type { CommitBlocks } from '../attributes/table-block.ts';
import { NativeWriter } from '../native/native-writer.ts';
import { encodeLogs, type LogIds } from './encode-logs.ts';
import { type PreparedLogs, prepareLogs } from './prepare-logs.ts';
import { RecentRows } from './recent-rows.ts';

export interface LogsConsumerSettings {
  readonly commit: CommitBlocks;
  readonly clock: Clock;
  readonly retentionMs: number;
  readonly known: KnownSenders;
  readonly sequence: Sequence;
}

/** Adds who sent the rows: each resource, scope and stream on each day on which it has a row. */
function addSenders(
  senders: SenderWriter,
  batch: LogsBatch,
  prepared: PreparedLogs,
  ids: LogIds,
): void {
  const days = new Int32Array(batch.length).fill(-1);
  const seen = new Set<string>();
  let lastKey = '';
  for (let at = 0; at < prepared.rows.length; at++) {
    const row = prepared.rows[at] ?? 0;
    const day = dayAt(batch.timeNs, row);
    days[row] = day;
    const streamPlace = prepared.stream[at] ?? 0;
    const resourcePlace = batch.resource.at(row);
    const scopePlace = batch.scope.at(row);
    const key = `${day} ${streamPlace} ${resourcePlace} ${scopePlace}`;
    if (key === lastKey || seen.has(key)) continue;
    lastKey = key;
    seen.add(key);
    const stream = prepared.streams[streamPlace];
    const service = prepared.services[prepared.service[at] ?? 0] ?? '';
    if (stream !== undefined) senders.addStream(day, stream.id, service, stream.labels);
    senders.addResource(
      'logs',
      day,
      ids.resources[resourcePlace] ?? 0n,
      batch.resources[resourcePlace] ?? emptyResource,
    );
    senders.addScope(
      'logs',
      day,
      ids.scopes[scopePlace] ?? 0n,
      batch.scopes[scopePlace] ?? emptyScope,
    );
  }
  senders.addKeys('logs', 'log', batch.attributes, (row) => days[row] ?? -1);
}

export function createLogsConsumer(settings: LogsConsumerSettings): LogsConsumer {
  const { commit, clock, retentionMs, known, sequence } = settings;
  const recent = new RecentRows(clock);
  const writer = new NativeWriter(1 << 20);
  return {
    async consumeLogs(batch: LogsBatch, context: ConsumeContext): Promise<ConsumeOutcome> {
      const prepared = prepareLogs(batch, acceptedTimes(clock, retentionMs), recent);
      const rejected = batch.length - prepared.rows.length;
      const outcome: ConsumeOutcome =
        rejected === 0
          ? accepted
          : { rejected, message: rejectedTimesMessage(rejected, 'log records', retentionMs) };
      if (prepared.rows.length === 0) return outcome;
      const ids: LogIds = {
        resources: batch.resources.map(hashResource),
        scopes: batch.scopes.map(hashScope),
      };
      const senders = new SenderWriter(context.tenant, known);
      addSenders(senders, batch, prepared, ids);
      const range = sequence.reserve(prepared.rows.length);
      try {
        const rows = encodeLogs(batch, prepared, context.tenant, ids, range.first, writer);
        await commit([...senders.blocks(), rows]);
        senders.stored();
      } finally {
        sequence.settle(range);
      }
      return outcome;
    },
  };
}
