// A Loki elsewhere as a source of log lines. Loki has no order among lines of one time and no name for a line: a hash of
// its stream and text serves as both, the same each time. Lines that were given are remembered for a while, so that they
// can be asked for by that name.

import { Failure } from '../base/errors.ts';
import {
  compareLabels,
  type Labels,
  labelsFromEntries,
  labelsKey,
  labelValue,
} from '../model/labels.ts';
import type { LogRecord } from '../model/log-record.ts';
import { scanTraceIds, type TraceIdCandidate } from '../model/trace-id/scan-text.ts';
import { normalizeSpanId, normalizeTraceId } from '../model/trace-id/normalize.ts';
import type {
  LogCursor,
  LogCountRequest,
  LogCountRow,
  LogRead,
  LogRows,
  LogSelection,
  LogSource,
  TenantRange,
} from '../query/sources.ts';
import type { LabelMatcher } from '../query/language/matcher.ts';
import { fieldsOf, itemsOf, type RemoteClient } from './client.ts';
import { isWholeSelection, selectorText } from './selector-text.ts';

export interface RemoteLogs extends LogSource {
  record(cursor: LogCursor, signal: AbortSignal): Promise<LogRecord | undefined>;
  /** Lines that have the text of a trace's ID, ascending. */
  linesOfTrace(
    traceId: string,
    range: Omit<TenantRange, 'tenants'>,
    limit: number,
    signal: AbortSignal,
  ): Promise<readonly LogRecord[]>;
}

interface Entry {
  readonly timeNs: bigint;
  readonly seq: bigint;
  readonly labels: Labels;
  readonly metadata: Labels;
  readonly line: string;
}

const pageLines = 1000;
/** What Loki gives at most unless it is configured otherwise. */
const pageLinesMax = 5000;
const rememberedMax = 20_000;

export function createRemoteLogs(client: RemoteClient): RemoteLogs {
  const remembered = new Map<string, Entry>();
  const remember = (entries: readonly Entry[]): void => {
    for (const entry of entries) remembered.set(`${entry.timeNs}-${entry.seq}`, entry);
    for (const key of remembered.keys()) {
      if (remembered.size <= rememberedMax) break;
      remembered.delete(key);
    }
  };
  const page = async (
    query: string,
    { startNs, endNs }: Omit<TenantRange, 'tenants'>,
    direction: LogRead['direction'],
    limit: number,
    signal: AbortSignal,
  ): Promise<readonly Entry[]> => {
    const answer = await client.getJson(
      '/loki/api/v1/query_range',
      { query, start: String(startNs), end: String(endNs), direction, limit: String(limit) },
      signal,
    );
    const entries = entriesOf(answer).filter(({ timeNs }) => timeNs >= startNs && timeNs < endNs);
    remember(entries);
    return entries;
  };
  async function* readLogs(request: LogRead, signal: AbortSignal): AsyncGenerator<LogRows> {
    const query = selectorText(request);
    const limit = Math.min(pageLinesMax, Math.max(100, request.rowsWanted ?? pageLines));
    const isForward = request.direction === 'forward';
    let { startNs, endNs } = request;
    const { after } = request;
    if (after !== undefined && isForward && after.timeNs > startNs) startNs = after.timeNs;
    if (after !== undefined && !isForward && after.timeNs < endNs) endNs = after.timeNs + 1n;
    for (;;) {
      const entries = await page(query, { startNs, endNs }, request.direction, limit, signal);
      const ordered = inOrder(entries, isForward);
      const edge = ordered.at(-1)?.timeNs;
      const isLast = entries.length < limit || edge === undefined;
      // The last time may have more lines than came: it is asked for again, whole.
      const whole = isLast ? ordered : ordered.filter(({ timeNs }) => timeNs !== edge);
      if (!isLast && whole.length === 0) {
        throw new Failure('limit', `${client.name} has more than ${limit} lines of one instant`);
      }
      const wanted =
        after === undefined ? whole : whole.filter((one) => isBehind(one, after, isForward));
      if (wanted.length > 0) yield rowsOf(wanted);
      if (isLast) return;
      if (isForward) startNs = edge;
      else endNs = edge + 1n;
    }
  }
  const streams = async (
    range: TenantRange,
    matchers: readonly LabelMatcher[],
    signal: AbortSignal,
  ): Promise<readonly Labels[]> => {
    const answer = await client.getJson(
      '/loki/api/v1/series',
      {
        'match[]': selectorText({ matchers, lineFilters: [], metadataMatchers: [] }),
        start: String(range.startNs),
        end: String(range.endNs),
      },
      signal,
    );
    return itemsOf(fieldsOf(answer)['data']).map(labelsOfJson);
  };
  const countLogs = async (
    request: LogCountRequest,
    signal: AbortSignal,
  ): Promise<readonly LogCountRow[] | undefined> => {
    if (!isWholeSelection(request)) return undefined;
    const { startNs, endNs, stepNs, groupBy } = request;
    const windowNs = stepNs ?? endNs - startNs;
    // Loki's steps and windows are told in milliseconds.
    if (windowNs <= 0n || windowNs % 1_000_000n !== 0n) return undefined;
    const measure = request.measure === 'bytes' ? 'bytes_over_time' : 'count_over_time';
    const window = `${windowNs / 1_000_000n}ms`;
    const query = `sum by (${groupBy.join(', ')}) (${measure}(${selectorText(request)} [${window}]))`;
    // One window looks back from just before the end: [start, end) is wanted, and Loki's windows are right-closed.
    const first = stepNs === undefined ? endNs - 1n : startNs + stepNs;
    const answer = await client.getJson(
      stepNs === undefined ? '/loki/api/v1/query' : '/loki/api/v1/query_range',
      stepNs === undefined
        ? { query, time: String(first) }
        : { query, start: String(first), end: String(endNs), step: window },
      signal,
    );
    return countsOf(answer, stepNs === undefined ? undefined : { firstNs: first, stepNs });
  };
  const record = async (cursor: LogCursor, signal: AbortSignal): Promise<LogRecord | undefined> => {
    const key = `${cursor.timeNs}-${cursor.seq}`;
    if (!remembered.has(key)) {
      const instant = { startNs: cursor.timeNs, endNs: cursor.timeNs + 1n };
      await page('{service_name=~".+"}', instant, 'forward', pageLinesMax, signal);
    }
    const entry = remembered.get(key);
    return entry === undefined ? undefined : recordOf(entry);
  };
  return {
    readLogs,
    countLogs,
    streams,
    record,
    followLogs: () => {
      throw new Failure('unsupported', 'lines of a server elsewhere are not followed; ask again');
    },
    logStats: async (selection: LogSelection, signal) => {
      const count = async (measure: 'lines' | 'bytes'): Promise<number> => {
        const rows = await countLogs(
          { ...selection, groupBy: [], stepNs: undefined, measure },
          signal,
        );
        return rows?.[0]?.value ?? 0;
      };
      const [entries, bytes, found] = await Promise.all([
        count('lines'),
        count('bytes'),
        streams(selection, selection.matchers, signal),
      ]);
      return { streams: found.length, entries, bytes };
    },
    linesOfTrace: async (traceId, range, limit, signal) => {
      const query = `{service_name=~".+"} |= "${traceId}"`;
      const byField = `{service_name=~".+"} | trace_id="${traceId}"`;
      const asked = [query, byField].map((one) => page(one, range, 'forward', limit, signal));
      const entries = (await Promise.all(asked)).flat();
      return inOrder(entries, true).slice(0, limit).map(recordOf);
    },
  };
}

/** By (time, seq), each line once. */
function inOrder(entries: readonly Entry[], isForward: boolean): readonly Entry[] {
  const once = [...new Map(entries.map((one) => [`${one.timeNs}-${one.seq}`, one])).values()];
  const sign = isForward ? 1 : -1;
  const order = (a: bigint, b: bigint): number => (a < b ? -sign : a > b ? sign : 0);
  return once.sort((a, b) => order(a.timeNs, b.timeNs) || order(a.seq, b.seq));
}

function isBehind({ timeNs, seq }: Entry, after: LogCursor, isForward: boolean): boolean {
  if (timeNs !== after.timeNs) return timeNs > after.timeNs === isForward;
  return seq !== after.seq && seq > after.seq === isForward;
}

function labelsOfJson(json: unknown): Labels {
  return labelsFromEntries(
    Object.entries(fieldsOf(json)).flatMap(([name, value]) =>
      typeof value === 'string' ? [[name, value] as const] : [],
    ),
  );
}

function entriesOf(answer: unknown): Entry[] {
  const { result, resultType } = fieldsOf(fieldsOf(answer)['data']);
  if (resultType !== 'streams') {
    throw new Failure('unavailable', 'a log query was not answered with streams');
  }
  return itemsOf(result).flatMap((stream) => {
    const labels = labelsOfJson(fieldsOf(stream)['stream']);
    const key = labelsKey(labels);
    return itemsOf(fieldsOf(stream)['values']).flatMap((value): Entry[] => {
      const [time, line, more] = itemsOf(value);
      if (typeof time !== 'string' || typeof line !== 'string' || !/^\d{1,19}$/.test(time))
        return [];
      return [
        {
          timeNs: BigInt(time),
          seq: hash64(`${key}\0${line}`),
          labels,
          metadata: labelsOfJson(fieldsOf(more)['structuredMetadata']),
          line,
        },
      ];
    });
  });
}

/** Two FNV-1a hashes of 32 bits: what a line is told apart by among those of its nanosecond. */
function hash64(text: string): bigint {
  let low = 0x811c9dc5;
  let high = 0x9dc5811c;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    low = Math.imul(low ^ code, 0x01000193);
    high = Math.imul(high ^ code ^ (at & 0xff), 0x01000193);
  }
  return (BigInt(high >>> 0) << 32n) | BigInt(low >>> 0);
}

function rowsOf(entries: readonly Entry[]): LogRows {
  const streams: Labels[] = [];
  const indexByKey = new Map<string, number>();
  const stream = Uint32Array.from(entries, ({ labels }) => {
    const key = labelsKey(labels);
    let index = indexByKey.get(key);
    if (index === undefined) {
      index = streams.push(labels) - 1;
      indexByKey.set(key, index);
    }
    return index;
  });
  return {
    length: entries.length,
    streams,
    stream,
    timeNs: BigInt64Array.from(entries, ({ timeNs }) => timeNs),
    seq: BigUint64Array.from(entries, ({ seq }) => seq),
    lines: entries.map(({ line }) => line),
    metadata: entries.map(({ metadata }) => metadata),
  };
}

function countsOf(
  answer: unknown,
  steps: { readonly firstNs: bigint; readonly stepNs: bigint } | undefined,
): readonly LogCountRow[] | undefined {
  const rows: LogCountRow[] = [];
  for (const series of itemsOf(fieldsOf(fieldsOf(answer)['data'])['result'])) {
    const { metric, values, value } = fieldsOf(series);
    const labels = labelsOfJson(metric);
    for (const point of steps === undefined ? [value] : itemsOf(values)) {
      const [seconds, count] = itemsOf(point);
      if (typeof seconds !== 'number') continue;
      const offsetMs = seconds * 1000 - Number((steps?.firstNs ?? 0n) / 1_000_000n);
      const bucket = steps === undefined ? 0 : offsetMs / (Number(steps.stepNs) / 1e6);
      // A server that moves the steps to its own grid does not count what was asked for.
      if (Math.abs(bucket - Math.round(bucket)) > 0.01 || Math.round(bucket) < 0) return undefined;
      rows.push({ labels, bucket: Math.round(bucket), value: Number(count) });
    }
  }
  return rows.toSorted((a, b) => a.bucket - b.bucket || compareLabels(a.labels, b.labels));
}

/** Structured metadata that Loki makes of a record's own fields, which stand elsewhere in it. */
const ownFields: ReadonlySet<string> = new Set([
  'trace_id',
  'span_id',
  'flags',
  'severity_text',
  'severity_number',
  'observed_timestamp',
  'detected_level',
]);

function recordOf({ timeNs, seq, labels, metadata, line }: Entry): LogRecord {
  const named = labelValue(metadata, 'trace_id') || labelValue(labels, 'trace_id');
  const field = normalizeTraceId(named)?.traceId ?? '';
  const found: TraceIdCandidate[] = [];
  if (field === '') {
    const bytes = new TextEncoder().encode(line);
    scanTraceIds(bytes, 0, bytes.length, found);
  }
  const [candidate] = found;
  return {
    timeNs,
    observedTimeNs: timeNs,
    seq,
    service: labelValue(labels, 'service_name'),
    severityNumber: 0,
    severityText: labelValue(metadata, 'severity_text'),
    level:
      labelValue(metadata, 'detected_level') ||
      labelValue(labels, 'detected_level') ||
      labelValue(labels, 'level') ||
      'unknown',
    body: line,
    labels,
    attributes: metadata
      .filter(({ name }) => !ownFields.has(name))
      .map(({ name, value }) => ({ key: name, value: { kind: 'string', value } })),
    resource: [],
    scopeName: '',
    scopeVersion: '',
    traceId: field || (candidate?.traceId ?? ''),
    spanId:
      field === ''
        ? (candidate?.spanId ?? '')
        : (normalizeSpanId(labelValue(metadata, 'span_id')) ?? ''),
    traceIdSource: field === '' ? (candidate?.source ?? '') : 'field',
  };
}
