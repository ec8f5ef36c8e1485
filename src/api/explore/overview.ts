// The overview page: services over time and against the window before, and the map of who talks to whom.

import type {
  HeatCell,
  NamedBy,
  Overview,
  OverviewRequest,
  RequestFigures,
  ServiceOverview,
  ServicePeriod,
  SpansLookedAt,
} from '../../query/overview-source.ts';
import { printTraceqlCondition } from '../../query/difference/print-condition.ts';
import { heatBandBoundNs } from '../../query/overview-source.ts';
import { wholeNumber } from '../http/parameters.ts';
import { readRange } from '../loki/time-parameters.ts';
import type {
  ExploreHeat,
  ExploreOverview,
  ExploreSampled,
  ExploreService,
  ExploreServiceMap,
  ExploreServicePeriod,
} from './contract/overview.ts';
import type { ExploreDependencies } from './dependencies.ts';
import { stepFor } from './time-steps.ts';

const bucketsDefault = 90;

function serviceOf(parameters: URLSearchParams): string | undefined {
  return parameters.get('service') ?? undefined;
}

export async function readOverview(
  parameters: URLSearchParams,
  tenants: readonly string[],
  { overview, clock, limits }: ExploreDependencies,
  signal: AbortSignal,
): Promise<ExploreOverview> {
  const { startNs, endNs } = readRange(parameters, clock.nowNs());
  const wanted = wholeNumber(parameters, 'buckets', bucketsDefault, {
    min: 1,
    max: limits.bucketsMax,
  });
  const stepNs = stepFor(endNs - startNs, wanted);
  const firstNs = (startNs / stepNs) * stepNs;
  const lengthNs = endNs - startNs;
  const request: OverviewRequest = {
    tenants,
    startNs,
    endNs,
    beforeNs: startNs > lengthNs ? startNs - lengthNs : 0n,
    firstNs,
    stepNs,
    buckets: Number((endNs - firstNs + stepNs - 1n) / stepNs),
    service: serviceOf(parameters),
  };
  return encodeOverview(request, await overview.readOverview(request, signal));
}

function encodeOverview(request: OverviewRequest, found: Overview): ExploreOverview {
  const { overTime } = found;
  const latency = (of: (figures: RequestFigures) => number): (number | null)[] =>
    overTime.map((figures) => encodeMs(of(figures)));
  return {
    startNs: request.startNs.toString(),
    endNs: request.endNs.toString(),
    beforeNs: request.beforeNs.toString(),
    firstNs: request.firstNs.toString(),
    stepNs: request.stepNs.toString(),
    overTime: {
      requests: overTime.map(({ requests }) => requests),
      errors: overTime.map(({ errors }) => errors),
      p50Ms: latency(({ p50Ns }) => p50Ns),
      p95Ms: latency(({ p95Ns }) => p95Ns),
      p99Ms: latency(({ p99Ns }) => p99Ns),
    },
    heat: encodeHeat(found.heat),
    services: found.services.map((service) => encodeService(service, request)),
    servicesTotal: found.servicesTotal,
    sampled: encodeSampled(found.lookedAt),
  };
}

function encodeMs(ns: number): number | null {
  // Three digits behind the point are a microsecond, finer than any clock that sends spans.
  return Number.isFinite(ns) ? Math.round(ns / 1000) / 1000 : null;
}

function encodeSampled({ oneIn, spans }: SpansLookedAt): ExploreSampled | null {
  return oneIn === 1 ? null : { oneIn, spans };
}

function encodeHeat(cells: readonly HeatCell[]): ExploreHeat {
  if (cells.length === 0) return { boundsMs: [], cells: [] };
  let lowest = Infinity;
  let highest = 0;
  for (const { band } of cells) {
    lowest = Math.min(lowest, band);
    highest = Math.max(highest, band);
  }
  return {
    boundsMs: Array.from(
      { length: highest - lowest + 2 },
      (_, at) => Math.round(heatBandBoundNs(lowest + at)) / 1e6,
    ),
    cells: cells.map(({ bucket, band, requests, errors }) => ({
      bucket,
      band: band - lowest,
      requests,
      errors,
    })),
  };
}

function encodePeriod(period: ServicePeriod): ExploreServicePeriod {
  return {
    requests: period.requests,
    errors: period.errors,
    p50Ms: encodeMs(period.p50Ns),
    p95Ms: encodeMs(period.p95Ns),
    p99Ms: encodeMs(period.p99Ns),
    lines: Object.fromEntries(period.lines),
  };
}

/** What sends a version for the first time within a step of its own first sign has not changed: it has begun. */
function encodeService(of: ServiceOverview, { startNs, stepNs }: OverviewRequest): ExploreService {
  let seenNs = of.versions[0]?.firstNs ?? startNs;
  for (const { firstNs } of of.versions) if (firstNs < seenNs) seenNs = firstNs;
  const wasBefore = of.before.requests > 0 || of.before.lines.size > 0;
  return {
    service: of.service,
    requestsAre: of.rule,
    range: encodePeriod(of.range),
    before: encodePeriod(of.before),
    requestsOverTime: of.requestsOverTime,
    errorsOverTime: of.errorsOverTime,
    p95MsOverTime: of.p95NsOverTime.map(encodeMs),
    versions: of.versions.map(({ version, firstNs, lastNs }) => ({
      version,
      firstNs: firstNs < startNs ? null : firstNs.toString(),
      lastNs: lastNs.toString(),
      isNew: firstNs >= startNs && (wasBefore || firstNs >= seenNs + stepNs),
    })),
  };
}

function printCalls(namedBy: readonly NamedBy[]): string | null {
  if (namedBy.length === 0) return null;
  return namedBy
    .map(({ keys, value }) => {
      const type = typeof value === 'bigint' ? 'int' : 'string';
      const either = keys.map((key) =>
        printTraceqlCondition({ scope: 'span', key, type, value: String(value), ...noCounts }),
      );
      return either.length === 1 ? either.join('') : `(${either.join(' || ')})`;
    })
    .join(' && ');
}

const noCounts = { selected: 0, rest: 0 };

export async function readServiceMap(
  parameters: URLSearchParams,
  tenants: readonly string[],
  { overview, clock }: ExploreDependencies,
  signal: AbortSignal,
): Promise<ExploreServiceMap> {
  const { startNs, endNs } = readRange(parameters, clock.nowNs());
  const { edges, edgesTotal, lookedAt } = await overview.readServiceMap(
    { tenants, startNs, endNs, service: serviceOf(parameters) },
    signal,
  );
  return {
    startNs: startNs.toString(),
    endNs: endNs.toString(),
    edges: edges.map(({ from, to, namedBy, isLinked, isMessaging, requests, errors, p95Ns }) => ({
      from,
      to,
      isMessaging,
      isLinked,
      calls: printCalls(namedBy),
      requests,
      errors,
      p95Ms: encodeMs(p95Ns) ?? 0,
    })),
    edgesTotal,
    sampled: encodeSampled(lookedAt),
  };
}
