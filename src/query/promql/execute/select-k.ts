// Aggregations that let some of a group's series through: topk and bottomk by value, limitk the first ones,
// limit_ratio a stable pseudo-random share.

import { Failure } from '../../../base/errors.ts';
import { formatGoFloatShort } from '../../../base/float.ts';
import type { Aggregate } from '../syntax/ast.ts';
import { annotationTexts } from './annotations.ts';
import type { Evaluation } from './evaluation.ts';
import type { SeriesGroup } from './aggregate.ts';
import { labelsShare } from './labels-hash.ts';
import {
  absentSample,
  createStepSeries,
  floatSample,
  hasSamples,
  histogramAt,
  setSample,
  type StepSeries,
} from './steps.ts';

type Grouper = (
  series: readonly StepSeries[],
  labels: readonly string[],
  without: boolean,
) => readonly SeriesGroup[];

const int64 = 2 ** 63;

function copyStep(from: StepSeries, to: StepSeries, step: number): void {
  setSample(to, step, from.values[step] ?? 0, histogramAt(from, step));
}

/** Copies of the members, to be filled with what is let through. */
function outputs(members: readonly StepSeries[], count: number): Map<StepSeries, StepSeries> {
  return new Map(
    members.map((member) => [member, createStepSeries(member.labels, count, member.dropName)]),
  );
}

async function parameterOf(expr: Aggregate, evaluation: Evaluation): Promise<Float64Array> {
  if (expr.parameter === undefined) return new Float64Array(evaluation.grid.count);
  return evaluation.scalar(expr.parameter);
}

/** How many to let through at each step; undefined when none at any. */
function checkedCounts(parameters: Float64Array): Float64Array | undefined {
  if (!parameters.some((k) => k >= 1 || Number.isNaN(k))) return undefined;
  for (const k of parameters) {
    if (Number.isNaN(k)) throw new Failure('execution', 'Parameter value is NaN');
    if (k <= -int64) {
      throw new Failure('execution', `Scalar value ${formatGoFloatShort(k)} underflows int64`);
    }
    if (k >= int64) {
      throw new Failure('execution', `Scalar value ${formatGoFloatShort(k)} overflows int64`);
    }
  }
  return parameters.map(Math.trunc);
}

interface Ranked {
  readonly member: StepSeries;
  readonly value: number;
}

/**
 * A heap of bounded size whose root is the next to go. Which of equal values stay is decided by the order of heap
 * operations, so these follow Go's container/heap step by step.
 */
class BoundedHeap {
  readonly items: Ranked[] = [];
  readonly #before: (a: number, b: number) => boolean;

  constructor(sign: 1 | -1) {
    this.#before = (a, b) => Number.isNaN(a) || sign * a < sign * b;
  }

  #less(i: number, j: number): boolean {
    return this.#before(this.items[i]?.value ?? Number.NaN, this.items[j]?.value ?? Number.NaN);
  }

  #swap(i: number, j: number): void {
    const a = this.items[i];
    const b = this.items[j];
    if (a === undefined || b === undefined) return;
    this.items[i] = b;
    this.items[j] = a;
  }

  #up(from: number): void {
    for (let at = from; at > 0;) {
      const parent = Math.floor((at - 1) / 2);
      if (!this.#less(at, parent)) return;
      this.#swap(parent, at);
      at = parent;
    }
  }

  #down(): void {
    for (let at = 0; ;) {
      let child = 2 * at + 1;
      if (child >= this.items.length) return;
      if (child + 1 < this.items.length && this.#less(child + 1, child)) child++;
      if (!this.#less(child, at)) return;
      this.#swap(at, child);
      at = child;
    }
  }

  offer(item: Ranked, max: number): void {
    const root = this.items[0];
    if (this.items.length < max) {
      this.items.push(item);
      this.#up(this.items.length - 1);
    } else if (root !== undefined) {
      const better = Number.isNaN(root.value)
        ? !Number.isNaN(item.value)
        : this.#before(root.value, item.value) && !Number.isNaN(item.value);
      if (!better) return;
      this.items[0] = item;
      this.#down();
    }
  }
}

export async function selectExtremes(
  expr: Aggregate,
  evaluation: Evaluation,
  group: Grouper,
): Promise<StepSeries[]> {
  const counts = checkedCounts(await parameterOf(expr, evaluation));
  const series = await evaluation.vector(expr.inner);
  if (counts === undefined) return [];
  const { count } = evaluation.grid;
  const sign = expr.operator === 'topk' ? 1 : -1;
  const result: StepSeries[] = [];
  for (const { members } of group(series, expr.grouping.labels, expr.grouping.without)) {
    const outs = outputs(members, count);
    for (let step = 0; step < count; step++) {
      const heap = new BoundedHeap(sign);
      const max = counts[step] ?? 0;
      if (max < 1) continue;
      for (const member of members) {
        const kind = member.kinds[step];
        if (kind === floatSample) heap.offer({ member, value: member.values[step] ?? 0 }, max);
        else if (kind !== absentSample) {
          evaluation.annotations.inform(
            annotationTexts.ignoredInAggregation(expr.operator),
            expr.inner.span,
          );
        }
      }
      // Best first, NaN last: this is the order that an instant query shows.
      const ranked = heap.items.toSorted((a, b) => {
        if (Number.isNaN(a.value)) return Number.isNaN(b.value) ? 0 : 1;
        if (Number.isNaN(b.value)) return -1;
        return sign * (b.value - a.value);
      });
      for (const { member } of ranked) {
        const out = outs.get(member);
        if (out === undefined) continue;
        copyStep(member, out, step);
        if (count === 1) result.push(out);
      }
    }
    if (count !== 1) result.push(...[...outs.values()].filter(hasSamples));
    const pause = evaluation.spend(count * members.length);
    if (pause !== undefined) await pause;
  }
  return result;
}

function checkedRatios(
  expr: Aggregate,
  parameters: Float64Array,
  evaluation: Evaluation,
): Float64Array | undefined {
  if (parameters.every((ratio) => ratio === 0)) return undefined;
  const span = expr.parameter?.span ?? expr.span;
  for (const ratio of parameters) {
    if (Number.isNaN(ratio)) throw new Failure('execution', 'Ratio value is NaN');
  }
  const max = parameters.reduce((a, b) => Math.max(a, b));
  const min = parameters.reduce((a, b) => Math.min(a, b));
  if (max > 1) {
    evaluation.annotations.warn(annotationTexts.invalidRatio(formatGoFloatShort(max), '1'), span);
  }
  if (min < -1) {
    evaluation.annotations.warn(annotationTexts.invalidRatio(formatGoFloatShort(min), '-1'), span);
  }
  return parameters.map((ratio) => Math.max(-1, Math.min(1, ratio)));
}

/** A positive ratio takes the share from below, a negative one the complement from above. */
function isInShare(share: number, ratio: number): boolean {
  return ratio >= 0 ? share < ratio : share >= 1 + ratio;
}

export async function selectSome(
  expr: Aggregate,
  evaluation: Evaluation,
  group: Grouper,
): Promise<StepSeries[]> {
  const isRatio = expr.operator === 'limit_ratio';
  const given = await parameterOf(expr, evaluation);
  const parameters = isRatio ? checkedRatios(expr, given, evaluation) : checkedCounts(given);
  const series = await evaluation.vector(expr.inner);
  if (parameters === undefined) return [];
  const { count } = evaluation.grid;
  const result: StepSeries[] = [];
  for (const { members } of group(series, expr.grouping.labels, expr.grouping.without)) {
    const taken = new Uint32Array(count);
    for (const member of members) {
      const out = createStepSeries(member.labels, count, member.dropName);
      const share = isRatio ? labelsShare(member.labels) : 0;
      for (let step = 0; step < count; step++) {
        if (member.kinds[step] === absentSample) continue;
        const parameter = parameters[step] ?? 0;
        const passes = isRatio ? isInShare(share, parameter) : (taken[step] ?? 0) < parameter;
        if (!passes) continue;
        taken[step] = (taken[step] ?? 0) + 1;
        copyStep(member, out, step);
      }
      if (hasSamples(out)) result.push(out);
    }
    const pause = evaluation.spend(count * members.length);
    if (pause !== undefined) await pause;
  }
  return result;
}
