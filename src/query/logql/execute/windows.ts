// Windows over one series of samples that come in order of time. Samples between the same two window edges form a run;
// each window is a run of runs, merged with a pair of stacks so that overlap costs nothing extra.

import { Failure } from '../../../base/errors.ts';
import type { Accumulator, WindowContext } from './accumulators.ts';
import { quantileOf } from './accumulators.ts';
import { emptySeries, type StepSeries } from './series.ts';
import { stepTimeNs, type StepGrid, type WindowFinder } from './step-grid.ts';
import type { Labels } from '../../../model/labels.ts';
import type { LogqlLimits } from './limits.ts';

/** Counts what a query holds, over all of its series. */
export class HeldBudget {
  readonly #limits: LogqlLimits;
  #cells: number = 0;
  #samples: number = 0;
  #values: number = 0;

  constructor(limits: LogqlLimits) {
    this.#limits = limits;
  }

  addCell(): void {
    if (++this.#cells <= this.#limits.cellsMax) return;
    throw new Failure(
      'limit',
      `query holds more than ${this.#limits.cellsMax} partial results; reduce the number of series or of steps`,
    );
  }

  /** A series with so many evaluation times is about to be made. */
  addSeries(steps: number): void {
    this.#values += steps;
    if (this.#values <= this.#limits.valuesMax) return;
    throw new Failure(
      'limit',
      `query makes more than ${this.#limits.valuesMax} values; aggregate by fewer labels or take a larger step`,
    );
  }

  addSample(): void {
    if (++this.#samples <= this.#limits.samplesMax) return;
    throw new Failure(
      'limit',
      `quantile_over_time holds more than ${this.#limits.samplesMax} values; reduce the range or add filters`,
    );
  }
}

export interface SeriesWindows {
  /** The finder has just found the sample's windows. */
  add(finder: WindowFinder, timeNs: bigint, value: number): void;
  finish(labels: Labels): StepSeries;
}

/** Runs of equal windows: from, to, and lanes. */
export class AccumulatedWindows implements SeriesWindows {
  readonly #accumulator: Accumulator;
  readonly #grid: StepGrid;
  readonly #rangeNs: bigint;
  readonly #budget: HeldBudget;
  readonly #first: number[] = [];
  readonly #last: number[] = [];
  readonly #lanes: number[] = [];

  constructor(accumulator: Accumulator, grid: StepGrid, rangeNs: bigint, budget: HeldBudget) {
    this.#accumulator = accumulator;
    this.#grid = grid;
    this.#rangeNs = rangeNs;
    this.#budget = budget;
  }

  add(finder: WindowFinder, timeNs: bigint, value: number): void {
    const time = finder.relative(timeNs) / 1e9;
    const cell = this.#first.length - 1;
    const width = this.#accumulator.lanes;
    if (cell >= 0 && this.#first[cell] === finder.first && this.#last[cell] === finder.last) {
      this.#accumulator.add(this.#lanes, cell * width, time, value);
      return;
    }
    this.#budget.addCell();
    this.#first.push(finder.first);
    this.#last.push(finder.last);
    this.#accumulator.start(this.#lanes, (cell + 1) * width, time, value);
  }

  #cell(at: number): number[] {
    const width = this.#accumulator.lanes;
    return this.#lanes.slice(at * width, (at + 1) * width);
  }

  finish(labels: Labels): StepSeries {
    const series = emptySeries(labels, this.#grid.steps);
    const cells = this.#first.length;
    const rangeSeconds = Number(this.#rangeNs) / 1e9;
    // `front` holds merged suffixes of the older runs, its top being the oldest; `back` is the merge of the newer ones.
    let front: number[][] = [];
    let back: number[] | undefined;
    let backFrom = 0;
    let head = 0;
    let tail = 0;
    let step = 0;
    while (step < this.#grid.steps) {
      while (tail < cells && (this.#first[tail] ?? 0) <= step) {
        const lanes = this.#cell(tail++);
        if (back === undefined) back = lanes;
        else this.#accumulator.merge(back, back, lanes);
      }
      while (head < tail && (this.#last[head] ?? 0) < step) {
        if (front.length === 0) {
          front = this.#suffixes(backFrom, tail);
          back = undefined;
          backFrom = tail;
        }
        front.pop();
        head++;
      }
      if (head < tail) {
        const seconds = Number(stepTimeNs(this.#grid, step) - this.#grid.startNs) / 1e9;
        const context = { windowStart: seconds - rangeSeconds, windowEnd: seconds, rangeSeconds };
        series.present[step] = 1;
        series.values[step] = this.#value(front.at(-1), back, context);
        step++;
      } else if (tail < cells) step = Math.max(step + 1, this.#first[tail] ?? 0);
      else break;
    }
    return series;
  }

  #suffixes(from: number, to: number): number[][] {
    const stack: number[][] = [];
    let merged: number[] | undefined;
    for (let at = to - 1; at >= from; at--) {
      const lanes = this.#cell(at);
      if (merged !== undefined) this.#accumulator.merge(lanes, lanes, merged);
      merged = lanes;
      stack.push(lanes);
    }
    return stack;
  }

  #value(front: number[] | undefined, back: number[] | undefined, context: WindowContext): number {
    if (front === undefined) return this.#accumulator.value(back ?? [], context);
    if (back === undefined) return this.#accumulator.value(front, context);
    const merged: number[] = [];
    this.#accumulator.merge(merged, front, back);
    return this.#accumulator.value(merged, context);
  }
}

function ascendingNanFirst(a: number, b: number): number {
  if (Number.isNaN(a)) return Number.isNaN(b) ? 0 : -1;
  if (Number.isNaN(b)) return 1;
  return a - b;
}

/** All values, for what cannot be merged. */
export class QuantileWindows implements SeriesWindows {
  readonly #quantile: number;
  readonly #grid: StepGrid;
  readonly #budget: HeldBudget;
  readonly #first: number[] = [];
  readonly #last: number[] = [];
  readonly #values: number[] = [];

  constructor(quantile: number, grid: StepGrid, budget: HeldBudget) {
    this.#quantile = quantile;
    this.#grid = grid;
    this.#budget = budget;
  }

  add(finder: WindowFinder, _timeNs: bigint, value: number): void {
    this.#budget.addSample();
    this.#first.push(finder.first);
    this.#last.push(finder.last);
    this.#values.push(value);
  }

  finish(labels: Labels): StepSeries {
    const series = emptySeries(labels, this.#grid.steps);
    let head = 0;
    let tail = 0;
    for (let step = 0; step < this.#grid.steps; step++) {
      while (tail < this.#values.length && (this.#first[tail] ?? 0) <= step) tail++;
      while (head < tail && (this.#last[head] ?? 0) < step) head++;
      if (head === tail) continue;
      const window = this.#values.slice(head, tail).sort(ascendingNanFirst);
      series.present[step] = 1;
      series.values[step] = quantileOf(window, this.#quantile);
    }
    return series;
  }
}
