// Delta temporality for a model that knows only cumulative: each stream's deltas are summed up for as long as they come in order. What comes
// out of order is refused with a count; a gap, a change of buckets, or a stream that was forgotten begins a new sum with a new start time.
// The sums are in memory alone: after a restart of Clew every stream begins again at 0, which PromQL sees as a counter reset. So that
// it always does see it, and so that the first delta counts as an increase, a sample of 0 stands at the beginning of each sum.
// https://opentelemetry.io/docs/specs/otel/metrics/data-model/#sums-delta-to-cumulative

import { type Attributes, printAttributeJson } from '../../model/attributes.ts';
import { compareUtf8 } from '../../model/labels.ts';
import type {
  DataPoint,
  Metric,
  MetricData,
  MetricsBatch,
  NumberPoint,
} from '../../model/metrics-batch.ts';
import type { Resource, Scope } from '../../model/resource.ts';
import { type Arithmetic, exponentialHistograms, histograms, numbers } from './delta-sum.ts';

export interface DeltaLimits {
  /** Streams whose sums are kept; beyond it those that were silent longest are forgotten. */
  readonly streamsMax: number;
  /** What the kept streams weigh, names and buckets together, roughly. */
  readonly bytesMax: number;
}

export const defaultDeltaLimits: DeltaLimits = {
  streamsMax: 100_000,
  bytesMax: 128 * 1024 * 1024,
};

export interface CumulativeMetrics {
  /** The batch itself when there was nothing to convert. */
  readonly batch: MetricsBatch;
  readonly rejected: number;
  /** Why, for the client; empty when nothing was rejected. */
  readonly message: string;
  /** Forgets this batch, as far as no later one stands on it: for when it could not be stored and will be sent again. */
  readonly undo: () => void;
}

/** Different reasons that one answer names. */
const reasonsMax = 5;
/** The 0 at the beginning of a sum is no older than this before the first delta: it must not miss the retention. */
const zeroAgeMsMax = 3_600_000;
/** How much is forgotten at a time once a limit is passed. */
const forgottenShare = 0.05;
/** Of a stream besides its key and numbers. */
const streamBytes = 300;

interface Stream {
  /** Of the sum; 0n when the sender gave none. */
  readonly startNs: bigint;
  /** Of the last point. */
  readonly lastStartNs: bigint;
  readonly lastNs: bigint;
  /** Without attributes and exemplars. */
  readonly total: DataPoint;
  readonly bytes: number;
  /** Of the conversion that made it. */
  readonly runId: number;
}

interface Change {
  readonly key: string;
  readonly before: Stream | undefined;
  readonly after: Stream;
}

/** One conversion. */
class Run {
  readonly id: number;
  readonly nowNs: bigint;
  readonly changes: Change[] = [];
  readonly reasons: Set<string> = new Set();
  rejected: number = 0;

  constructor(id: number, nowNs: bigint) {
    this.id = id;
    this.nowNs = nowNs;
  }

  reject(reason: string): void {
    this.rejected++;
    if (this.reasons.size < reasonsMax) this.reasons.add(reason);
  }
}

/** What the points of one metric share. */
interface Owner<Point extends DataPoint> {
  readonly key: string;
  readonly name: string;
  readonly arithmetic: Arithmetic<Point>;
  /** Whether it only ever grows, so that a fall means a new beginning. */
  readonly grows: boolean;
}

export class DeltaConverter {
  readonly #limits: DeltaLimits;
  /** The one that was silent longest is first. */
  readonly #streams: Map<string, Stream> = new Map();
  #bytes: number = 0;
  #runs: number = 0;

  constructor(limits: DeltaLimits = defaultDeltaLimits) {
    this.#limits = limits;
  }

  /** Streams whose sums are kept. */
  get size(): number {
    return this.#streams.size;
  }

  /** `nowNs` stands in for a point's missing time. */
  convert(batch: MetricsBatch, tenant: string, nowNs: bigint): CumulativeMetrics {
    if (!hasDelta(batch)) return { batch, rejected: 0, message: '', undo: () => undefined };
    const run = new Run(this.#runs++, nowNs);
    const resources = batch.resources.map(({ resource, scopes }) => {
      const ofResource = `${JSON.stringify(tenant)}${resourceKey(resource)}`;
      return {
        resource,
        scopes: scopes.map(({ scope, metrics }) => {
          const ofScope = `${ofResource}${scopeKey(scope)}`;
          return {
            scope,
            metrics: metrics
              .map((metric) => this.#convertMetric(metric, ofScope, run))
              .filter((metric) => metric !== undefined),
          };
        }),
      };
    });
    return {
      batch: { resources },
      rejected: run.rejected,
      message: [...run.reasons].join('; '),
      undo: () => this.#undo(run),
    };
  }

  /** Undefined when no point is left. */
  #convertMetric(metric: Metric, scope: string, run: Run): Metric | undefined {
    const { data, name, unit } = metric;
    if (!isDelta(data)) return metric;
    const key = `${scope}${JSON.stringify([data.kind, name, unit])}`;
    const convert = <Point extends DataPoint>(
      points: readonly Point[],
      arithmetic: Arithmetic<Point>,
      grows: boolean,
    ): Point[] =>
      points.flatMap((point) => this.#add(point, { key, name, arithmetic, grows }, run));
    const converted = ((): MetricData => {
      const temporality = 'cumulative';
      switch (data.kind) {
        case 'sum': {
          const { monotonic } = data;
          const kept = data.points.filter((point) => isSummable(point, monotonic, name, run));
          return { ...data, temporality, points: convert(kept, numbers, monotonic) };
        }
        case 'histogram':
          return { ...data, temporality, points: convert(data.points, histograms, true) };
        case 'exponential-histogram': {
          const points = convert(data.points, exponentialHistograms, true);
          return { ...data, temporality, points };
        }
      }
    })();
    return converted.points.length === 0 ? undefined : { ...metric, data: converted };
  }

  /** The points that take this one's place: none when it is refused, two when a sum begins. */
  #add<Point extends DataPoint>(point: Point, owner: Owner<Point>, run: Run): Point[] {
    const { arithmetic, name, grows } = owner;
    const key = `${owner.key}${attributesKey(point.attributes)}`;
    const before = this.#streams.get(key);
    const { startTimeNs: startNs } = point;
    const timeNs = point.timeNs === 0n ? run.nowNs : point.timeNs;
    // The kind is in the key: a stream's totals are all of one type.
    const total = before?.total as Point | undefined;
    const at = (value: Point, sumStartNs: bigint): Point => ({
      ...value,
      attributes: point.attributes,
      exemplars: point.exemplars,
      flags: point.flags,
      startTimeNs: sumStartNs,
      timeNs,
    });
    if (before !== undefined && total !== undefined) {
      const isRepeated = timeNs === before.lastNs && startNs === before.lastStartNs;
      // Sent again because the answer was lost: it has been added, and its sample is the same.
      if (isRepeated && before.runId !== run.id) return [at(total, before.startNs)];
      if (timeNs <= before.lastNs || (startNs !== 0n && startNs < before.startNs)) {
        run.reject(`delta point of metric ${JSON.stringify(name)} is out of order`);
        return [];
      }
    }
    if (startNs > timeNs) {
      run.reject(`delta point of metric ${JSON.stringify(name)} ends before it starts`);
      return [];
    }
    const isGap = before !== undefined && milliseconds(startNs) > milliseconds(before.lastNs);
    const hasNoValue = (point.flags & 1) !== 0;
    if (hasNoValue && total === undefined) return [point];
    const sum =
      total === undefined || isGap ? undefined : hasNoValue ? total : arithmetic.add(total, point);
    const next = sum ?? (hasNoValue ? arithmetic.empty(total ?? point) : point);
    const sumStartNs = sum === undefined || before === undefined ? startNs : before.startNs;
    const bytes = streamBytes + 2 * key.length + 8 * arithmetic.cells(next);
    const kept: Point = { ...next, attributes: [], exemplars: [] };
    const times = { startNs: sumStartNs, lastStartNs: startNs, lastNs: timeNs };
    const after: Stream = { ...times, total: kept, bytes, runId: run.id };
    this.#keep({ key, before, after }, run);
    const zeroMs = sum === undefined && grows ? zeroTimeMs(startNs, timeNs, before) : undefined;
    if (zeroMs === undefined) return [at(next, sumStartNs)];
    const zero: Point = {
      ...at(arithmetic.empty(next), sumStartNs),
      timeNs: BigInt(zeroMs) * 1_000_000n,
      exemplars: [],
      flags: 0,
    };
    return [zero, at(next, sumStartNs)];
  }

  #keep(change: Change, run: Run): void {
    const { key, before, after } = change;
    run.changes.push(change);
    // Deleted first, so that it becomes the last of all.
    if (before !== undefined) this.#forget(key, before);
    this.#streams.set(key, after);
    this.#bytes += after.bytes;
    const { streamsMax, bytesMax } = this.#limits;
    if (this.#streams.size <= streamsMax && this.#bytes <= bytesMax) return;
    // Many at a time: each look for the oldest passes by the places of all that were deleted before it.
    const streamsKept = streamsMax - Math.floor(streamsMax * forgottenShare);
    const bytesKept = bytesMax - Math.floor(bytesMax * forgottenShare);
    for (const [oldest, stream] of this.#streams) {
      if (this.#streams.size <= streamsKept && this.#bytes <= bytesKept) break;
      this.#forget(oldest, stream);
    }
  }

  #forget(key: string, stream: Stream): void {
    this.#streams.delete(key);
    this.#bytes -= stream.bytes;
  }

  #undo({ changes }: Run): void {
    for (const { key, before, after } of changes.toReversed()) {
      if (this.#streams.get(key) !== after) continue;
      this.#forget(key, after);
      if (before === undefined) continue;
      this.#streams.set(key, before);
      this.#bytes += before.bytes;
    }
  }
}

type DeltaData = Extract<MetricData, { readonly temporality: unknown }>;

function isDelta(data: MetricData): data is DeltaData {
  return 'temporality' in data && data.temporality === 'delta';
}

function hasDelta({ resources }: MetricsBatch): boolean {
  return resources.some(({ scopes }) =>
    scopes.some(({ metrics }) => metrics.some(({ data }) => isDelta(data))),
  );
}

/** A sum with such a value in it would be spoiled for good. */
function isSummable(point: NumberPoint, monotonic: boolean, name: string, run: Run): boolean {
  if ((point.flags & 1) !== 0) return true;
  const value = Number(point.value);
  if (Number.isFinite(value) && (value >= 0 || !monotonic)) return true;
  const what = Number.isFinite(value) ? 'is negative' : 'is not a finite number';
  run.reject(`delta point of metric ${JSON.stringify(name)} ${what}`);
  return false;
}

/**
 * When a new sum was 0: just after it began, for the sum before may have a sample at that very time. Undefined when there
 * is no room before the first delta, or nobody knows when it began.
 */
function zeroTimeMs(
  startNs: bigint,
  timeNs: bigint,
  before: Stream | undefined,
): number | undefined {
  if (startNs === 0n) return undefined;
  const timeMs = milliseconds(timeNs);
  const lastMs = before === undefined ? -Infinity : milliseconds(before.lastNs);
  const zeroMs = Math.max(milliseconds(startNs) + 1, lastMs + 1, timeMs - zeroAgeMsMax);
  return zeroMs < timeMs ? zeroMs : undefined;
}

function milliseconds(timeNs: bigint): number {
  return Number(timeNs / 1_000_000n);
}

function attributesKey(attributes: Attributes): string {
  const sorted = attributes.toSorted((a, b) => compareUtf8(a.key, b.key));
  return `{${sorted.map(({ key, value }) => `${JSON.stringify(key)}:${printAttributeJson(value)}`).join(',')}}`;
}

function resourceKey({ attributes, schemaUrl }: Resource): string {
  return `${attributesKey(attributes)}${JSON.stringify(schemaUrl)}`;
}

function scopeKey({ name, version, attributes, schemaUrl }: Scope): string {
  return `${JSON.stringify([name, version, schemaUrl])}${attributesKey(attributes)}`;
}
