// Runs promqltest scripts against an engine over series in memory, with all the re-runs that Prometheus's own
// runner does: `@` on every selector evaluated at other times, and each instant query as the middle of a range.

import {
  compareLabels,
  labelsFromEntries,
  labelsKey,
  labelValue,
  type Labels,
} from '../../src/model/labels.ts';
import type { NativeHistogram } from '../../src/model/native-histogram.ts';
import type { PromqlData, PromqlResult, PromqlSeries } from '../../src/query/promql/engine.ts';
import { createPromqlEngine } from '../../src/query/promql/execute/create-engine.ts';
import {
  MemorySeriesSource,
  type MemorySample,
} from '../../src/query/promql/execute/memory-source.ts';
import { almostEqual } from '../../src/query/promql/execute/quantile.ts';
import { compactHistogram, emptyHistogram } from '../../src/query/promql/histogram/arithmetic.ts';
import {
  negativeBuckets,
  positiveBuckets,
  sameBounds,
} from '../../src/query/promql/histogram/buckets.ts';
import { parseGoFloat } from '../../src/base/float.ts';
import { childrenOf, type Expr } from '../../src/query/promql/syntax/ast.ts';
import { parsePromql } from '../../src/query/promql/syntax/parse.ts';
import { printPromql } from '../../src/query/promql/syntax/print.ts';
import { valueTypeOf } from '../../src/query/promql/syntax/check.ts';
import { parseScript, type EvalCommand, type LoadedSeries, type ScriptCommand } from './script.ts';
import type { ScriptValue } from './series-notation.ts';

const epsilon = 1e-6;
const samplesMax = 10_000;

export interface ScriptOutcome {
  readonly evals: number;
  /** Queries run, re-runs included. */
  readonly runs: number;
  readonly failures: readonly {
    readonly line: number;
    readonly query: string;
    readonly reason: string;
  }[];
}

function histogramsMatch(expected: NativeHistogram, actual: NativeHistogram): boolean {
  const a = compactHistogram(expected);
  const b = compactHistogram(actual);
  const near = (x: number, y: number): boolean => almostEqual(x, y, epsilon);
  const allNear = (x: readonly number[], y: readonly number[]): boolean =>
    x.length === y.length && x.every((value, at) => near(value, y[at] ?? Number.NaN));
  const positive = [positiveBuckets(a), positiveBuckets(b)] as const;
  const negative = [negativeBuckets(a), negativeBuckets(b)] as const;
  return (
    a.schema === b.schema &&
    near(a.count, b.count) &&
    near(a.sum, b.sum) &&
    sameBounds(a.customValues, b.customValues) &&
    a.zeroThreshold === b.zeroThreshold &&
    near(a.zeroCount, b.zeroCount) &&
    sameBounds(positive[0].index, positive[1].index) &&
    allNear(positive[0].count, positive[1].count) &&
    sameBounds(negative[0].index, negative[1].index) &&
    allNear(negative[0].count, negative[1].count)
  );
}

function describe(value: ScriptValue): string {
  return value.kind === 'float' ? String(value.value) : JSON.stringify(value);
}

function valueMatches(expected: ScriptValue, actual: ScriptValue): boolean {
  if (expected.kind === 'float' && actual.kind === 'float') {
    return almostEqual(expected.value, actual.value, epsilon);
  }
  if (expected.kind === 'histogram' && actual.kind === 'histogram') {
    if (
      expected.hintGiven &&
      expected.histogram.counterResetHint !== actual.histogram.counterResetHint
    ) {
      return false;
    }
    return histogramsMatch(expected.histogram, actual.histogram);
  }
  return expected.kind === 'gap' && actual.kind === 'gap';
}

/** Samples of a series by time. */
function pointsOf(series: PromqlSeries): Map<number, ScriptValue> {
  const points = new Map<number, ScriptValue>();
  for (const [at, time] of series.timestampsMs.entries()) {
    points.set(time, { kind: 'float', value: series.values[at] ?? Number.NaN });
  }
  for (const { timestampMs, histogram } of series.histograms) {
    points.set(timestampMs, { kind: 'histogram', histogram, hintGiven: false });
  }
  return points;
}

function printLabels(labels: Labels): string {
  return `{${labels.map(({ name, value }) => `${name}="${value}"`).join(', ')}}`;
}

/** What is wrong with the result, or undefined. */
function mismatch(command: EvalCommand, data: PromqlData, timeMs: number): string | undefined {
  const { expected } = command;
  if (expected.kind === 'string') {
    if (data.kind !== 'string') return `expected a string, got a ${data.kind}`;
    return data.value === expected.value ? undefined : `got ${JSON.stringify(data.value)}`;
  }
  if (expected.kind === 'scalar') {
    if (data.kind !== 'scalar') return `expected a scalar, got a ${data.kind}`;
    if (almostEqual(expected.value, data.value, epsilon)) return undefined;
    return `expected ${expected.value}, got ${data.value}`;
  }
  if (data.kind === 'string' || data.kind === 'scalar')
    return `expected series, got a ${data.kind}`;
  return seriesMismatch(command, data.series, timeMs);
}

function seriesMismatch(
  command: EvalCommand,
  actual: readonly PromqlSeries[],
  timeMs: number,
): string | undefined {
  if (command.expected.kind !== 'series') return 'no series expected';
  const { series } = command.expected;
  const grid = command.isRange ? command : command.rangeVector;
  const byKey = new Map(actual.map((one) => [labelsKey(one.labels), one]));
  if (byKey.size !== actual.length) return 'equal label sets in the result';
  for (const [at, wanted] of series.entries()) {
    const key = labelsKey(wanted.labels);
    const found = byKey.get(key);
    if (found === undefined) {
      const got = actual.map((one) => printLabels(one.labels)).join(' ');
      return `missing ${printLabels(wanted.labels)}; got ${got || 'nothing'}`;
    }
    if (command.ordered && actual[at] !== found) {
      return `${printLabels(wanted.labels)} is not at place ${at + 1}`;
    }
    byKey.delete(key);
    const points = pointsOf(found);
    for (const [index, value] of wanted.values.entries()) {
      const time = grid === undefined ? timeMs : grid.startMs + index * grid.stepMs;
      const point = points.get(time) ?? { kind: 'gap' as const };
      points.delete(time);
      if (!valueMatches(value, point)) {
        return `${printLabels(wanted.labels)} at ${time}: expected ${describe(value)}, got ${describe(point)}`;
      }
    }
    if (points.size > 0)
      return `${printLabels(wanted.labels)}: surplus samples at ${[...points.keys()].join(' ')}`;
  }
  if (byKey.size > 0) {
    const surplus = [...byKey.values()].map(
      (one) => `${printLabels(one.labels)} ${[...pointsOf(one).values()].map(describe).join(' ')}`,
    );
    return `surplus ${surplus.join(' ')}`;
  }
  return undefined;
}

function textMismatch(command: EvalCommand, result: PromqlResult): string | undefined {
  for (const [kind, texts] of [
    ['warn', result.warnings],
    ['info', result.infos],
  ] as const) {
    const wanted = command.texts.filter((text) => text.kind === kind);
    if (command.texts.some((text) => text.kind === `no_${kind}`) && texts.length > 0) {
      return `unexpected ${kind}: ${texts.join(' | ')}`;
    }
    if (wanted.length > 0 && texts.length === 0) return `no ${kind}`;
    const matches = (one: (typeof wanted)[number], text: string): boolean =>
      one.message === undefined ? (one.pattern?.test(text) ?? true) : one.message === text;
    for (const one of wanted) {
      if (!texts.some((text) => matches(one, text))) {
        return `no ${kind} ${one.message ?? one.pattern?.source ?? ''}; got ${texts.join(' | ')}`;
      }
    }
    for (const text of wanted.length > 0 ? texts : []) {
      if (!wanted.some((one) => matches(one, text))) return `unexpected ${kind}: ${text}`;
    }
  }
  return undefined;
}

const unsafeWithAt = new Set(
  'days_in_month day_of_month day_of_week day_of_year end hour minute month predict_linear range start step time timestamp year'.split(
    ' ',
  ),
);
const ofQueryRange = new Set(['start', 'end', 'step', 'range']);

function someNode(expr: Expr, holds: (expr: Expr) => boolean): boolean {
  return holds(expr) || childrenOf(expr).some((child) => someNode(child, holds));
}

/** `@ time` on every selector and subquery that has none and is in no subquery that has one. */
function pinned(expr: Expr, ms: number): Expr {
  const at = { kind: 'time', ms } as const;
  switch (expr.kind) {
    case 'vector-selector':
      return expr.at?.kind === 'time' ? expr : { ...expr, at };
    case 'matrix-selector':
      return { ...expr, selector: pinned(expr.selector, ms) as typeof expr.selector };
    case 'subquery':
      return expr.at?.kind === 'time' ? expr : { ...expr, at };
    case 'paren':
      return { ...expr, inner: pinned(expr.inner, ms) };
    case 'aggregate':
      return {
        ...expr,
        inner: pinned(expr.inner, ms),
        parameter: expr.parameter === undefined ? undefined : pinned(expr.parameter, ms),
      };
    case 'unary':
      return { ...expr, operand: pinned(expr.operand, ms) };
    case 'binary':
      return { ...expr, left: pinned(expr.left, ms), right: pinned(expr.right, ms) };
    case 'call':
      return { ...expr, operands: expr.operands.map((operand) => pinned(operand, ms)) };
    default:
      return expr;
  }
}

function usesQueryRange(query: string): boolean {
  return /\b(?:start|end|step|range)\s*\(\s*\)/i.test(query);
}

/** Bucket counts, count and sum of one classic histogram at one time. */
interface ClassicPoint {
  readonly buckets: Map<number, number>;
  count: number | undefined;
  sum: number;
}

function toCustomBuckets(point: ClassicPoint): NativeHistogram {
  const bounds = [...point.buckets.keys()].sort((a, b) => a - b);
  const finite = bounds.filter((bound) => bound !== Number.POSITIVE_INFINITY);
  const largest = point.buckets.get(bounds.at(-1) ?? 0) ?? 0;
  const total = point.count ?? largest;
  const counts: number[] = [];
  let before = 0;
  for (const bound of finite) {
    const count = point.buckets.get(bound) ?? 0;
    counts.push(count - before);
    before = count;
  }
  counts.push(total - before);
  return compactHistogram({
    ...emptyHistogram,
    schema: -53,
    count: total,
    sum: point.sum,
    positiveSpans: [{ offset: 0, length: counts.length }],
    positiveBuckets: counts,
    customValues: finite,
  });
}

export class ScriptRunner {
  readonly #source: MemorySeriesSource = new MemorySeriesSource();
  readonly #engine = createPromqlEngine({ series: this.#source, options: { samplesMax } });
  #runs = 0;

  async run(text: string): Promise<ScriptOutcome> {
    const failures: { line: number; query: string; reason: string }[] = [];
    let evals = 0;
    for (const command of parseScript(text)) {
      if (command.kind !== 'eval') {
        this.#apply(command);
        continue;
      }
      evals++;
      const reason = await this.#eval(command);
      if (reason !== undefined) failures.push({ line: command.line, query: command.query, reason });
    }
    return { evals, runs: this.#runs, failures };
  }

  #apply(command: Exclude<ScriptCommand, { kind: 'eval' }>): void {
    if (command.kind === 'clear') {
      this.#source.clear();
      return;
    }
    for (const series of command.series) this.#load(series, command.stepMs);
    if (command.withCustomBuckets) this.#loadCustomBuckets(command.series, command.stepMs);
  }

  #load(series: LoadedSeries, stepMs: number): void {
    for (const [at, value] of series.values.entries()) {
      if (value.kind === 'gap') continue;
      const timestampMs = at * stepMs;
      const offset = series.starts[at];
      const sample: MemorySample['sample'] =
        value.kind === 'histogram' ? { kind: 'histogram', histogram: value.histogram } : value;
      this.#source.append(series.labels, {
        timestampMs,
        startTimestampMs: offset === undefined ? 0 : timestampMs + offset,
        sample,
      });
    }
  }

  /** Classic histograms a second time, as native ones with custom buckets. */
  #loadCustomBuckets(loaded: readonly LoadedSeries[], stepMs: number): void {
    const histograms = new Map<string, { labels: Labels; points: Map<number, ClassicPoint> }>();
    for (const series of loaded) {
      const name = /^(.+)_(bucket|count|sum)$/.exec(labelValue(series.labels, '__name__'));
      if (name === null) continue;
      const le = parseGoFloat(labelValue(series.labels, 'le'));
      if (name[2] === 'bucket' && le === undefined) continue;
      const labels = labelsFromEntries(
        series.labels
          .filter((label) => label.name !== 'le' || name[2] !== 'bucket')
          .map((label) => [label.name, label.name === '__name__' ? (name[1] ?? '') : label.value]),
      );
      const key = labelsKey(labels);
      const entry = histograms.get(key) ?? { labels, points: new Map<number, ClassicPoint>() };
      histograms.set(key, entry);
      for (const [at, value] of series.values.entries()) {
        if (value.kind !== 'float') continue;
        const time = at * stepMs;
        const point = entry.points.get(time) ?? { buckets: new Map(), count: undefined, sum: 0 };
        entry.points.set(time, point);
        if (name[2] === 'bucket') point.buckets.set(le ?? Number.NaN, value.value);
        else if (name[2] === 'count') point.count = value.value;
        else point.sum = value.value;
      }
    }
    for (const { labels, points } of histograms.values()) {
      for (const [timestampMs, point] of [...points].sort((a, b) => a[0] - b[0])) {
        this.#source.append(labels, {
          timestampMs,
          sample: { kind: 'histogram', histogram: toCustomBuckets(point) },
        });
      }
    }
  }

  #query(
    query: string,
    startMs: number,
    endMs: number,
    stepMs: number,
    isRange: boolean,
  ): Promise<PromqlResult> {
    this.#runs++;
    return this.#engine.query(
      { query, tenants: ['test'], kind: isRange ? 'range' : 'instant', startMs, endMs, stepMs },
      new AbortController().signal,
    );
  }

  async #eval(command: EvalCommand): Promise<string | undefined> {
    if (command.isRange) return this.#checkRange(command);
    for (const { query, timeMs } of this.#instants(command)) {
      const reason = await this.#checkInstant(command, query, timeMs);
      if (reason !== undefined)
        return `${query === command.query ? '' : `[${query} at ${timeMs}] `}${reason}`;
    }
    return undefined;
  }

  /** The query as written, and pinned with `@` at other times. */
  #instants(command: EvalCommand): { query: string; timeMs: number }[] {
    const { query, startMs: time } = command;
    const instants = [{ query, timeMs: time }];
    let expr: Expr;
    try {
      expr = parsePromql(query);
    } catch {
      return instants;
    }
    if (someNode(expr, (node) => node.kind === 'call' && unsafeWithAt.has(node.name)))
      return instants;
    const pinnedQuery = printPromql(pinned(expr, time));
    const times =
      time === 0 ? [-1000, 0, 1000] : [-10 * time, 0, Math.trunc(time / 5), time, 10 * time];
    for (const timeMs of times) instants.push({ query: pinnedQuery, timeMs });
    return instants;
  }

  #failureMismatch(command: EvalCommand, error: Error): string | undefined {
    const wanted = command.texts.filter((text) => text.kind === 'fail');
    if (wanted.length === 0)
      return `failed: ${error.name === 'Failure' ? error.message : (error.stack ?? error.message)}`;
    for (const { message, pattern } of wanted) {
      const fits =
        message === undefined ? (pattern?.test(error.message) ?? true) : message === error.message;
      if (!fits) return `failed with ${error.message} instead of ${message ?? String(pattern)}`;
    }
    return undefined;
  }

  async #checkRange(command: EvalCommand): Promise<string | undefined> {
    let result: PromqlResult;
    try {
      result = await this.#query(
        command.query,
        command.startMs,
        command.endMs,
        command.stepMs,
        true,
      );
    } catch (error) {
      return this.#failureMismatch(command, error as Error);
    }
    if (command.texts.some((text) => text.kind === 'fail')) return 'did not fail';
    return (
      mismatch(command, result.data, 0) ?? textMismatch(command, result) ?? unsorted(result.data)
    );
  }

  async #checkInstant(
    command: EvalCommand,
    query: string,
    timeMs: number,
  ): Promise<string | undefined> {
    let result: PromqlResult;
    try {
      result = await this.#query(query, timeMs, timeMs, 0, false);
    } catch (error) {
      return this.#failureMismatch(command, error as Error);
    }
    if (command.texts.some((text) => text.kind === 'fail')) return 'did not fail';
    const reason = mismatch(command, result.data, timeMs) ?? textMismatch(command, result);
    if (reason !== undefined) return reason;
    return this.#checkAsRange(command, query, timeMs);
  }

  /** The same query over three steps; the one in the middle must give the same. */
  async #checkAsRange(
    command: EvalCommand,
    query: string,
    timeMs: number,
  ): Promise<string | undefined> {
    const expr = parsePromql(query);
    const type = valueTypeOf(expr);
    if (type === 'matrix' || type === 'string' || usesQueryRange(query)) return undefined;
    if (someNode(expr, (node) => node.kind === 'call' && ofQueryRange.has(node.name)))
      return undefined;
    let result: PromqlResult;
    try {
      result = await this.#query(query, timeMs - 60_000, timeMs + 60_000, 60_000, true);
    } catch (error) {
      return `as a range: ${(error as Error).message}`;
    }
    if (command.ordered) return undefined;
    const order = unsorted(result.data);
    if (order !== undefined) return order;
    if (result.data.kind !== 'matrix') return `as a range: a ${result.data.kind}`;
    const middle = result.data.series.flatMap((series) => {
      const at = series.timestampsMs.indexOf(timeMs);
      const histograms = series.histograms.filter((one) => one.timestampMs === timeMs);
      if (at < 0 && histograms.length === 0) return [];
      const floats = at < 0 ? [] : [at];
      return [
        {
          labels: series.labels,
          timestampsMs: Float64Array.from(floats, () => timeMs),
          values: Float64Array.from(floats, (index) => series.values[index] ?? Number.NaN),
          histograms,
        },
      ];
    });
    const data: PromqlData =
      type === 'scalar'
        ? { kind: 'scalar', timestampMs: timeMs, value: middle[0]?.values[0] ?? Number.NaN }
        : { kind: 'vector', series: middle };
    const reason = mismatch(command, data, timeMs);
    return reason === undefined ? undefined : `as a range: ${reason}`;
  }
}

function unsorted(data: PromqlData): string | undefined {
  if (data.kind !== 'matrix') return undefined;
  for (let at = 1; at < data.series.length; at++) {
    const [before, after] = data.series.slice(at - 1, at + 1);
    if (compareLabels(before?.labels ?? [], after?.labels ?? []) > 0) return 'matrix is not sorted';
  }
  return undefined;
}
