// What one running evaluation shares: its steps, the loaded samples, annotations, the bound on samples and the
// points at which it lets others run and notices that it was canceled.

import { Failure } from '../../../base/errors.ts';
import type { QueryTimes } from '../plan/times.ts';
import type { Expr, VectorSelector } from '../syntax/ast.ts';
import type { Annotations } from './annotations.ts';
import type { SampleSeries } from './samples.ts';
import type { StepGrid, StepSeries, StepValue } from './steps.ts';

/** Samples between two looks at the signal. */
const workPerPause = 200_000;

/** Counts samples that are in memory at the same time. */
export class SampleBudget {
  readonly #max: number;
  #held: number = 0;
  peak: number = 0;

  constructor(max: number) {
    this.#max = max;
  }

  hold(samples: number): void {
    this.#held += samples;
    if (this.#held > this.peak) this.peak = this.#held;
    if (this.#held > this.#max) {
      throw new Failure(
        'limit',
        'query processing would load too many samples into memory in query execution',
      );
    }
  }

  release(samples: number): void {
    this.#held -= samples;
  }
}

export interface EvaluationShared {
  readonly query: string;
  readonly times: QueryTimes;
  readonly annotations: Annotations;
  readonly budget: SampleBudget;
  readonly samples: ReadonlyMap<VectorSelector, readonly SampleSeries[]>;
  readonly infoSamples: ReadonlyMap<Expr, readonly SampleSeries[]>;
  /** Functions may only make labels with classic names (ASCII letters, digits, underscores). */
  readonly legacyLabelNames: boolean;
  readonly signal: AbortSignal;
  /** Gives the host a turn. */
  readonly pause: () => Promise<void>;
  readonly evaluate: (expr: Expr, evaluation: Evaluation) => Promise<StepValue>;
}

function heldBy(value: StepValue): number {
  if (value.kind === 'vector') {
    let held = 0;
    for (const series of value.series) held += series.kinds.length;
    return held;
  }
  return value.kind === 'scalar' ? value.values.length : 0;
}

export class Evaluation {
  readonly shared: EvaluationShared;
  readonly grid: StepGrid;
  #work: number = 0;

  constructor(shared: EvaluationShared, grid: StepGrid) {
    this.shared = shared;
    this.grid = grid;
  }

  get times(): QueryTimes {
    return this.shared.times;
  }

  get annotations(): Annotations {
    return this.shared.annotations;
  }

  /** The value of an operand; it belongs to the caller. */
  async evaluate(expr: Expr): Promise<StepValue> {
    const value = await this.shared.evaluate(expr, this);
    this.shared.budget.hold(heldBy(value));
    return value;
  }

  /** To be called when an operand's value is used up. */
  release(value: StepValue): void {
    this.shared.budget.release(heldBy(value));
  }

  async vector(expr: Expr): Promise<StepSeries[]> {
    const value = await this.evaluate(expr);
    if (value.kind !== 'vector') throw new Failure('internal', 'internal error: not a vector');
    this.release(value);
    return value.series;
  }

  async scalar(expr: Expr): Promise<Float64Array> {
    const value = await this.evaluate(expr);
    if (value.kind !== 'scalar') throw new Failure('internal', 'internal error: not a scalar');
    this.release(value);
    return value.values;
  }

  async string(expr: Expr): Promise<string> {
    const value = await this.evaluate(expr);
    if (value.kind !== 'string') throw new Failure('internal', 'internal error: not a string');
    return value.value;
  }

  /** Undefined, or what must be awaited before going on. */
  spend(samples: number): Promise<void> | undefined {
    this.#work += samples;
    if (this.#work < workPerPause) return undefined;
    this.#work = 0;
    return this.#pause();
  }

  async #pause(): Promise<void> {
    await this.shared.pause();
    if (this.shared.signal.aborted) {
      throw new Failure('canceled', 'query was canceled in expression evaluation');
    }
  }

  withGrid(grid: StepGrid): Evaluation {
    return new Evaluation(this.shared, grid);
  }
}
