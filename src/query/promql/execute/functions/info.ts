// info(): adds the labels of info series (target_info and the like) to series of the same instance and job.

import { Failure } from '../../../../base/errors.ts';
import { labelsKey, labelValue, type Label, type Labels } from '../../../../model/labels.ts';
import { matcherPredicate, type LabelMatcher } from '../../../language/matcher.ts';
import { quoteGo } from '../../../language/go-string.ts';
import { infoMatchers, infoReference } from '../../plan/info.ts';
import type { Evaluation } from '../evaluation.ts';
import { withLabel } from '../grouping.ts';
import { byLabels } from '../merge.ts';
import { firstAfter, staleEntry, type SampleSeries } from '../samples.ts';
import { referenceTimes } from '../select.ts';
import {
  absentSample,
  createStepSeries,
  hasSamples,
  histogramAt,
  setSample,
  vectorOf,
  type StepSeries,
} from '../steps.ts';
import { operandOf, type Evaluator } from './evaluator.ts';

const identifyingLabels: ReadonlySet<string> = new Set(['instance', 'job']);

function identity(labels: Labels): string {
  return labelsKey(labels.filter((label) => identifyingLabels.has(label.name)));
}

function printSeries(labels: Labels): string {
  return `{${labels.map((label) => `${label.name}=${quoteGo(label.value)}`).join(', ')}}`;
}

/** Time of the newest sample in the look-back of `time`, or undefined. */
function newestTime(series: SampleSeries, time: number, lookbackMs: number): number | undefined {
  const times = series.timeline?.times ?? series.times;
  const at = firstAfter(times, time) - 1;
  const found = times[at];
  if (at < 0 || found === undefined || found <= time - lookbackMs) return undefined;
  const entry = series.timeline === undefined ? at : (series.timeline.entries[at] ?? 0);
  if (entry === staleEntry) return undefined;
  if (entry < 0) {
    throw new Failure(
      'execution',
      `this should be an info metric, with float samples: ${printSeries(series.labels)}`,
    );
  }
  return found;
}

/** Info series by the identity of the targets they speak of, then by metric name. */
type InfoIndex = ReadonlyMap<string, ReadonlyMap<string, readonly SampleSeries[]>>;

function indexInfo(series: readonly SampleSeries[]): InfoIndex {
  const index = new Map<string, Map<string, SampleSeries[]>>();
  for (const one of series) {
    const key = identity(one.labels);
    const byName = index.get(key) ?? new Map<string, SampleSeries[]>();
    index.set(key, byName);
    const name = labelValue(one.labels, '__name__');
    const group = byName.get(name);
    if (group === undefined) byName.set(name, [one]);
    else group.push(one);
  }
  return index;
}

/** Of the info series of one metric the one with the newest sample. */
function current(
  candidates: readonly SampleSeries[],
  time: number,
  lookbackMs: number,
): Labels | undefined {
  let best: { readonly labels: Labels; readonly time: number } | undefined;
  for (const { labels, ...series } of candidates) {
    const found = newestTime({ labels, ...series }, time, lookbackMs);
    if (found === undefined) continue;
    if (best?.time === found) {
      throw new Failure(
        'execution',
        `found duplicate series for info metric: existing ${printSeries(best.labels)} @ ${found}, new ${printSeries(labels)} @ ${found}`,
      );
    }
    if (best === undefined || found > best.time) best = { labels, time: found };
  }
  return best?.labels;
}

class InfoJoin {
  readonly #dataMatchers: ReadonlyMap<string, readonly LabelMatcher[]>;
  readonly #mayBeMissing: boolean;

  constructor(matchers: readonly LabelMatcher[]) {
    const byName = new Map<string, LabelMatcher[]>();
    for (const matcher of matchers) {
      if (matcher.name === '__name__') continue;
      byName.set(matcher.name, [...(byName.get(matcher.name) ?? []), matcher]);
    }
    this.#dataMatchers = byName;
    this.#mayBeMissing = [...byName.values()]
      .flat()
      .every((matcher) => matcherPredicate(matcher)(''));
  }

  /** The labels that are added, or undefined when the series goes away. */
  additions(base: Labels, infos: readonly Labels[]): readonly Label[] | undefined {
    if (infos.length === 0) return this.#mayBeMissing ? [] : undefined;
    const added = new Map<string, string>();
    for (const { name, value } of infos.flat()) {
      if (name === '__name__') continue;
      if (this.#dataMatchers.size > 0 && !this.#dataMatchers.has(name)) continue;
      const known = added.get(name);
      if (known !== undefined && known !== value) {
        throw new Failure('execution', `conflicting label: ${name}`);
      }
      if (labelValue(base, name) === '') added.set(name, value);
    }
    return Array.from(added, ([name, value]) => ({ name, value }));
  }
}

/** Series that are info series themselves are not enriched. */
function infoSeriesTest(matchers: readonly LabelMatcher[]): (labels: Labels) => boolean {
  const names = matchers.filter((matcher) => matcher.name === '__name__');
  const isPositive = (matcher: LabelMatcher): boolean =>
    matcher.operator === '=' || matcher.operator === '=~';
  if (!names.some(isPositive)) return () => false;
  const predicates = names.map(matcherPredicate);
  return (labels) => {
    const name = labelValue(labels, '__name__');
    return predicates.every((predicate) => predicate(name));
  };
}

function enrich(
  base: StepSeries,
  infos: ReadonlyMap<string, readonly SampleSeries[]>,
  join: InfoJoin,
  reference: (step: number) => number,
  evaluation: Evaluation,
  results: Map<string, StepSeries>,
): void {
  const { count } = evaluation.grid;
  for (let step = 0; step < count; step++) {
    if (base.kinds[step] === absentSample) continue;
    const found: Labels[] = [];
    for (const candidates of infos.values()) {
      const labels = current(candidates, reference(step), evaluation.times.lookbackMs);
      if (labels !== undefined) found.push(labels);
    }
    const additions = join.additions(base.labels, found);
    if (additions === undefined) continue;
    let { labels } = base;
    for (const { name, value } of additions) labels = withLabel(labels, name, value);
    const key = labelsKey(labels);
    let out = results.get(key);
    if (out === undefined) {
      out = createStepSeries(labels, count, base.dropName);
      results.set(key, out);
    }
    if (out.kinds[step] !== absentSample) {
      throw new Failure('execution', 'vector cannot contain metrics with the same labelset');
    }
    setSample(out, step, base.values[step] ?? 0, histogramAt(base, step));
  }
}

export const info: Evaluator = async (call, evaluation) => {
  const operand = operandOf(call, 0);
  const series = await evaluation.vector(operand);
  const matchers = infoMatchers(call);
  const isInfoSeries = infoSeriesTest(matchers);
  const index = indexInfo(evaluation.shared.infoSamples.get(call) ?? []);
  const { at, offset } = infoReference(operand, evaluation.times);
  const reference = referenceTimes(at, offset, evaluation);
  const join = new InfoJoin(matchers);
  const results = new Map<string, StepSeries>();
  const untouched: StepSeries[] = [];
  for (const base of series) {
    const key = identity(base.labels);
    if (isInfoSeries(base.labels)) untouched.push(base);
    else {
      // Without an identity nothing can belong to the series.
      const infos = key === '' ? new Map<string, readonly SampleSeries[]>() : index.get(key);
      enrich(base, infos ?? new Map(), join, reference, evaluation, results);
    }
    const pause = evaluation.spend(evaluation.grid.count);
    if (pause !== undefined) await pause;
  }
  return vectorOf([...untouched, ...byLabels(results.values())].filter(hasSamples));
};
