// The LogQL engine over a log source: parse, check, plan, execute, limit, count.

import type { Clock } from '../../../base/clock.ts';
import { Failure } from '../../../base/errors.ts';
import { compareLabels } from '../../../model/labels.ts';
import { checkEmbedded, type EmbeddedEvaluator } from '../../language/embedded.ts';
import type { LogSource } from '../../sources.ts';
import type {
  LogqlData,
  LogqlEngine,
  LogqlRequest,
  LogqlResult,
  LogqlSeries,
  LogqlStream,
} from '../engine.ts';
import { embeddedQueries, planLogql, type MetricPlan, type Plan } from '../plan/plan.ts';
import { checkLogql } from '../syntax/check.ts';
import { parseLogql } from '../syntax/parse.ts';
import type { EvaluationContext } from './evaluation-context.ts';
import { evaluate } from './evaluation.ts';
import { defaultLogqlLimits, type LogqlLimits } from './limits.ts';
import { runLogQuery, tailLogs } from './log-query.ts';
import { ReadCounter, TurnTaker } from './scan.ts';
import { isEmptySeries, type StepSeries, type StepValue } from './series.ts';
import { gridOf, stepTimeNs, type StepGrid } from './step-grid.ts';
import { TraceFilters } from './trace-filter.ts';
import { HeldBudget } from './windows.ts';

export interface LogqlEngineOptions {
  readonly logs: LogSource;
  readonly clock: Clock;
  readonly limits?: Partial<LogqlLimits> | undefined;
  /** What `trace(…)` means; without it such a query is refused. */
  readonly traces?: EmbeddedEvaluator | undefined;
  /** Lets the host do what is waiting, such as taking in data; awaited every few milliseconds of work. */
  readonly pause?: (() => Promise<void>) | undefined;
}

/** Entries that a tail begins with. */
const tailHistoryDefault = 100;

function planQuery(query: string, traces: EmbeddedEvaluator | undefined): Plan {
  const expr = parseLogql(query);
  checkLogql(expr);
  const plan = planLogql(expr);
  for (const embedded of embeddedQueries(plan)) checkEmbedded(query, embedded, traces);
  return plan;
}

function checkSeriesCount(series: readonly StepSeries[], seriesMax: number): void {
  if (series.length <= seriesMax) return;
  throw new Failure(
    'limit',
    `maximum number of series (${seriesMax}) reached for a single query; consider reducing query cardinality ` +
      'by adding more specific stream selectors, reducing the time range, or aggregating results with functions ' +
      'like sum(), count() or topk()',
  );
}

/** Only the times that have a value. */
function resultSeries(series: StepSeries, times: Float64Array): LogqlSeries {
  const steps = times.length;
  let count = 0;
  for (let step = 0; step < steps; step++) count += series.present[step] ?? 0;
  if (count === steps) return { labels: series.labels, timestampsMs: times, values: series.values };
  const timestampsMs = new Float64Array(count);
  const values = new Float64Array(count);
  let at = 0;
  for (let step = 0; step < steps; step++) {
    if (series.present[step] !== 1) continue;
    timestampsMs[at] = times[step] ?? 0;
    values[at++] = series.values[step] ?? 0;
  }
  return { labels: series.labels, timestampsMs, values };
}

function stepTimesMs(grid: StepGrid): Float64Array {
  const times = new Float64Array(grid.steps);
  for (let step = 0; step < grid.steps; step++)
    times[step] = Number(stepTimeNs(grid, step) / 1_000_000n);
  return times;
}

function metricData(
  value: StepValue,
  grid: StepGrid,
  instant: boolean,
  seriesMax: number,
): LogqlData {
  const times = stepTimesMs(grid);
  if (value.kind === 'scalar') {
    if (instant) return { kind: 'scalar', timestampMs: times[0] ?? 0, value: value.value };
    const values = new Float64Array(grid.steps).fill(value.value);
    return { kind: 'matrix', series: [{ labels: [], timestampsMs: times, values }] };
  }
  const series = value.series.filter((one) => !isEmptySeries(one));
  checkSeriesCount(series, seriesMax);
  if (instant) return { kind: 'vector', series: series.map((one) => resultSeries(one, times)) };
  const sorted = series.toSorted((a, b) => compareLabels(a.labels, b.labels));
  return { kind: 'matrix', series: sorted.map((one) => resultSeries(one, times)) };
}

class Engine implements LogqlEngine {
  readonly #logs: LogSource;
  readonly #clock: Clock;
  readonly #limits: LogqlLimits;
  readonly #pause: (() => Promise<void>) | undefined;
  readonly #traces: EmbeddedEvaluator | undefined;

  constructor(options: LogqlEngineOptions) {
    this.#logs = options.logs;
    this.#clock = options.clock;
    this.#limits = { ...defaultLogqlLimits, ...options.limits };
    this.#pause = options.pause;
    this.#traces = options.traces;
  }

  async query(request: LogqlRequest, signal: AbortSignal): Promise<LogqlResult> {
    const startedMs = this.#clock.monotonicMs();
    const counter = new ReadCounter();
    const plan = planQuery(request.query, this.#traces);
    const traceFilters = new TraceFilters(this.#traces, this.#limits);
    let linesReturned = 0;
    let data: LogqlData;
    if (plan.kind === 'log') {
      const streams = await this.#logQuery(plan.scan, request, counter, traceFilters, signal);
      linesReturned = streams.reduce((count, stream) => count + stream.entries.length, 0);
      data = { kind: 'streams', streams };
    } else data = await this.#metricQuery(plan, request, counter, traceFilters, signal);
    const elapsedMs = this.#clock.monotonicMs() - startedMs;
    const stats = { linesRead: counter.lines, bytesRead: counter.bytes, linesReturned, elapsedMs };
    return { data, warnings: traceFilters.warnings, stats };
  }

  async #logQuery(
    scan: Extract<Plan, { kind: 'log' }>['scan'],
    request: LogqlRequest,
    counter: ReadCounter,
    traceFilters: TraceFilters,
    signal: AbortSignal,
  ): Promise<readonly LogqlStream[]> {
    if (request.kind === 'instant') {
      throw new Failure(
        'semantics',
        'log queries are not supported as an instant query type, please change your query to a range query type',
      );
    }
    const { entriesMax } = this.#limits;
    if (request.limit > entriesMax) {
      throw new Failure(
        'limit',
        `max entries limit per query exceeded, limit > max_entries_limit_per_query (${request.limit} > ${entriesMax})`,
      );
    }
    const context = {
      source: this.#logs,
      clock: this.#clock,
      counter,
      turns: new TurnTaker(this.#clock, this.#pause),
      traceFilters,
      charactersMax: this.#limits.lineCharactersMax,
    };
    const gatherer = await runLogQuery(scan, request, context, signal);
    return gatherer.streams();
  }

  async #metricQuery(
    plan: MetricPlan,
    request: LogqlRequest,
    counter: ReadCounter,
    traceFilters: TraceFilters,
    signal: AbortSignal,
  ): Promise<LogqlData> {
    const grid = gridOf(request, this.#limits.pointsMax);
    const instant = request.kind === 'instant';
    const context: EvaluationContext = {
      source: this.#logs,
      clock: this.#clock,
      limits: this.#limits,
      tenants: request.tenants,
      grid,
      instant,
      counter,
      budget: new HeldBudget(this.#limits),
      turns: new TurnTaker(this.#clock, this.#pause),
      traceFilters,
      signal,
    };
    return metricData(await evaluate(plan, context), grid, instant, this.#limits.seriesMax);
  }

  async *tail(
    request: Parameters<LogqlEngine['tail']>[0],
    signal: AbortSignal,
  ): AsyncGenerator<readonly LogqlStream[]> {
    const plan = planQuery(request.query, this.#traces);
    if (plan.kind !== 'log')
      throw new Failure('semantics', 'only log queries can be tailed, not metric queries');
    const [embedded] = plan.scan.traces;
    if (embedded !== undefined) {
      // A line comes before the end of its trace.
      const message = 'a query with trace(…) cannot be tailed: a trace is judged when it is there';
      throw new Failure('semantics', message, { position: embedded.span });
    }
    const limit = Math.min(request.limit ?? tailHistoryDefault, this.#limits.entriesMax);
    const charactersMax = this.#limits.lineCharactersMax;
    const bounded = { ...request, limit, charactersMax };
    yield* tailLogs(plan.scan, bounded, this.#logs, this.#clock, signal);
  }
}

export function createLogqlEngine(options: LogqlEngineOptions): LogqlEngine {
  return new Engine(options);
}
