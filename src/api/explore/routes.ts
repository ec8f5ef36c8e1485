// `/api/explore/*` and `/api/health`: what the screen asks. Translation only; the work is in `query/correlate` and the engines.

import { type Context, Hono } from 'hono';
import { Failure } from '../../base/errors.ts';
import { compareUtf8 } from '../../model/labels.ts';
import { withDeadline } from '../http/deadline.ts';
import { printJson } from '../http/json.ts';
import { readParameters } from '../http/parameters.ts';
import { tenantsOf } from '../http/tenant.ts';
import { readRange } from '../loki/time-parameters.ts';
import type { ExploreCounts, ExploreStreams } from './contract/records.ts';
import type { ExploreDependencies } from './dependencies.ts';
import { readDifference } from './difference.ts';
import { errorResponse } from './error-response.ts';
import { readLogContext } from './log-context.ts';
import { exportLogs } from './log-export.ts';
import { readFacets } from './log-facets.ts';
import { readPatterns } from './log-patterns.ts';
import { readCoverage } from './coverage.ts';
import { explainSpanLinks, testField } from './datasource-tests.ts';
import { readDatasources } from './datasources.ts';
import { explainQuery } from './explain.ts';
import { findByText } from './find.ts';
import { readHistogram, readLine, readLogs } from './logs.ts';
import { readMetricRelatives } from './metric-relatives.ts';
import { readMetricLabels, readMetrics } from './metrics.ts';
import { readOverview, readServiceMap } from './overview.ts';
import { exportTrace, readIncomingLinks, readSpan, readTrace, readTraceLines } from './trace.ts';
import { readTraceFile } from './trace-file.ts';
import {
  readLatencyBands,
  readSpanGroups,
  readSpanKind,
  readTraceAttributes,
  readTraceList,
  readTracePoints,
} from './traces.ts';

interface Call {
  readonly parameters: URLSearchParams;
  readonly tenants: readonly string[];
  readonly signal: AbortSignal;
  readonly id: string;
}

/** Trace IDs of one request for counts. */
const countedTracesMax = 500;
const labelValuesMax = 1000;

/** `source=`: the uid of a datasource that is a server elsewhere; the same questions are asked of it. */
function answerForRemotes(app: Hono, { remotes, datasources }: ExploreDependencies): void {
  const apps = new Map(
    [...(remotes ?? [])].map(([uid, dependencies]) => [uid, createExploreApi(dependencies)]),
  );
  app.use('/api/explore/*', async ({ req }, next) => {
    const source = req.query('source') ?? '';
    if (source === '' || remotes === undefined) return await next();
    const remote = apps.get(source);
    if (remote !== undefined) return await remote.fetch(req.raw);
    if (datasources.some(({ uid, embedded }) => uid === source && embedded)) return await next();
    const name = JSON.stringify(source.slice(0, 60));
    return errorResponse(
      new Failure(
        'not-found',
        `no datasource with the uid ${name} can be asked; see the sources page`,
      ),
    );
  });
}

export function createExploreApi(dependencies: ExploreDependencies): Hono {
  const app = new Hono();
  answerForRemotes(app, dependencies);
  const answer =
    (work: (call: Call) => Promise<unknown>) =>
    async ({ req }: Context): Promise<Response> => {
      try {
        const parameters = await readParameters(req.raw);
        const tenants = tenantsOf(req.raw.headers, dependencies.tenants);
        const answered = await withDeadline(
          req.raw.signal,
          dependencies.limits.queryTimeoutMs,
          (signal) => work({ parameters, tenants, signal, id: req.param('id') ?? '' }),
        );
        if (answered instanceof Response) return answered;
        return new Response(printJson(answered), {
          headers: { 'content-type': 'application/json' },
        });
      } catch (error) {
        return errorResponse(error);
      }
    };
  const get = (path: string, work: (call: Call) => Promise<unknown>): void => {
    app.get(path, answer(work));
  };
  get('/api/explore/trace/:id/otlp', (call) => exportTrace(call, dependencies));
  get('/api/explore/trace/:id/logs', (call) => readTraceLines(call, dependencies));
  get('/api/explore/trace/:id/incoming', (call) => readIncomingLinks(call, dependencies));
  app.get('/api/explore/trace/:id/span/:spanId', (context) =>
    answer((call) => readSpan({ ...call, spanId: context.req.param('spanId') }, dependencies))(
      context,
    ),
  );
  get('/api/explore/trace/:id{.+}', (call) => readTrace(call, dependencies));
  app.post('/api/explore/trace-file', (context) =>
    answer(({ signal }) => readTraceFile(context.req.raw, signal))(context),
  );
  get('/api/explore/logs', ({ parameters, tenants, signal }) =>
    readLogs(parameters, tenants, dependencies, signal),
  );
  get('/api/explore/logs/histogram', ({ parameters, tenants, signal }) =>
    readHistogram(parameters, tenants, dependencies, signal),
  );
  get('/api/explore/overview', ({ parameters, tenants, signal }) =>
    readOverview(parameters, tenants, dependencies, signal),
  );
  get('/api/explore/service-map', ({ parameters, tenants, signal }) =>
    readServiceMap(parameters, tenants, dependencies, signal),
  );
  get('/api/explore/logs/facets', ({ parameters, tenants, signal }) =>
    readFacets(parameters, tenants, dependencies, signal),
  );
  get('/api/explore/logs/patterns', ({ parameters, tenants, signal }) =>
    readPatterns(parameters, tenants, dependencies, signal),
  );
  get('/api/explore/logs/line', ({ parameters, tenants, signal }) =>
    readLine(parameters, tenants, dependencies, signal),
  );
  get('/api/explore/logs/context', ({ parameters, tenants, signal }) =>
    readLogContext(parameters, tenants, dependencies, signal),
  );
  app.get('/api/explore/logs/export', async ({ req: { raw } }) => {
    try {
      const tenants = tenantsOf(raw.headers, dependencies.tenants);
      return await exportLogs(await readParameters(raw), tenants, dependencies, raw.signal);
    } catch (error) {
      return errorResponse(error);
    }
  });
  get('/api/explore/difference', ({ parameters, tenants, signal }) =>
    readDifference(parameters, tenants, dependencies, signal),
  );
  get('/api/explore/explain', ({ parameters }) =>
    Promise.resolve(explainQuery(parameters, dependencies)),
  );
  for (const [path, read] of [
    ['metrics', readMetrics],
    ['metrics/labels', readMetricLabels],
    ['metrics/relatives', readMetricRelatives],
  ] as const) {
    get(`/api/explore/${path}`, ({ parameters, tenants, signal }) =>
      read(parameters, tenants, dependencies, signal),
    );
  }
  get('/api/explore/counts', (call) => readCounts(call, dependencies));
  get('/api/explore/streams', (call) => readStreams(call, dependencies));
  for (const [path, read] of [
    ['traces', readTraceList],
    ['traces/points', readTracePoints],
    ['traces/by', readSpanGroups],
    ['traces/bands', readLatencyBands],
    ['traces/attributes', readTraceAttributes],
    ['span-kind', readSpanKind],
  ] as const) {
    get(`/api/explore/${path}`, ({ parameters, tenants, signal }) =>
      read(parameters, tenants, dependencies, signal),
    );
  }
  const find = answer(({ parameters, tenants, signal }) =>
    findByText(parameters, tenants, dependencies, signal),
  );
  // A pasted text may be longer than an address.
  app.get('/api/explore/find', find).post('/api/explore/find', find);
  get('/api/explore/status', () => Promise.resolve(dependencies.status()));
  get('/api/explore/coverage', ({ parameters, tenants, signal }) =>
    readCoverage(parameters, tenants, dependencies, signal),
  );
  get('/api/explore/datasources', () => Promise.resolve(readDatasources(dependencies)));
  get('/api/explore/datasources/test', ({ parameters, tenants, signal }) =>
    testField(parameters, tenants, dependencies, signal),
  );
  get('/api/explore/datasources/span-links', ({ parameters, tenants, signal }) =>
    explainSpanLinks(parameters, tenants, dependencies, signal),
  );
  app.get('/api/health', (context) => context.json(dependencies.health()));
  return app;
}

async function readCounts(
  { parameters, tenants, signal }: Call,
  { correlation }: ExploreDependencies,
): Promise<ExploreCounts> {
  const ids = [...new Set(parameters.getAll('trace'))]
    .filter((id) => /^[0-9a-f]{32}$/.test(id))
    .slice(0, countedTracesMax);
  const counts = ids.length === 0 ? [] : await correlation.countTraces(tenants, ids, signal);
  return {
    traces: Object.fromEntries(
      counts.map(({ traceId, spans, errorSpans, logs }) => [traceId, { spans, errorSpans, logs }]),
    ),
  };
}

async function readStreams(
  { parameters, tenants, signal }: Call,
  { logs, clock }: ExploreDependencies,
): Promise<ExploreStreams> {
  const values = new Map<string, Set<string>>();
  for (const labels of await logs.streams(
    { ...readRange(parameters, clock.nowNs()), tenants },
    [],
    signal,
  )) {
    for (const { name, value } of labels) {
      let distinct = values.get(name);
      if (distinct === undefined) values.set(name, (distinct = new Set()));
      if (distinct.size < labelValuesMax) distinct.add(value);
    }
  }
  return {
    labels: [...values]
      .toSorted(([a], [b]) => compareUtf8(a, b))
      .map(([name, distinct]) => ({ name, values: [...distinct].toSorted(compareUtf8) })),
  };
}
