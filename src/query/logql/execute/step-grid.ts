// The evaluation times of a query and which windows a sample falls into. A window is (T - range, T].

import { Failure } from '../../../base/errors.ts';
import type { LogqlRequest } from '../engine.ts';

export interface StepGrid {
  readonly startNs: bigint;
  /** 1n when there is one time only. */
  readonly stepNs: bigint;
  readonly steps: number;
}

export function gridOf(request: LogqlRequest, pointsMax: number): StepGrid {
  if (request.kind === 'instant') return { startNs: request.endNs, stepNs: 1n, steps: 1 };
  if (request.endNs < request.startNs)
    throw new Failure('semantics', 'end timestamp must not be before or equal to start time');
  if (request.stepNs <= 0n && request.endNs > request.startNs) {
    throw new Failure(
      'semantics',
      'zero or negative query resolution step widths are not accepted. Try a positive integer',
    );
  }
  const stepNs = request.stepNs <= 0n ? 1n : request.stepNs;
  const steps = (request.endNs - request.startNs) / stepNs + 1n;
  if (steps > BigInt(pointsMax) + 1n) {
    throw new Failure(
      'limit',
      `exceeded maximum resolution of ${pointsMax.toLocaleString('en-US')} points per time series. ` +
        'Try increasing the value of the step parameter',
    );
  }
  return { startNs: request.startNs, stepNs, steps: Number(steps) };
}

export function stepTimeNs(grid: StepGrid, step: number): bigint {
  return grid.startNs + BigInt(step) * grid.stepNs;
}

function floorDivide(value: bigint, divisor: bigint): bigint {
  const quotient = value / divisor;
  return value % divisor !== 0n && value < 0n ? quotient - 1n : quotient;
}

/** Maps times to the windows they are in. The last answer is in `first` and `last`, so that nothing is allocated. */
export class WindowFinder {
  first: number = 0;
  last: number = -1;
  readonly #grid: StepGrid;
  readonly #rangeNs: bigint;
  /** What must be added to a sample's time to meet the windows. */
  readonly #offsetNs: bigint;
  readonly #step: number;
  readonly #range: number;
  /** Whether all differences are exact as doubles. */
  readonly #small: boolean;

  constructor(grid: StepGrid, rangeNs: bigint, offsetNs: bigint) {
    this.#grid = grid;
    this.#rangeNs = rangeNs;
    this.#offsetNs = offsetNs - grid.startNs;
    this.#step = Number(grid.stepNs);
    this.#range = Number(rangeNs);
    const widest = BigInt(grid.steps) * grid.stepNs + 2n * rangeNs;
    this.#small = widest < 4_503_599_627_370_496n;
  }

  /** The sample's time in nanoseconds after the first evaluation time; negative before it. */
  relative(timeNs: bigint): number {
    return Number(timeNs + this.#offsetNs);
  }

  /** Whether the time is in any window; `first` and `last` then are its windows. */
  find(timeNs: bigint): boolean {
    const steps = this.#grid.steps;
    if (this.#small) {
      const at = Number(timeNs + this.#offsetNs);
      this.first = Math.max(0, Math.ceil(at / this.#step));
      this.last = Math.min(steps - 1, Math.ceil((at + this.#range) / this.#step) - 1);
    } else {
      const at = timeNs + this.#offsetNs;
      const first = -floorDivide(-at, this.#grid.stepNs);
      const last = -floorDivide(-(at + this.#rangeNs), this.#grid.stepNs) - 1n;
      this.first = first < 0n ? 0 : Number(first);
      this.last = Number(last < BigInt(steps - 1) ? last : BigInt(steps - 1));
    }
    return this.first <= this.last;
  }
}
