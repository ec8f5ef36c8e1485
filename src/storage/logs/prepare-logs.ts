// What the store finds out about a batch of log records before it writes them: their final times, streams, levels and
// trace IDs, and which of them may be repeats. Works in columns: nothing is allocated for a row without trace IDs.

import { decodeHexInto } from '../../base/hex.ts';
import type { Labels } from '../../model/labels.ts';
import { labelValue } from '../../model/labels.ts';
import { detectLevel } from '../../model/level.ts';
import { shownService, streamLabelsOfResource, unknownService } from '../../model/log-labels.ts';
import type { TraceIdSource } from '../../model/log-record.ts';
import type { LogsBatch } from '../../model/logs-batch.ts';
import type { Resource } from '../../model/resource.ts';
import { findTraceIds } from '../../model/trace-id/find.ts';
import { acceptedRows, type TimeWindow } from '../attributes/accepted-times.ts';
import { hashLabels } from '../attributes/content-hash.ts';
import { hashRow, type RecentRows } from './recent-rows.ts';

/** As the `trace_source` column has it. */
export const traceSources: readonly (TraceIdSource | '')[] = [
  '',
  'field',
  'key',
  'traceparent',
  'text',
];
const traceSourceNumbers: Readonly<Record<TraceIdSource, number>> = {
  field: 1,
  key: 2,
  traceparent: 3,
  text: 4,
};

export interface LogStream {
  readonly id: bigint;
  readonly labels: Labels;
}

/** Per accepted row unless said otherwise; index 0 is the first accepted row. */
export interface PreparedLogs {
  /** Rows of the batch that are stored. */
  readonly rows: Uint32Array;
  readonly streams: readonly LogStream[];
  /** Index into `streams`. */
  readonly stream: Uint32Array;
  readonly services: readonly string[];
  readonly service: Uint32Array;
  readonly levels: readonly string[];
  readonly level: Uint32Array;
  readonly traceIds: Uint8Array<ArrayBuffer>;
  readonly spanIds: Uint8Array<ArrayBuffer>;
  readonly traceSource: Uint8Array<ArrayBuffer>;
  /** Further IDs; row `r` owns otherEnds[r] .. otherEnds[r + 1]. */
  readonly otherEnds: Uint32Array;
  readonly otherIds: readonly { traceId: string; spanId: string; source: TraceIdSource }[];
  readonly repeated: Uint8Array<ArrayBuffer>;
}

/** 0 becomes the observed time, and that 0 becomes now; the observed time is then unknown and stays 0. */
function settleTimes(batch: LogsBatch, nowNs: bigint): void {
  const { timeNs, observedTimeNs } = batch;
  for (let row = 0; row < batch.length; row++) {
    if (!timeNs.isZero(row)) continue;
    if (observedTimeNs.isZero(row)) {
      timeNs.set(row, nowNs);
    } else {
      timeNs.set(row, observedTimeNs.at(row));
      observedTimeNs.set(row, 0n);
    }
  }
}

/** What the stream's labels call the service, else what the resource does. */
function serviceOf(labels: Labels, resource: Resource | undefined): string {
  const fromLabels = labelValue(labels, 'service_name');
  if (fromLabels !== '') return fromLabels;
  return resource === undefined ? unknownService : shownService(resource);
}

/** Distinct texts in the order of their first appearance. */
class Texts {
  readonly all: string[] = [];
  readonly #places: Map<string, number> = new Map();

  place(text: string): number {
    let place = this.#places.get(text);
    if (place === undefined) {
      place = this.all.length;
      this.all.push(text);
      this.#places.set(text, place);
    }
    return place;
  }
}

interface RowStreams {
  readonly streams: readonly LogStream[];
  readonly stream: Uint32Array;
  readonly services: readonly string[];
  readonly service: Uint32Array;
}

/** The streams of a batch: as the way in decided, or one a resource. */
function findStreams(batch: LogsBatch, rows: Uint32Array): RowStreams {
  const given = batch.streams.length > 0;
  const labelSets = given ? batch.streams : batch.resources.map(streamLabelsOfResource);
  const streams = labelSets.map((labels) => ({ id: hashLabels(labels), labels }));
  const stream = new Uint32Array(rows.length);
  const service = new Uint32Array(rows.length);
  const services = new Texts();
  const servicePlaces = new Map<number, number>();
  for (let at = 0; at < rows.length; at++) {
    const row = rows[at] ?? 0;
    const resourcePlace = batch.resource.at(row);
    const streamPlace = given ? batch.stream.at(row) : resourcePlace;
    stream[at] = streamPlace;
    const pair = streamPlace * (batch.resources.length + 1) + resourcePlace;
    let place = servicePlaces.get(pair);
    if (place === undefined) {
      const resource = batch.resources[resourcePlace];
      place = services.place(serviceOf(streams[streamPlace]?.labels ?? [], resource));
      servicePlaces.set(pair, place);
    }
    service[at] = place;
  }
  return { streams, stream, services: services.all, service };
}

export function prepareLogs(
  batch: LogsBatch,
  window: TimeWindow,
  recent: RecentRows,
): PreparedLogs {
  settleTimes(batch, window.nowNs);
  const rows = acceptedRows(batch.timeNs, batch.length, window);
  const count = rows.length;
  const found = findStreams(batch, rows);
  const { streams, stream } = found;
  const levels = new Texts();
  const level = new Uint32Array(count);
  const traceIds = new Uint8Array(count * 16);
  const spanIds = new Uint8Array(count * 8);
  const traceSource = new Uint8Array(count);
  const otherEnds = new Uint32Array(count + 1);
  const otherIds: { traceId: string; spanId: string; source: TraceIdSource }[] = [];
  for (let at = 0; at < count; at++) {
    const row = rows[at] ?? 0;
    level[at] = levels.place(detectLevel(batch, row, streams[stream[at] ?? 0]?.labels ?? []));
    const [best, ...others] = findTraceIds(batch, row);
    if (best === undefined) {
      // A span ID without a trace ID is kept as it came.
      spanIds.set(batch.spanId.bytes.subarray(row * 8, row * 8 + 8), at * 8);
    } else {
      decodeHexInto(best.traceId, traceIds, at * 16, 16);
      if (best.spanId !== '') decodeHexInto(best.spanId, spanIds, at * 8, 8);
      traceSource[at] = traceSourceNumbers[best.source];
      for (const other of others) otherIds.push(other);
    }
    otherEnds[at + 1] = otherIds.length;
  }
  const repeated = markRepeated(batch, rows, stream, streams, recent);
  return {
    rows,
    ...found,
    levels: levels.all,
    level,
    traceIds,
    spanIds,
    traceSource,
    otherEnds,
    otherIds,
    repeated,
  };
}

export function traceSourceNumber(source: TraceIdSource): number {
  return traceSourceNumbers[source];
}

function markRepeated(
  batch: LogsBatch,
  rows: Uint32Array,
  stream: Uint32Array,
  streams: readonly LogStream[],
  recent: RecentRows,
): Uint8Array<ArrayBuffer> {
  const repeated = new Uint8Array(rows.length);
  const streamLows = Uint32Array.from(streams, ({ id }) => Number(id & 0xffff_ffffn));
  const doubt = recent.doubtNs();
  const { words } = batch.timeNs;
  for (let at = 0; at < rows.length; at++) {
    const row = rows[at] ?? 0;
    const low = words[row * 2] ?? 0;
    const high = words[row * 2 + 1] ?? 0;
    const hash = hashRow(
      low,
      high,
      streamLows[stream[at] ?? 0] ?? 0,
      batch.arena.bytes,
      batch.body.starts.at(row),
      batch.body.lengths.at(row),
    );
    const ns = high * 4_294_967_296 + low;
    const isInDoubt = ns >= doubt.start && ns < doubt.end;
    if (recent.isRepeated(hash) || isInDoubt) repeated[at] = 1;
  }
  return repeated;
}
