// Prometheus's HTTP API v1 with Mimir's write path beside it. Mounted at the root and under `/prometheus`.

import { Hono } from 'hono';
import { Failure } from '../../base/errors.ts';
import { compareLabels, compareUtf8, type Labels, labelsToRecord } from '../../model/labels.ts';
import type { LabelMatcher } from '../../query/language/matcher.ts';
import { parsePromqlSelector, parsePromql } from '../../query/promql/syntax/parse.ts';
import { prettyPromql } from '../../query/promql/syntax/pretty.ts';
import { withDeadline } from '../http/deadline.ts';
import { readParameters, wholeNumber } from '../http/parameters.ts';
import { tenantsOf } from '../http/tenant.ts';
import type { PrometheusDependencies } from './dependencies.ts';
import { prometheusErrorResponse, success } from './envelope.ts';
import { unescapeLabelName } from './escaped-name.ts';
import { exemplarsJson, queryDataJson } from './query-response.ts';
import { selectorsOf } from './selectors.ts';
import {
  durationParameterMs,
  readEvaluationRange,
  readTimeoutMs,
  timeParameterMs,
} from './time-parameters.ts';
import { otlpMetrics, remoteWrite } from './write.ts';

interface Call {
  readonly parameters: URLSearchParams;
  readonly tenants: readonly string[];
  readonly signal: AbortSignal;
  /** A part of the path, decoded. */
  readonly name: string;
}

const truncatedWarning = 'results truncated due to limit';

export function createPrometheusApi(dependencies: PrometheusDependencies): Hono {
  const app = new Hono();
  // Prometheus takes forms on some of its endpoints only; Grafana tries a form first on all of them.
  const serve = (path: string, work: (call: Call) => Promise<Response>): void => {
    app.on(['GET', 'POST'], path, async (context) => {
      const request = context.req.raw;
      try {
        const parameters = await readParameters(request);
        const tenants = tenantsOf(request.headers, dependencies.tenants);
        const timeoutMs = readTimeoutMs(parameters, dependencies.limits.queryTimeoutMs);
        return await withDeadline(request.signal, timeoutMs, (signal) =>
          work({ parameters, tenants, signal, name: context.req.param('name') ?? '' }),
        );
      } catch (error) {
        return prometheusErrorResponse(error);
      }
    });
  };
  serve('/api/v1/query', (call) => query(call, dependencies));
  serve('/api/v1/query_range', (call) => queryRange(call, dependencies));
  serve('/api/v1/query_exemplars', (call) => queryExemplars(call, dependencies));
  serve('/api/v1/format_query', ({ parameters }) =>
    Promise.resolve(
      success(JSON.stringify(prettyPromql(parsePromql(parameters.get('query') ?? '')))),
    ),
  );
  serve('/api/v1/labels', (call) => labelNames(call, dependencies));
  serve('/api/v1/label/:name/values', (call) => labelValues(call, dependencies));
  serve('/api/v1/series', (call) => series(call, dependencies));
  serve('/api/v1/metadata', (call) => metadata(call, dependencies));
  app.get('/api/v1/rules', () => success('{"groups":[]}'));
  app.get('/api/v1/alerts', () => success('{"alerts":[]}'));
  app.get('/api/v1/status/buildinfo', () =>
    success(JSON.stringify(buildInfo(dependencies.version))),
  );
  app.get('/api/v1/status/runtimeinfo', () =>
    success(
      JSON.stringify({
        startTime: '',
        CWD: '',
        reloadConfigSuccess: true,
        lastConfigTime: '',
        corruptionCount: 0,
        goroutineCount: 0,
        GOMAXPROCS: 0,
        GOMEMLIMIT: 0,
        GOGC: '',
        GODEBUG: '',
        storageRetention: '',
      }),
    ),
  );
  app.get('/-/healthy', (context) => context.text('Prometheus Server is Healthy.\n'));
  app.get('/-/ready', (context) => context.text('Prometheus Server is Ready.\n'));
  for (const path of ['/api/v1/write', '/api/v1/push'])
    app.post(path, (context) => remoteWrite(context.req.raw, dependencies));
  for (const path of ['/api/v1/otlp/v1/metrics', '/otlp/v1/metrics']) {
    app.post(path, (context) => otlpMetrics(context.req.raw, dependencies));
  }
  app.all('/api/*', () => prometheusErrorResponse(new Failure('not-found', 'no such endpoint')));
  return app;
}

function buildInfo(version: string): Record<string, string> {
  // Grafana gates features on Prometheus's version: the one that this API is compatible with, Clew's own behind it. No
  // `features`: with them Grafana would take this for a Mimir with a ruler.
  return {
    version: '3.14.0',
    revision: `clew-${version}`,
    branch: 'main',
    buildUser: '',
    buildDate: '',
    goVersion: '',
  };
}

function readLimit(parameters: URLSearchParams): number {
  return wholeNumber(parameters, 'limit', 0, { min: 0, max: Number.MAX_SAFE_INTEGER });
}

async function query(
  { parameters, tenants, signal }: Call,
  { engine, clock }: PrometheusDependencies,
): Promise<Response> {
  const timeMs = timeParameterMs(parameters, 'time', clock.nowMs());
  const result = await engine.query(
    {
      query: parameters.get('query') ?? '',
      tenants,
      kind: 'instant',
      startMs: timeMs,
      endMs: timeMs,
      stepMs: 0,
      lookbackMs: durationParameterMs(parameters, 'lookback_delta'),
    },
    signal,
  );
  const { json, truncated } = queryDataJson(result.data, readLimit(parameters));
  return success(
    json,
    truncated ? [...result.warnings, truncatedWarning] : result.warnings,
    result.infos,
  );
}

async function queryRange(
  { parameters, tenants, signal }: Call,
  { engine }: PrometheusDependencies,
): Promise<Response> {
  const range = readEvaluationRange(parameters);
  const result = await engine.query(
    {
      query: parameters.get('query') ?? '',
      tenants,
      kind: 'range',
      ...range,
      lookbackMs: durationParameterMs(parameters, 'lookback_delta'),
    },
    signal,
  );
  const { json, truncated } = queryDataJson(result.data, readLimit(parameters));
  return success(
    json,
    truncated ? [...result.warnings, truncatedWarning] : result.warnings,
    result.infos,
  );
}

/** `start` and `end` of the metadata endpoints; without them, all that is kept. */
function readRange(
  parameters: URLSearchParams,
  nowMs: number,
): { readonly startMs: number; readonly endMs: number } {
  const startMs = timeParameterMs(parameters, 'start', 0);
  const endMs = timeParameterMs(parameters, 'end', nowMs + 600_000);
  if (endMs < startMs)
    throw new Failure(
      'invalid-data',
      'invalid parameter "end": end timestamp must not be before start time',
    );
  return { startMs: Math.max(0, startMs), endMs: Math.min(endMs, nowMs + 86_400_000) };
}

async function queryExemplars(
  { parameters, tenants, signal }: Call,
  { series: source, clock }: PrometheusDependencies,
): Promise<Response> {
  const nowMs = clock.nowMs();
  const startMs = timeParameterMs(parameters, 'start', 0);
  const endMs = timeParameterMs(parameters, 'end', nowMs);
  if (endMs < startMs)
    throw new Failure(
      'invalid-data',
      'invalid parameter "end": end timestamp must not be before start timestamp',
    );
  const selectors = selectorsOf(parsePromql(parameters.get('query') ?? ''));
  if (selectors.length === 0) return new Response(null, { status: 204 });
  const found = new Map<string, Awaited<ReturnType<typeof source.selectExemplars>>[number]>();
  for (const matchers of selectors) {
    for (const one of await source.selectExemplars({ tenants, startMs, endMs, matchers }, signal)) {
      found.set(JSON.stringify(one.labels), one);
    }
  }
  return success(
    exemplarsJson([...found.values()].toSorted((a, b) => compareLabels(a.labels, b.labels))),
  );
}

function matcherLists(parameters: URLSearchParams): readonly (readonly LabelMatcher[])[] {
  return parameters.getAll('match[]').map(parsePromqlSelector);
}

async function readLabels(
  { parameters, tenants, signal }: Call,
  { series: source, clock }: PrometheusDependencies,
): Promise<readonly Labels[]> {
  const lists = matcherLists(parameters);
  return await source.seriesLabels(
    {
      tenants,
      ...readRange(parameters, clock.nowMs()),
      matcherLists: lists.length === 0 ? [[]] : lists,
    },
    signal,
  );
}

function listed(values: ReadonlySet<string>, parameters: URLSearchParams): Response {
  const limit = readLimit(parameters);
  const sorted = [...values].toSorted(compareUtf8);
  const truncated = limit > 0 && sorted.length > limit;
  return success(
    JSON.stringify(truncated ? sorted.slice(0, limit) : sorted),
    truncated ? [truncatedWarning] : [],
  );
}

async function labelNames(call: Call, dependencies: PrometheusDependencies): Promise<Response> {
  const names = new Set<string>();
  for (const labels of await readLabels(call, dependencies))
    for (const { name } of labels) names.add(name);
  return listed(names, call.parameters);
}

async function labelValues(call: Call, dependencies: PrometheusDependencies): Promise<Response> {
  const name = unescapeLabelName(call.name);
  if (name === '')
    throw new Failure('invalid-data', `invalid label name: ${JSON.stringify(call.name)}`);
  const values = new Set<string>();
  for (const labels of await readLabels(call, dependencies)) {
    for (const label of labels) if (label.name === name) values.add(label.value);
  }
  return listed(values, call.parameters);
}

async function series(call: Call, dependencies: PrometheusDependencies): Promise<Response> {
  if (call.parameters.getAll('match[]').length === 0)
    throw new Failure('invalid-data', 'no match[] parameter provided');
  const limit = readLimit(call.parameters);
  const found = await readLabels(call, dependencies);
  const truncated = limit > 0 && found.length > limit;
  const shown = found.toSorted(compareLabels).slice(0, truncated ? limit : undefined);
  return success(JSON.stringify(shown.map(labelsToRecord)), truncated ? [truncatedWarning] : []);
}

async function metadata(
  { parameters, tenants, signal }: Call,
  { series: source }: PrometheusDependencies,
): Promise<Response> {
  const limit = wholeNumber(parameters, 'limit', -1, { min: -1, max: Number.MAX_SAFE_INTEGER });
  const perMetric = wholeNumber(parameters, 'limit_per_metric', -1, {
    min: -1,
    max: Number.MAX_SAFE_INTEGER,
  });
  const metric = parameters.get('metric') ?? '';
  const found = await source.metricMetadata(
    { tenants, metric: metric === '' ? undefined : metric },
    signal,
  );
  const byMetric = new Map<string, { type: string; help: string; unit: string }[]>();
  for (const one of found) {
    let entries = byMetric.get(one.metric);
    if (entries === undefined) byMetric.set(one.metric, (entries = []));
    if (perMetric > 0 && entries.length >= perMetric) continue;
    entries.push({ type: one.type, help: one.help, unit: one.unit });
  }
  const entries = [...byMetric];
  return success(
    JSON.stringify(Object.fromEntries(limit >= 0 ? entries.slice(0, limit) : entries)),
  );
}
