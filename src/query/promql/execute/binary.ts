// Binary operations: scalars with scalars, vectors with scalars, set operations and vectors with vectors. Series
// are matched once by their labels; which of them are there is then decided step by step.

import { Failure } from '../../../base/errors.ts';
import { compareLabels, labelsKey, labelValue, type Labels } from '../../../model/labels.ts';
import type { NativeHistogram } from '../../../model/native-histogram.ts';
import { quoteGo } from '../../language/go-string.ts';
import { setOperators, type Binary } from '../syntax/ast.ts';
import { valueTypeOf } from '../syntax/check.ts';
import type { Evaluation } from './evaluation.ts';
import { groupKey, groupLabels, isMetadataLabel, withLabel } from './grouping.ts';
import { printLabelName } from '../syntax/print.ts';
import { mergeByLabels } from './merge.ts';
import { applyOperator, changesMeaning, floatOperation, OperationResult } from './operators.ts';
import {
  absentSample,
  createStepSeries,
  floatSample,
  hasSamples,
  setSample,
  type StepSeries,
  type StepValue,
  vectorOf,
} from './steps.ts';

function sampleAt(series: StepSeries, step: number): number | NativeHistogram {
  if (series.kinds[step] === floatSample) return series.values[step] ?? 0;
  return series.histograms?.[step] ?? Number.NaN;
}

async function scalars(expr: Binary, evaluation: Evaluation): Promise<StepValue> {
  const left = await evaluation.scalar(expr.left);
  const right = await evaluation.scalar(expr.right);
  for (let step = 0; step < left.length; step++) {
    left[step] = floatOperation(expr.operator, left[step] ?? 0, right[step] ?? 0);
  }
  return { kind: 'scalar', values: left };
}

async function vectorWithScalar(
  expr: Binary,
  vector: StepSeries[],
  scalar: Float64Array,
  swapped: boolean,
  evaluation: Evaluation,
): Promise<StepSeries[]> {
  const out = new OperationResult();
  const dropsName = changesMeaning(expr.operator) || expr.returnBool;
  for (const series of vector) {
    for (let step = 0; step < scalar.length; step++) {
      if (series.kinds[step] === absentSample) continue;
      const sample = sampleAt(series, step);
      const value = scalar[step] ?? 0;
      applyOperator(
        expr,
        swapped ? value : sample,
        swapped ? sample : value,
        out,
        evaluation.annotations,
      );
      if (!out.keep) series.kinds[step] = absentSample;
      // `5 < x` compares but keeps x.
      else if (swapped && !changesMeaning(expr.operator) && !expr.returnBool) continue;
      else setSample(series, step, out.value, out.histogram);
    }
    series.dropName ||= dropsName;
    const pause = evaluation.spend(scalar.length);
    if (pause !== undefined) await pause;
  }
  return vector.filter(hasSamples);
}

/** For each key the steps at which a series with it is there. */
function presence(
  series: readonly StepSeries[],
  keyOf: (series: StepSeries) => string,
  count: number,
): Map<string, Uint8Array> {
  const present = new Map<string, Uint8Array>();
  for (const one of series) {
    const key = keyOf(one);
    let steps = present.get(key);
    if (steps === undefined) {
      steps = new Uint8Array(count);
      present.set(key, steps);
    }
    for (let step = 0; step < count; step++) {
      if (one.kinds[step] !== absentSample) steps[step] = 1;
    }
  }
  return present;
}

/** Removes samples at the steps where another side is (or is not) there. */
function mask(series: StepSeries, steps: Uint8Array | undefined, keepWhere: 0 | 1): void {
  for (let step = 0; step < series.kinds.length; step++) {
    if ((steps?.[step] ?? 0) !== keepWhere) series.kinds[step] = absentSample;
  }
}

function setOperation(
  expr: Binary,
  left: StepSeries[],
  right: StepSeries[],
  count: number,
): StepSeries[] {
  const names = new Set(expr.matching.labels);
  const keyOf = (series: StepSeries): string => groupKey(series.labels, names, expr.matching.on);
  if (expr.operator === 'or') {
    const present = presence(left, keyOf, count);
    for (const series of right) mask(series, present.get(keyOf(series)), 0);
    return mergeByLabels([...left, ...right].filter(hasSamples), false);
  }
  const present = presence(right, keyOf, count);
  for (const series of left) {
    mask(series, present.get(keyOf(series)), expr.operator === 'and' ? 1 : 0);
  }
  return left.filter(hasSamples);
}

function printLabels(labels: Labels): string {
  return `{${labels.map((label) => `${printLabelName(label.name)}=${quoteGo(label.value)}`).join(', ')}}`;
}

/** A vector match between a "many" side and a "one" side; one-to-one is a many side without company. */
class Matcher {
  readonly #expr: Binary;
  readonly #evaluation: Evaluation;
  readonly #names: ReadonlySet<string>;
  /** The sides are swapped: the "one" side stands at the left. */
  readonly #swapped: boolean;
  readonly #oneToOne: boolean;
  readonly #count: number;
  readonly #results: StepSeries[] = [];
  readonly #byKey: Map<string, StepSeries> = new Map();
  /** Per signature and step: how many results a one-to-one match has had. */
  readonly #matched: Map<string, Uint8Array> = new Map();
  /** Per signature and result: the steps that are taken. */
  readonly #inserted: Map<string, Uint8Array> = new Map();
  readonly #out: OperationResult = new OperationResult();

  constructor(expr: Binary, evaluation: Evaluation) {
    this.#expr = expr;
    this.#evaluation = evaluation;
    this.#names = new Set(expr.matching.labels);
    this.#swapped = expr.matching.cardinality === 'one-to-many';
    this.#oneToOne = expr.matching.cardinality === 'one-to-one';
    this.#count = evaluation.grid.count;
  }

  async run(left: StepSeries[], right: StepSeries[]): Promise<StepSeries[]> {
    const many = this.#swapped ? right : left;
    const one = this.#swapped ? left : right;
    const { fillLeft, fillRight } = this.#expr.matching;
    // With group_right, too, `fill_left` stands in for the many side and `fill_right` for the one side.
    const fills = fillLeft !== undefined || fillRight !== undefined;
    const ones = this.#index(one, many, fills);
    for (const series of many) {
      const signature = this.#signature(series);
      const partners = ones.get(signature) ?? [];
      for (const partner of partners) this.#pair(series, partner, signature);
      if (fillRight !== undefined) this.#fillMissingOne(series, partners, signature, fillRight);
      const pause = this.#evaluation.spend(this.#count * Math.max(1, partners.length));
      if (pause !== undefined) await pause;
    }
    if (fillLeft !== undefined) {
      for (const series of one) this.#fillMissingMany(series, fillLeft);
    }
    return this.#results.filter(hasSamples);
  }

  #signature(series: StepSeries): string {
    return groupKey(series.labels, this.#names, this.#expr.matching.on);
  }

  #matchLabels(series: StepSeries): Labels {
    return groupLabels(series.labels, this.#names, this.#expr.matching.on);
  }

  /** The "one" side by signature; two of them at one step are ambiguous, unless there is nothing to match then. */
  #index(
    one: readonly StepSeries[],
    many: readonly StepSeries[],
    fills: boolean,
  ): Map<string, StepSeries[]> {
    const bySignature = new Map<string, StepSeries[]>();
    for (const series of one) {
      const signature = this.#signature(series);
      const group = bySignature.get(signature);
      if (group === undefined) bySignature.set(signature, [series]);
      else group.push(series);
    }
    for (const group of bySignature.values()) {
      if (group.length < 2) continue;
      const holders: (StepSeries | undefined)[] = Array.from({ length: this.#count });
      for (const series of group) {
        for (let step = 0; step < this.#count; step++) {
          if (series.kinds[step] === absentSample) continue;
          const holder = holders[step];
          if (holder !== undefined) this.#checkDuplicate(series, holder, step, many, fills);
          holders[step] = series;
        }
      }
    }
    return bySignature;
  }

  #checkDuplicate(
    series: StepSeries,
    holder: StepSeries,
    step: number,
    many: readonly StepSeries[],
    fills: boolean,
  ): void {
    if (!fills && !many.some((other) => other.kinds[step] !== absentSample)) return;
    const [first, second] = [series.labels, holder.labels].sort(compareLabels);
    throw new Failure(
      'execution',
      `found duplicate series for the match group ${printLabels(this.#matchLabels(series))} on the ${this.#swapped ? 'left' : 'right'} hand-side of the operation: [${printLabels(first ?? [])}, ${printLabels(second ?? [])}];many-to-many matching not allowed: matching labels must be unique on one side`,
    );
  }

  #resultLabels(many: Labels, one: Labels): Labels {
    const { matching, operator } = this.#expr;
    let labels = changesMeaning(operator)
      ? many.filter((label) => !isMetadataLabel(label.name))
      : many;
    if (this.#oneToOne) {
      labels = matching.on
        ? labels.filter((label) => this.#names.has(label.name))
        : labels.filter((label) => !this.#names.has(label.name));
    }
    for (const name of matching.include) labels = withLabel(labels, name, labelValue(one, name));
    return labels;
  }

  #result(labels: Labels, dropName: boolean): StepSeries {
    const key = `${dropName ? '-' : ''}${labelsKey(labels)}`;
    const known = this.#byKey.get(key);
    if (known !== undefined) return known;
    const series = createStepSeries(labels, this.#count, dropName);
    this.#byKey.set(key, series);
    this.#results.push(series);
    return series;
  }

  #steps(map: Map<string, Uint8Array>, key: string): Uint8Array {
    let steps = map.get(key);
    if (steps === undefined) {
      steps = new Uint8Array(this.#count);
      map.set(key, steps);
    }
    return steps;
  }

  #pair(many: StepSeries, one: StepSeries, signature: string): void {
    this.#combine(many.labels, one.labels, many.dropName, signature, (step) => {
      if (many.kinds[step] === absentSample || one.kinds[step] === absentSample) return undefined;
      return [sampleAt(many, step), sampleAt(one, step)];
    });
  }

  #fillMissingOne(
    many: StepSeries,
    partners: readonly StepSeries[],
    signature: string,
    fill: number,
  ): void {
    this.#combine(many.labels, this.#matchLabels(many), many.dropName, signature, (step) => {
      if (many.kinds[step] === absentSample) return undefined;
      if (partners.some((partner) => partner.kinds[step] !== absentSample)) return undefined;
      return [sampleAt(many, step), fill];
    });
  }

  /** Only where no series of the "many" side has matched. */
  #fillMissingMany(one: StepSeries, fill: number): void {
    const signature = this.#signature(one);
    const matched = this.#matched.get(signature)?.slice();
    this.#combine(this.#matchLabels(one), one.labels, false, signature, (step) => {
      if (one.kinds[step] === absentSample || matched?.[step] === 1) return undefined;
      return [fill, sampleAt(one, step)];
    });
  }

  #combine(
    many: Labels,
    one: Labels,
    dropName: boolean,
    signature: string,
    samplesAt: (
      step: number,
    ) => readonly [number | NativeHistogram, number | NativeHistogram] | undefined,
  ): void {
    const labels = this.#resultLabels(many, one);
    const matched = this.#steps(this.#matched, signature);
    const inserted = this.#oneToOne
      ? matched
      : this.#steps(this.#inserted, `${signature}\u0002${labelsKey(labels)}`);
    let result: StepSeries | undefined;
    for (let step = 0; step < this.#count; step++) {
      const samples = samplesAt(step);
      if (samples === undefined) continue;
      const [ofMany, ofOne] = samples;
      applyOperator(
        this.#expr,
        this.#swapped ? ofOne : ofMany,
        this.#swapped ? ofMany : ofOne,
        this.#out,
        this.#evaluation.annotations,
      );
      // A second match of a pair is an error even where a comparison drops its result.
      if (this.#oneToOne && matched[step] === 1) {
        throw new Failure(
          'execution',
          'multiple matches for labels: many-to-one matching must be explicit (group_left/group_right)',
        );
      }
      matched[step] = 1;
      if (!this.#out.keep) continue;
      if (!this.#oneToOne && inserted[step] === 1) {
        throw new Failure(
          'execution',
          'multiple matches for labels: grouping labels must ensure unique matches',
        );
      }
      inserted[step] = 1;
      result ??= this.#result(labels, dropName || this.#expr.returnBool);
      if (result.kinds[step] !== absentSample) {
        throw new Failure('execution', 'vector cannot contain metrics with the same labelset');
      }
      setSample(result, step, this.#out.value, this.#out.histogram);
    }
  }
}

export async function evaluateBinary(expr: Binary, evaluation: Evaluation): Promise<StepValue> {
  const leftIsScalar = valueTypeOf(expr.left) === 'scalar';
  const rightIsScalar = valueTypeOf(expr.right) === 'scalar';
  if (leftIsScalar && rightIsScalar) return scalars(expr, evaluation);
  if (leftIsScalar) {
    const scalar = await evaluation.scalar(expr.left);
    const vector = await evaluation.vector(expr.right);
    return vectorOf(await vectorWithScalar(expr, vector, scalar, true, evaluation));
  }
  if (rightIsScalar) {
    const vector = await evaluation.vector(expr.left);
    const scalar = await evaluation.scalar(expr.right);
    return vectorOf(await vectorWithScalar(expr, vector, scalar, false, evaluation));
  }
  const left = await evaluation.vector(expr.left);
  const right = await evaluation.vector(expr.right);
  if (setOperators.has(expr.operator)) {
    return vectorOf(setOperation(expr, left, right, evaluation.grid.count));
  }
  return vectorOf(await new Matcher(expr, evaluation).run(left, right));
}
