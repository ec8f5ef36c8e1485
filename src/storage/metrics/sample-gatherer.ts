// Puts samples that come ordered by series and time together into series, one sample per timestamp.

import { Failure } from '../../base/errors.ts';
import type { Labels } from '../../model/labels.ts';
import type { SeriesData } from '../../query/sources.ts';
import type { NativeBlock } from '../native/native-columns.ts';

type StoredHistogram = SeriesData['histograms'][number];

/** Samples of one series; arrays are longer than `length`. Values are kept as bits: a stale marker is one of the NaNs. */
interface OpenSeries {
  timestampsMs: Float64Array<ArrayBuffer>;
  valueBits: BigUint64Array<ArrayBuffer>;
  startTimestampsMs: Float64Array<ArrayBuffer>;
  hasStart: boolean;
  length: number;
  readonly histograms: StoredHistogram[];
}

function grow(open: OpenSeries): void {
  const capacity = Math.max(16, open.length * 2);
  const timestampsMs = new Float64Array(capacity);
  const valueBits = new BigUint64Array(capacity);
  const startTimestampsMs = new Float64Array(capacity);
  timestampsMs.set(open.timestampsMs);
  valueBits.set(open.valueBits);
  startTimestampsMs.set(open.startTimestampsMs);
  Object.assign(open, { timestampsMs, valueBits, startTimestampsMs });
}

export class SampleGatherer {
  readonly #samplesMax: number;
  readonly #series = new Map<bigint, OpenSeries>();
  #samples: number = 0;

  constructor(samplesMax: number) {
    this.#samplesMax = samplesMax;
  }

  /** Columns `series_id`, `ms`, `value`, `start_ms`, ordered by the first two over all blocks. */
  add(block: NativeBlock): void {
    const ids = block.unsigned64('series_id');
    const times = block.signed64('ms');
    const values = block.doubles('value');
    const bits = new BigUint64Array(values.buffer, values.byteOffset, values.length);
    const starts = block.signed64('start_ms');
    let id = -1n;
    let open: OpenSeries | undefined;
    for (let row = 0; row < block.rows; row++) {
      const rowId = ids[row] ?? 0n;
      if (open === undefined || rowId !== id) {
        id = rowId;
        open = this.#open(id);
      }
      const ms = Number(times[row]);
      // Stored twice, by a client that repeated what it had no answer to.
      if (open.length > 0 && open.timestampsMs[open.length - 1] === ms) continue;
      this.#count();
      if (open.length === open.timestampsMs.length) grow(open);
      open.timestampsMs[open.length] = ms;
      open.valueBits[open.length] = bits[row] ?? 0n;
      const start = Number(starts[row]);
      if (start !== 0) {
        open.startTimestampsMs[open.length] = start;
        open.hasStart = true;
      }
      open.length++;
    }
  }

  addHistogram(id: bigint, sample: StoredHistogram): void {
    const open = this.#open(id);
    if (open.histograms.at(-1)?.timestampMs === sample.timestampMs) return;
    this.#count();
    open.histograms.push(sample);
  }

  /** All that was added, under its labels. */
  series(labels: ReadonlyMap<bigint, Labels>): SeriesData[] {
    const result: SeriesData[] = [];
    for (const [id, open] of this.#series) {
      const own = labels.get(id);
      // The series began between the two statements: the next query has it.
      if (own === undefined) continue;
      result.push({
        labels: own,
        timestampsMs: open.timestampsMs.subarray(0, open.length),
        values: new Float64Array(open.valueBits.buffer, 0, open.length),
        startTimestampsMs: open.hasStart
          ? open.startTimestampsMs.subarray(0, open.length)
          : new Float64Array(0),
        histograms: open.histograms,
      });
    }
    return result;
  }

  #open(id: bigint): OpenSeries {
    const known = this.#series.get(id);
    if (known !== undefined) return known;
    const open: OpenSeries = {
      timestampsMs: new Float64Array(16),
      valueBits: new BigUint64Array(16),
      startTimestampsMs: new Float64Array(16),
      hasStart: false,
      length: 0,
      histograms: [],
    };
    this.#series.set(id, open);
    return open;
  }

  #count(): void {
    if (++this.#samples > this.#samplesMax)
      throw new Failure('limit', `the query reads more than ${this.#samplesMax} samples`);
  }
}
