// Puts samples that come ordered by series and time together into series, one sample per timestamp.

import { Failure } from '../../base/errors.ts';
import type { Labels } from '../../model/labels.ts';
import type { SeriesData } from '../../query/sources.ts';
import type { NativeBlock } from '../native/native-columns.ts';

type StoredHistogram = SeriesData['histograms'][number];

/** Samples of one series; arrays are longer than `length`. Values are kept as words: a stale marker is one of the NaNs. */
interface OpenSeries {
  timestampsMs: Float64Array<ArrayBuffer>;
  valueWords: Int32Array<ArrayBuffer>;
  startTimestampsMs: Float64Array<ArrayBuffer>;
  hasStart: boolean;
  length: number;
  readonly histograms: StoredHistogram[];
}

function wordsOf(column: BigInt64Array): Int32Array {
  return new Int32Array(column.buffer, column.byteOffset, column.length * 2);
}

/** A signed 64-bit number of milliseconds; exact below 2^53. */
function millisecondsAt(words: Int32Array, row: number): number {
  return (words[row * 2 + 1] ?? 0) * 4_294_967_296 + ((words[row * 2] ?? 0) >>> 0);
}

function grow(open: OpenSeries): void {
  const capacity = open.timestampsMs.length * 2;
  const timestampsMs = new Float64Array(capacity);
  const valueWords = new Int32Array(capacity * 2);
  const startTimestampsMs = new Float64Array(capacity);
  timestampsMs.set(open.timestampsMs);
  valueWords.set(open.valueWords);
  startTimestampsMs.set(open.startTimestampsMs);
  Object.assign(open, { timestampsMs, valueWords, startTimestampsMs });
}

export class SampleGatherer {
  readonly #samplesMax: number;
  readonly #series = new Map<bigint, OpenSeries>();
  #samples: number = 0;

  constructor(samplesMax: number) {
    this.#samplesMax = samplesMax;
  }

  /**
   * Columns `series_id`, `ms`, `value`, `start_ms`; rows of one series together and by time, over all blocks. Reads
   * words: a `BigInt` a row took three times as long as the query.
   */
  add(block: NativeBlock): void {
    const ids = block.unsigned64('series_id');
    const idWords = new Uint32Array(ids.buffer, ids.byteOffset, block.rows * 2);
    const times = wordsOf(block.signed64('ms'));
    const values = block.doubles('value');
    const starts = wordsOf(block.signed64('start_ms'));
    for (let from = 0; from < block.rows;) {
      let to = from + 1;
      while (
        to < block.rows &&
        idWords[to * 2] === idWords[from * 2] &&
        idWords[to * 2 + 1] === idWords[from * 2 + 1]
      )
        to++;
      this.#append(this.#open(ids[from] ?? 0n), times, values, starts, from, to);
      from = to;
    }
  }

  addHistogram(id: bigint, sample: StoredHistogram): void {
    const open = this.#open(id);
    if (open.histograms.at(-1)?.timestampMs === sample.timestampMs) return;
    this.#count(1);
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
        values: new Float64Array(open.valueWords.buffer, 0, open.length),
        startTimestampsMs: open.hasStart
          ? open.startTimestampsMs.subarray(0, open.length)
          : new Float64Array(0),
        histograms: open.histograms,
      });
    }
    return result;
  }

  #append(
    open: OpenSeries,
    times: Int32Array,
    values: Float64Array,
    starts: Int32Array,
    from: number,
    to: number,
  ): void {
    const valueWords = new Int32Array(values.buffer, values.byteOffset, values.length * 2);
    while (open.length + to - from > open.timestampsMs.length) grow(open);
    const { timestampsMs, valueWords: target, startTimestampsMs } = open;
    let length = open.length;
    for (let row = from; row < to; row++) {
      const ms = millisecondsAt(times, row);
      // Stored twice, by a client that repeated what it had no answer to.
      if (length > 0 && timestampsMs[length - 1] === ms) continue;
      timestampsMs[length] = ms;
      target[length * 2] = valueWords[row * 2] ?? 0;
      target[length * 2 + 1] = valueWords[row * 2 + 1] ?? 0;
      const start = millisecondsAt(starts, row);
      if (start !== 0) {
        startTimestampsMs[length] = start;
        open.hasStart = true;
      }
      length++;
    }
    this.#count(length - open.length);
    open.length = length;
  }

  #open(id: bigint): OpenSeries {
    const known = this.#series.get(id);
    if (known !== undefined) return known;
    const open: OpenSeries = {
      timestampsMs: new Float64Array(16),
      valueWords: new Int32Array(32),
      startTimestampsMs: new Float64Array(16),
      hasStart: false,
      length: 0,
      histograms: [],
    };
    this.#series.set(id, open);
    return open;
  }

  #count(samples: number): void {
    this.#samples += samples;
    if (this.#samples > this.#samplesMax)
      throw new Failure('limit', `the query reads more than ${this.#samplesMax} samples`);
  }
}
