// Range aggregations: lines of a scan become samples, samples meet their windows, windows become series.

import { Failure } from '../../../base/errors.ts';
import { labelsFromEntries, labelsKey, type Label, type Labels } from '../../../model/labels.ts';
import { quoteGo } from '../../language/go-string.ts';
import { utf8Length } from '../../language/utf8-length.ts';
import type { LogCountRow } from '../../sources.ts';
import type { RangePlan, SampleGrouping } from '../plan/plan.ts';
import type { Unwrap } from '../syntax/ast.ts';
import { accumulators } from './accumulators.ts';
import type { Entry, LineStage, StreamLabels } from './entry.ts';
import type { EvaluationContext } from './evaluation-context.ts';
import { readBytes, readDurationNs, readNumber, type Quantity } from './quantities.ts';
import { readRequest, RowRunner, scanRows } from './scan.ts';
import { emptySeries, type StepSeries } from './series.ts';
import { labelFilterStage } from './stages/label-filter.ts';
import { stepTimeNs, WindowFinder } from './step-grid.ts';
import { AccumulatedWindows, QuantileWindows, type SeriesWindows } from './windows.ts';

/** `{a="b", c="d"}` as messages show a series. */
export function printLabels(labels: Labels): string {
  return `{${labels.map(({ name, value }) => `${name}=${quoteGo(value)}`).join(', ')}}`;
}

function pipelineFailure(entry: Entry): Failure {
  const { error } = entry;
  const series = printLabels(entry.allLabels());
  return new Failure(
    'semantics',
    `pipeline error: '${error}' for series: '${series}'.\n` +
      `Use a label filter to intentionally skip this error. (e.g | __error__!="${error}").\n` +
      'To skip all potential errors you can match empty errors.(e.g __error__="")\n' +
      'The label filter can also be specified after unwrap. (e.g | unwrap latency | __error__="" )\n',
  );
}

// ------------------------------------------------------------------------------------------ the value

/** A sample's value; undefined when the line gives none. */
type ValueReader = (entry: Entry) => number | undefined;

function readSeconds(text: string): Quantity {
  const duration = readDurationNs(text);
  return duration.ok ? { ok: true, value: duration.value / 1e9 } : duration;
}

function unwrapReader(unwrap: Unwrap): ValueReader {
  const { label, conversion } = unwrap;
  const read =
    conversion === undefined ? readNumber : conversion === 'bytes' ? readBytes : readSeconds;
  const filters: readonly LineStage[] = unwrap.filters.map(labelFilterStage);
  return (entry) => {
    const text = entry.get(label);
    if (text === undefined || text === '') return undefined;
    const quantity = read(text);
    if (!quantity.ok) entry.fail('SampleExtractionErr', quantity.reason);
    for (const filter of filters) if (!filter(entry)) return undefined;
    return quantity.ok ? quantity.value : 0;
  };
}

function valueReader(plan: RangePlan): ValueReader {
  if (plan.unwrap !== undefined) return unwrapReader(plan.unwrap);
  const bytes = plan.operation === 'bytes_over_time' || plan.operation === 'bytes_rate';
  return bytes ? (entry) => utf8Length(entry.line) : () => 1;
}

// ----------------------------------------------------------------------------------------- the series

interface HeldSeries {
  readonly labels: Labels;
  readonly windows: SeriesWindows;
}

/** Finds the series of an entry, making it when it is new. */
class SeriesTable {
  readonly #grouping: SampleGrouping;
  readonly #create: () => SeriesWindows;
  readonly #seriesMax: number;
  readonly #byKey: Map<string, HeldSeries> = new Map();
  /** For entries that are nothing but their stream. */
  readonly #byStream: Map<StreamLabels, HeldSeries> = new Map();

  constructor(grouping: SampleGrouping, seriesMax: number, create: () => SeriesWindows) {
    this.#grouping = grouping;
    this.#seriesMax = seriesMax;
    this.#create = create;
  }

  get all(): readonly HeldSeries[] {
    return [...this.#byKey.values()];
  }

  find(entry: Entry): HeldSeries {
    if (!entry.isPlain) return this.#find(entry);
    let series = this.#byStream.get(entry.stream);
    if (series === undefined) {
      series = this.#find(entry);
      this.#byStream.set(entry.stream, series);
    }
    return series;
  }

  #find(entry: Entry): HeldSeries {
    const { kind, labels: names } = this.#grouping;
    if (kind === 'only') {
      let key = '';
      for (const name of names) key += `${entry.get(name) ?? ''}\u0001`;
      return this.#byKey.get(key) ?? this.#add(key, onlyLabels(entry, names));
    }
    const all = entry.allLabels();
    const labels = names.length === 0 ? all : all.filter((label) => !names.includes(label.name));
    const key = labelsKey(labels);
    return this.#byKey.get(key) ?? this.#add(key, labels);
  }

  #add(key: string, labels: Labels): HeldSeries {
    if (this.#byKey.size >= this.#seriesMax) {
      throw new Failure(
        'limit',
        `a range aggregation holds more than ${this.#seriesMax} series; aggregate by fewer labels or add filters`,
      );
    }
    const series = { labels, windows: this.#create() };
    this.#byKey.set(key, series);
    return series;
  }
}

function onlyLabels(entry: Entry, names: readonly string[]): Labels {
  return labelsFromEntries(names.map((name) => [name, entry.get(name) ?? ''] as const));
}

function createWindows(plan: RangePlan, context: EvaluationContext): () => SeriesWindows {
  const { operation } = plan;
  if (operation === 'quantile_over_time') {
    const quantile = plan.parameter ?? 0;
    return () => new QuantileWindows(quantile, context.grid, context.budget);
  }
  const accumulator = accumulators[operation];
  return () => new AccumulatedWindows(accumulator, context.grid, plan.rangeNs, context.budget);
}

// ------------------------------------------------------------------------------------------ evaluation

/** The part of time that any window covers, end exclusive. */
function windowBounds(
  plan: RangePlan,
  context: EvaluationContext,
): { readonly startNs: bigint; readonly endNs: bigint } {
  const last = stepTimeNs(context.grid, context.grid.steps - 1);
  return {
    startNs: context.grid.startNs - plan.rangeNs - plan.offsetNs + 1n,
    endNs: last - plan.offsetNs + 1n,
  };
}

async function scanSamples(
  plan: RangePlan,
  context: EvaluationContext,
): Promise<readonly HeldSeries[]> {
  const bounds = { tenants: context.tenants, ...windowBounds(plan, context) };
  const traces = await context.traceFilters.find(plan.scan, bounds, context.signal);
  if (traces?.isEmpty === true) return [];
  const runner = new RowRunner(plan.scan, context.clock, context.counter, traces);
  const finder = new WindowFinder(context.grid, plan.rangeNs, plan.offsetNs);
  const read = valueReader(plan);
  const table = new SeriesTable(
    plan.grouping,
    context.limits.heldSeriesMax,
    createWindows(plan, context),
  );
  const request = readRequest(plan.scan, bounds, 'forward', undefined, traces);
  const visit = (entry: Entry): boolean => {
    if (!finder.find(entry.timeNs)) return true;
    const value = read(entry);
    if (value === undefined) return true;
    if (entry.error !== '') throw pipelineFailure(entry);
    table.find(entry).windows.add(finder, entry.timeNs, value);
    return true;
  };
  await scanRows(context.source, request, runner, visit, context.turns, context.signal);
  return table.all;
}

/** Counts as series, or undefined when storage cannot count this. */
async function countSamples(
  plan: RangePlan,
  context: EvaluationContext,
): Promise<readonly StepSeries[] | undefined> {
  const { counting } = plan;
  const { grid } = context;
  if (counting === undefined) return undefined;
  if (grid.steps > 1 && grid.stepNs !== plan.rangeNs) return undefined;
  const { startNs, endNs } = windowBounds(plan, context);
  const { matchers, lineFilters, metadataMatchers } = plan.scan;
  const rows = await context.source.countLogs(
    {
      tenants: context.tenants,
      // Buckets are open on the left: the first one begins where the first window does.
      startNs: startNs - 1n,
      endNs,
      matchers,
      lineFilters,
      metadataMatchers,
      groupBy: counting.groupBy,
      stepNs: plan.rangeNs,
      measure: counting.measure,
    },
    context.signal,
  );
  if (rows === undefined) return undefined;
  const perSecond = plan.operation === 'rate' || plan.operation === 'bytes_rate';
  return seriesOfCounts(rows, context, perSecond ? Number(plan.rangeNs) / 1e9 : 1);
}

function seriesOfCounts(
  rows: readonly LogCountRow[],
  { grid: { steps }, budget }: EvaluationContext,
  divisor: number,
): readonly StepSeries[] {
  const byLabels = new Map<string, StepSeries>();
  for (const { labels, bucket, value } of rows) {
    if (bucket < 0 || bucket >= steps || value === 0) continue;
    const key = labelsKey(labels);
    let series = byLabels.get(key);
    if (series === undefined) {
      budget.addSeries(steps);
      series = emptySeries(labels, steps);
      byLabels.set(key, series);
    }
    series.present[bucket] = 1;
    series.values[bucket] = value / divisor;
  }
  return [...byLabels.values()];
}

/** Labels that the equality matchers imply, for what is absent. */
function absentLabels(plan: RangePlan): Labels {
  const labels: Label[] = [];
  const names = plan.scan.matchers.map((matcher) => matcher.name);
  for (const { name, operator, value } of plan.scan.matchers) {
    const once = names.indexOf(name) === names.lastIndexOf(name);
    if (operator === '=' && once && value !== '') labels.push({ name, value });
  }
  return labelsFromEntries(labels.map((label) => [label.name, label.value] as const));
}

function absentSeries(plan: RangePlan, found: readonly StepSeries[], steps: number): StepSeries {
  const absent = emptySeries(absentLabels(plan), steps);
  for (let step = 0; step < steps; step++) {
    if (found.some((series) => series.present[step] === 1)) continue;
    absent.present[step] = 1;
    absent.values[step] = 1;
  }
  return absent;
}

export async function evaluateRange(
  plan: RangePlan,
  context: EvaluationContext,
): Promise<readonly StepSeries[]> {
  const counted = await countSamples(plan, context);
  if (counted !== undefined) return counted;
  const held = await scanSamples(plan, context);
  const series: StepSeries[] = [];
  for (const { labels, windows } of held) {
    context.budget.addSeries(context.grid.steps);
    series.push(windows.finish(labels));
    await context.turns.next();
  }
  if (plan.operation !== 'absent_over_time') return series;
  return [absentSeries(plan, series, context.grid.steps)];
}
