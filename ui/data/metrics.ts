// Metrics: what PromQL answers over the range of the page, exemplars, the metric browser, and the log lines and traces
// that belong to a series.

import { keepPreviousData, useQueries, useQuery } from '@tanstack/react-query';
import type { UseQueryResult } from '@tanstack/react-query';
import type { ExploreExplain } from '../../src/api/explore/contract/explain.ts';
import type {
  ExploreMetricLabels,
  ExploreMetricRelatives,
  ExploreMetrics,
} from '../../src/api/explore/contract/metrics.ts';
import type { ResolvedRange } from '../url/time-range.ts';
import { askClew } from './ask-clew.ts';
import { ApiError, fetchJson } from './fetch-json.ts';
import type { Parameters } from './fetch-json.ts';
import { alignHistograms } from './native-histograms.ts';
import type { HistogramSamples, HistogramSeries } from './native-histograms.ts';

export type MetricLabels = Readonly<Record<string, string>>;

export interface MetricSeries {
  readonly labels: MetricLabels;
  /** One a step; null where there is no sample, and where it is no finite number. */
  readonly values: readonly (number | null)[];
}

export interface RangeResult {
  readonly startMs: number;
  readonly stepMs: number;
  readonly series: readonly MetricSeries[];
  /** Native histograms, which no line can show. */
  readonly histograms: readonly HistogramSeries[];
  /** Values that are NaN or infinite: no chart shows them. */
  readonly notFinite: number;
  readonly warnings: readonly string[];
  readonly infos: readonly string[];
}

interface Envelope<T> {
  readonly status: 'success' | 'error';
  readonly data?: T;
  readonly errorType?: string;
  readonly error?: string;
  readonly warnings?: readonly string[];
  readonly infos?: readonly string[];
}

const errorCodes: Readonly<Record<string, string>> = {
  bad_data: 'syntax',
  execution: 'execution',
  timeout: 'timeout',
  unavailable: 'unavailable',
};

/** Prometheus's own envelope, its errors included. */
async function fetchPrometheus<T>(
  path: string,
  parameters: Parameters,
  signal: AbortSignal,
): Promise<Envelope<T> & { readonly data: T }> {
  const search = new URLSearchParams(parameters.map(([name, value]) => [name, value])).toString();
  let response: Response;
  try {
    response = await askClew(`${path}?${search}`, { signal });
  } catch (thrown) {
    if (signal.aborted) throw thrown;
    throw new ApiError('unreachable', `Clew does not answer at ${location.host}`);
  }
  // The shape is Prometheus's, which the server holds to.
  const answer = (await response.json().catch(() => undefined)) as Envelope<T> | undefined;
  if (answer?.status === 'success' && answer.data !== undefined) {
    return { ...answer, data: answer.data };
  }
  const hint = answer?.infos?.[0];
  // A proxy in between answers in words of its own.
  const reason =
    typeof answer?.error === 'string'
      ? answer.error
      : `the answer of ${path} was not understood (${response.status})`;
  throw new ApiError(
    errorCodes[answer?.errorType ?? ''] ?? (response.status === 503 ? 'unavailable' : 'internal'),
    [reason, hint].filter((part) => part !== undefined).join('. '),
  );
}

// ------------------------------------------------------------------------------------------- queries

/** Values of a chart: more than there are pixels help nobody. */
const pointsWanted = 240;

const stepsMs: readonly number[] = [
  1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 21_600, 43_200, 86_400,
].map((seconds) => seconds * 1000);

/** A round step with which the range has at most `points` values. */
export function stepFor({ startNs, endNs }: ResolvedRange, points: number = pointsWanted): number {
  const wanted = Number(endNs - startNs) / 1e6 / points;
  return stepsMs.find((step) => step >= wanted) ?? Math.ceil(wanted / 86_400_000) * 86_400_000;
}

interface Matrix {
  readonly resultType: string;
  readonly result: readonly {
    readonly metric: MetricLabels;
    readonly values?: readonly (readonly [number, string])[];
    readonly histograms?: HistogramSamples;
  }[];
}

/** Prometheus writes infinities as `+Inf`; a line cannot show them, nor what is not a number. */
function parseValue(text: string): number | null {
  const value = Number(text);
  return Number.isFinite(value) ? value : null;
}

function countNotFinite({ result }: Matrix): number {
  let count = 0;
  for (const { values = [] } of result) {
    for (const [, text] of values) if (parseValue(text) === null) count++;
  }
  return count;
}

export function alignSeries(
  { result }: Matrix,
  startMs: number,
  stepMs: number,
  count: number,
): readonly MetricSeries[] {
  return result.flatMap(({ metric, values = [] }) => {
    if (values.length === 0) return [];
    const aligned: (number | null)[] = Array.from({ length: count }, () => null);
    for (const [seconds, text] of values) {
      const at = Math.round((seconds * 1000 - startMs) / stepMs);
      if (at >= 0 && at < count) aligned[at] = parseValue(text);
    }
    return [{ labels: metric, values: aligned }];
  });
}

async function fetchRange(
  query: string,
  range: ResolvedRange,
  stepMs: number,
  signal: AbortSignal,
): Promise<RangeResult> {
  // Whole steps since the epoch, so that values stay what they are while time goes on.
  const startMs = Math.ceil(Number(range.startNs / 1_000_000n) / stepMs) * stepMs;
  const endMs = Math.max(startMs, Math.floor(Number(range.endNs / 1_000_000n) / stepMs) * stepMs);
  const answer = await fetchPrometheus<Matrix>(
    '/prometheus/api/v1/query_range',
    [
      ['query', query],
      ['start', String(startMs / 1000)],
      ['end', String(endMs / 1000)],
      ['step', String(stepMs / 1000)],
    ],
    signal,
  );
  const count = Math.floor((endMs - startMs) / stepMs) + 1;
  return {
    startMs,
    stepMs,
    series: alignSeries(answer.data, startMs, stepMs, count),
    histograms: alignHistograms(answer.data.result, startMs, stepMs, count),
    notFinite: countNotFinite(answer.data),
    warnings: answer.warnings ?? [],
    infos: answer.infos ?? [],
  };
}

function rangeKey(range: ResolvedRange): readonly string[] {
  return [String(range.startNs), String(range.endNs)];
}

// The same query twice on a page is asked once: its key says everything that its answer depends on.
function rangeOptions(query: string, range: ResolvedRange, stepMs: number) {
  return {
    queryKey: ['metrics', 'range', query, ...rangeKey(range), stepMs],
    queryFn: ({ signal }: { readonly signal: AbortSignal }) =>
      fetchRange(query, range, stepMs, signal),
    enabled: query !== '',
    retry: false,
  };
}

export function useRangeQuery(
  query: string,
  range: ResolvedRange,
  stepMs: number,
): UseQueryResult<RangeResult> {
  return useQuery({ ...rangeOptions(query, range, stepMs), placeholderData: keepPreviousData });
}

export function useRangeQueries(
  queries: readonly string[],
  range: ResolvedRange,
  stepMs: number,
): readonly UseQueryResult<RangeResult>[] {
  return useQueries({ queries: queries.map((query) => rangeOptions(query, range, stepMs)) });
}

export interface MetricExemplar {
  readonly labels: MetricLabels;
  readonly value: number;
  readonly atMs: number;
  readonly traceId: string;
  readonly spanId: string;
}

interface ExemplarAnswer {
  readonly seriesLabels: MetricLabels;
  readonly exemplars: readonly {
    readonly labels: MetricLabels;
    readonly value: string;
    readonly timestamp: number;
  }[];
}

const traceKeys = ['trace_id', 'traceID', 'traceid', 'trace.id'];
const spanKeys = ['span_id', 'spanID', 'spanid', 'span.id'];

function firstOf(labels: MetricLabels, keys: readonly string[]): string {
  return keys.map((key) => labels[key] ?? '').find((value) => value !== '') ?? '';
}

async function fetchExemplars(
  query: string,
  range: ResolvedRange,
  signal: AbortSignal,
): Promise<readonly MetricExemplar[]> {
  const { data } = await fetchPrometheus<readonly ExemplarAnswer[]>(
    '/prometheus/api/v1/query_exemplars',
    [
      ['query', query],
      ['start', String(Number(range.startNs / 1_000_000n) / 1000)],
      ['end', String(Number(range.endNs / 1_000_000n) / 1000)],
    ],
    signal,
  );
  return data.flatMap(({ seriesLabels, exemplars }) =>
    exemplars.flatMap(({ labels, value, timestamp }): readonly MetricExemplar[] => {
      const traceId = firstOf(labels, traceKeys);
      if (traceId === '') return [];
      const number = Number(value);
      const spanId = firstOf(labels, spanKeys);
      return [{ labels: seriesLabels, value: number, atMs: timestamp * 1000, traceId, spanId }];
    }),
  );
}

/** Of all series that the query reads. */
export function useExemplars(
  query: string,
  range: ResolvedRange,
  enabled: boolean,
): UseQueryResult<readonly MetricExemplar[]> {
  return useQuery({
    queryKey: ['metrics', 'exemplars', query, ...rangeKey(range)],
    queryFn: ({ signal }) => fetchExemplars(query, range, signal),
    enabled: enabled && query !== '',
    placeholderData: keepPreviousData,
    retry: false,
  });
}

// ------------------------------------------------------------------------------------------- browser

function nsParameters(range: ResolvedRange): Parameters {
  return [
    ['start', String(range.startNs)],
    ['end', String(range.endNs)],
  ];
}

export function useMetrics(range: ResolvedRange): UseQueryResult<ExploreMetrics> {
  return useQuery({
    queryKey: ['metrics', 'list', ...rangeKey(range)],
    queryFn: ({ signal }) =>
      fetchJson<ExploreMetrics>('/api/explore/metrics', nsParameters(range), signal),
    placeholderData: keepPreviousData,
  });
}

export function useMetricLabels(
  parts: readonly string[],
  range: ResolvedRange,
): UseQueryResult<ExploreMetricLabels> {
  return useQuery({
    queryKey: ['metrics', 'labels', ...parts, ...rangeKey(range)],
    queryFn: ({ signal }) =>
      fetchJson<ExploreMetricLabels>(
        '/api/explore/metrics/labels',
        [...parts.map((part) => ['part', part] as const), ...nsParameters(range)],
        signal,
      ),
    enabled: parts.length > 0,
  });
}

// ---------------------------------------------------------------------------------------- relatives

export function fetchRelatives(
  query: string,
  labels: MetricLabels,
  range: ResolvedRange,
  signal: AbortSignal,
): Promise<ExploreMetricRelatives> {
  return fetchJson<ExploreMetricRelatives>(
    '/api/explore/metrics/relatives',
    [
      ['query', query],
      ...Object.entries(labels).map(([name, value]) => ['label', `${name}=${value}`] as const),
      ...nsParameters(range),
    ],
    signal,
  );
}

export function useRelatives(
  query: string,
  labels: MetricLabels,
  range: ResolvedRange,
  enabled: boolean,
): UseQueryResult<ExploreMetricRelatives> {
  return useQuery({
    queryKey: ['metrics', 'relatives', query, JSON.stringify(labels), ...rangeKey(range)],
    queryFn: ({ signal }) => fetchRelatives(query, labels, range, signal),
    enabled,
    placeholderData: keepPreviousData,
  });
}

// ------------------------------------------------------------------------------------------- explain

export function useExplain(
  language: string,
  query: string,
  range: ResolvedRange,
): UseQueryResult<ExploreExplain> {
  return useQuery({
    queryKey: ['explain', language, query, ...rangeKey(range)],
    queryFn: ({ signal }) =>
      fetchJson<ExploreExplain>(
        '/api/explore/explain',
        [
          ['language', language],
          ['query', query],
          ['step', String(Math.max(1, Math.round(stepFor(range) / 1000)))],
          ...nsParameters(range),
        ],
        signal,
      ),
    enabled: query.trim() !== '',
    placeholderData: keepPreviousData,
    retry: false,
  });
}
