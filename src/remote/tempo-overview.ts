// The overview of a Tempo elsewhere, with the volumes of the Loki beside it: figures by TraceQL metrics, the map from some
// traces that are read whole.

import type { LogSource } from '../query/sources.ts';
import {
  type HeatCell,
  heatBandBoundNs,
  heatBands,
  type MapEdge,
  type Overview,
  type OverviewRequest,
  type OverviewSource,
  type RequestFigures,
  type RequestRule,
  type ServiceMap,
  type ServiceMapRequest,
  type ServiceOverview,
  type ServicePeriod,
  type ServiceVersion,
} from '../query/overview-source.ts';
import { serviceEdges } from '../query/survey/service-map.ts';
import { compareUtf8, labelValue } from '../model/labels.ts';
import type { SpanRecord } from '../model/span-record.ts';
import type { TempoMetrics, TempoRange, TempoSeries, TempoValue } from './tempo-metrics.ts';

export interface RemoteOverviewSettings {
  readonly metrics: TempoMetrics;
  /** Some traces of a range, whole. */
  readonly readSome: (
    range: ServiceMapRequest,
    signal: AbortSignal,
  ) => Promise<{ readonly traces: number; readonly spans: readonly SpanRecord[] }>;
  readonly logs: LogSource | undefined;
}

const service = 'resource.service.name';
const version = 'resource.service.version';
const quantiles = '0.5, 0.95, 0.99';
const edgesMax = 1000;

/** TraceQL's strings have JSON's escapes. */
function isService(name: string): string {
  return `${service} = ${JSON.stringify(name)}`;
}

function ofService(name: string | undefined): string {
  return name === undefined ? '' : ` && ${isService(name)}`;
}

interface Rules {
  readonly ofService: ReadonlyMap<string, RequestRule>;
  /** A filter of the spans that are requests, with a further condition. */
  readonly requests: (more: string) => string;
}

/** More services without server spans than these are told without their requests: a query has a length. */
const irregularMax = 100;

async function readRules(
  metrics: TempoMetrics,
  range: TempoRange,
  signal: AbortSignal,
): Promise<Rules> {
  const [kinds, roots] = await Promise.all([
    metrics.values(`{ } | count_over_time() by (${service}, kind)`, range, signal),
    metrics.values(`{ nestedSetParent < 0 } | count_over_time() by (${service})`, range, signal),
  ]);
  const nameOf = ({ labels }: TempoValue): string => labels.get(service) ?? '';
  const entry = new Set(
    kinds.filter(({ labels }) => /^(server|consumer)$/.test(labels.get('kind') ?? '')).map(nameOf),
  );
  const withRoot = new Set(roots.map(nameOf));
  const rules = new Map<string, RequestRule>();
  for (const name of kinds.map(nameOf))
    rules.set(name, entry.has(name) ? 'entry' : withRoot.has(name) ? 'root' : 'every');
  const irregular = [...rules]
    .filter(([, rule]) => rule !== 'entry')
    .slice(0, irregularMax)
    .map(([name, rule]) =>
      rule === 'root' ? `(${isService(name)} && nestedSetParent < 0)` : `(${isService(name)})`,
    );
  const isRequest = ['kind = server', 'kind = consumer', ...irregular].join(' || ');
  return { ofService: rules, requests: (more) => `{ (${isRequest})${more} }` };
}

interface Tally {
  requests: number;
  errors: number;
  readonly seconds: Map<string, number>;
}

function figuresOf(tally: Tally | undefined): RequestFigures {
  const ns = (quantile: string): number => (tally?.seconds.get(quantile) ?? NaN) * 1e9;
  return {
    requests: tally?.requests ?? 0,
    errors: tally?.errors ?? 0,
    p50Ns: ns('0.5'),
    p95Ns: ns('0.95'),
    p99Ns: ns('0.99'),
  };
}

/** Figures of one period by service. */
async function readPeriod(
  metrics: TempoMetrics,
  { requests }: Rules,
  range: TempoRange,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, Tally>> {
  const failed = ' && status = error';
  const [counts, errors, seconds] = await Promise.all([
    metrics.values(`${requests('')} | count_over_time() by (${service})`, range, signal),
    metrics.values(`${requests(failed)} | count_over_time() by (${service})`, range, signal),
    metrics.values(
      `${requests('')} | quantile_over_time(duration, ${quantiles}) by (${service})`,
      range,
      signal,
    ),
  ]);
  const tallies = new Map<string, Tally>();
  const tallyOf = ({ labels }: TempoValue): Tally => {
    const name = labels.get(service) ?? '';
    let tally = tallies.get(name);
    if (tally === undefined)
      tallies.set(name, (tally = { requests: 0, errors: 0, seconds: new Map() }));
    return tally;
  };
  for (const one of counts) tallyOf(one).requests += one.value;
  for (const one of errors) tallyOf(one).errors += one.value;
  for (const one of seconds) tallyOf(one).seconds.set(one.labels.get('p') ?? '', one.value);
  return tallies;
}

/** One number a bucket; `empty` where there is none. */
function overTime(
  series: readonly TempoSeries[],
  { firstNs, stepNs, buckets }: OverviewRequest,
  empty: number,
): number[] {
  const values = Array.from({ length: buckets }, () => empty);
  for (const { points } of series) {
    for (const { timeMs, value } of points) {
      const at = Math.round((timeMs - Number(firstNs) / 1e6) / (Number(stepNs) / 1e6)) - 1;
      const before = values[at];
      if (before !== undefined) values[at] = Number.isNaN(before) ? value : before + value;
    }
  }
  return values;
}

function ofLabel(
  series: readonly TempoSeries[],
  label: string,
  value: string,
): readonly TempoSeries[] {
  return series.filter(({ labels }) => labels.get(label) === value);
}

/** Tempo's buckets are twice as wide as their bound below; their spans are shared out to the bands that they cover. */
function heatOf(
  counts: readonly TempoSeries[],
  errors: readonly TempoSeries[],
  request: OverviewRequest,
): readonly HeatCell[] {
  const cells = new Map<
    string,
    { bucket: number; band: number; requests: number; errors: number }
  >();
  const share = (series: readonly TempoSeries[], what: 'requests' | 'errors'): void => {
    for (const one of series) {
      const upperNs = Number(one.labels.get('__bucket')) * 1e9;
      if (!(upperNs > 0)) continue;
      const bands = bandsWithin(upperNs / 2, upperNs);
      overTime([one], request, 0).forEach((count, bucket) => {
        for (const [at, of] of sharedOut(count, bands.length).entries()) {
          const band = bands[at] ?? 0;
          if (of === 0) continue;
          const id = `${bucket} ${band}`;
          const cell = cells.get(id) ?? { bucket, band, requests: 0, errors: 0 };
          cell[what] += of;
          cells.set(id, cell);
        }
      });
    }
  };
  share(counts, 'requests');
  share(errors, 'errors');
  return [...cells.values()].toSorted((a, b) => a.bucket - b.bucket || a.band - b.band);
}

function bandsWithin(lowerNs: number, upperNs: number): readonly number[] {
  const all = Array.from({ length: heatBands }, (_, band) => band);
  const within = all.filter((band) => {
    const middleNs = Math.sqrt(heatBandBoundNs(band) * heatBandBoundNs(band + 1));
    return middleNs > lowerNs && middleNs <= upperNs;
  });
  if (within.length > 0) return within;
  return [upperNs < heatBandBoundNs(0) ? 0 : heatBands - 1];
}

/** Whole numbers whose sum is the count. */
function sharedOut(count: number, parts: number): readonly number[] {
  const each = Math.floor(count / parts);
  return Array.from({ length: parts }, (_, at) => each + (at < count - each * parts ? 1 : 0));
}

function versionsOf(
  series: readonly TempoSeries[],
  name: string,
  { beforeNs, stepNs }: OverviewRequest,
): readonly ServiceVersion[] {
  return ofLabel(series, service, name)
    .flatMap(({ labels, points }): ServiceVersion[] => {
      const times = points
        .filter(({ value }) => value > 0)
        .map(({ timeMs }) => BigInt(Math.round(timeMs)) * 1_000_000n);
      const [first, last] = [times[0], times.at(-1)];
      if (first === undefined || last === undefined) return [];
      const startNs = first - stepNs;
      return [
        {
          version: labels.get(version) ?? '',
          firstNs: startNs > beforeNs ? startNs : beforeNs,
          lastNs: last,
        },
      ];
    })
    .toSorted((a, b) => Number(b.lastNs - a.lastNs));
}

/** Lines by service and level. */
async function readLines(
  logs: LogSource | undefined,
  { tenants }: OverviewRequest,
  { startNs, endNs }: TempoRange,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, ReadonlyMap<string, number>>> {
  const services = new Map<string, Map<string, number>>();
  const rows = await logs?.countLogs(
    {
      tenants,
      startNs,
      endNs,
      matchers: [],
      lineFilters: [],
      metadataMatchers: [],
      groupBy: ['service_name', 'detected_level'],
      stepNs: undefined,
      measure: 'lines',
    },
    signal,
  );
  for (const { labels, value } of rows ?? []) {
    const name = labelValue(labels, 'service_name');
    const levels = services.get(name) ?? new Map<string, number>();
    const level = labelValue(labels, 'detected_level') || 'unknown';
    levels.set(level, (levels.get(level) ?? 0) + value);
    services.set(name, levels);
  }
  return services;
}

async function readOverview(
  { metrics, logs }: RemoteOverviewSettings,
  request: OverviewRequest,
  signal: AbortSignal,
): Promise<Overview> {
  const { startNs, endNs, beforeNs, firstNs, stepNs, buckets } = request;
  const range = { startNs, endNs };
  const before = { startNs: beforeNs, endNs: startNs };
  const charted = { startNs: firstNs, endNs };
  const both = { startNs: beforeNs, endNs };
  const only = ofService(request.service);
  const failed = ' && status = error';
  const series = (query: string): Promise<readonly TempoSeries[]> =>
    metrics.series(query, charted, stepNs, signal);
  const rules = await readRules(metrics, both, signal);
  const { requests } = rules;
  const [tallies, talliesBefore, counts, errors, p95, quantile, heat, heatErrors, versions] =
    await Promise.all([
      readPeriod(metrics, rules, range, signal),
      readPeriod(metrics, rules, before, signal),
      series(`${requests('')} | count_over_time() by (${service})`),
      series(`${requests(failed)} | count_over_time() by (${service})`),
      series(`${requests('')} | quantile_over_time(duration, 0.95) by (${service})`),
      series(`${requests(only)} | quantile_over_time(duration, ${quantiles})`),
      series(`${requests(only)} | histogram_over_time(duration)`),
      series(`${requests(`${only}${failed}`)} | histogram_over_time(duration)`),
      metrics.series(`{ } | count_over_time() by (${service}, ${version})`, both, stepNs, signal),
    ]);
  const [lines, linesBefore] = await Promise.all([
    readLines(logs, request, range, signal),
    readLines(logs, request, before, signal),
  ]);
  const periodOf = (
    tally: Tally | undefined,
    levels: ReadonlyMap<string, number> | undefined,
  ): ServicePeriod => ({ ...figuresOf(tally), lines: levels ?? new Map() });
  const names = new Set([
    ...[tallies, talliesBefore, lines, linesBefore].flatMap((one) => [...one.keys()]),
    ...versions.map(({ labels }) => labels.get(service) ?? ''),
  ]);
  const services = [...names].map((name): ServiceOverview => ({
    service: name,
    rule: rules.ofService.get(name) ?? 'none',
    range: periodOf(tallies.get(name), lines.get(name)),
    before: periodOf(talliesBefore.get(name), linesBefore.get(name)),
    requestsOverTime: overTime(ofLabel(counts, service, name), request, 0),
    errorsOverTime: overTime(ofLabel(errors, service, name), request, 0),
    p95NsOverTime: overTime(ofLabel(p95, service, name), request, NaN).map((s) => s * 1e9),
    versions: versionsOf(versions, name, request),
  }));
  const amount = ({ range: of }: ServiceOverview): number =>
    [...of.lines.values()].reduce((sum, count) => sum + count, of.requests);
  services.sort((a, b) => amount(b) - amount(a) || compareUtf8(a.service, b.service));
  const chosen = (all: readonly TempoSeries[]): readonly TempoSeries[] =>
    request.service === undefined ? all : ofLabel(all, service, request.service);
  const [requestsAll, errorsAll] = [
    overTime(chosen(counts), request, 0),
    overTime(chosen(errors), request, 0),
  ];
  const [p50, p95All, p99] = ['0.5', '0.95', '0.99'].map((p) =>
    overTime(ofLabel(quantile, 'p', p), request, NaN),
  );
  const ns = (seconds: readonly number[] | undefined, at: number): number =>
    (seconds?.[at] ?? NaN) * 1e9;
  return {
    services,
    servicesTotal: services.length,
    overTime: Array.from({ length: buckets }, (_, at) => ({
      requests: requestsAll[at] ?? 0,
      errors: errorsAll[at] ?? 0,
      p50Ns: ns(p50, at),
      p95Ns: ns(p95All, at),
      p99Ns: ns(p99, at),
    })),
    heat: heatOf(heat, heatErrors, request),
    lookedAt: { spans: 0, oneIn: 1 },
  };
}

async function readServiceMap(
  { metrics, readSome }: RemoteOverviewSettings,
  request: ServiceMapRequest,
  signal: AbortSignal,
): Promise<ServiceMap> {
  const [{ traces, spans }, roots] = await Promise.all([
    readSome(request, signal),
    metrics.values('{ nestedSetParent < 0 } | count_over_time()', request, signal),
  ]);
  const all = roots.reduce((sum, { value }) => sum + value, 0);
  const oneIn = traces === 0 ? 1 : Math.max(1, Math.round(all / traces));
  const touches = ({ from, to }: MapEdge): boolean =>
    request.service === undefined ||
    from.name === request.service ||
    (to.kind === 'service' && to.name === request.service);
  const edges = serviceEdges(spans, oneIn).filter(touches);
  return {
    edges: edges.slice(0, edgesMax),
    edgesTotal: edges.length,
    lookedAt: { spans: spans.length, oneIn },
  };
}

export function createRemoteOverview(settings: RemoteOverviewSettings): OverviewSource {
  return {
    readOverview: (request, signal) => readOverview(settings, request, signal),
    readServiceMap: (request, signal) => readServiceMap(settings, request, signal),
  };
}
