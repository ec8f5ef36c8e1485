// Tempo's HTTP API: parameters in, the engine's or the store's answer out. Errors are plain text.

import { Hono } from 'hono';
import { Failure } from '../../base/errors.ts';
import type { TraceqlSearchRequest } from '../../query/traceql/engine.ts';
import { lenientPredicate } from '../../query/traceql/plan/lenient.ts';
import { traceqlOfTags } from '../../query/traceql/syntax/legacy-tags.ts';
import { withDeadline } from '../http/deadline.ts';
import { readParameters, wholeNumber } from '../http/parameters.ts';
import { tenantsOf } from '../http/tenant.ts';
import type { TempoDependencies } from './dependencies.ts';
import { tempoErrorResponse } from './errors.ts';
import {
  goDuration,
  type Range,
  readMetricsRange,
  readSearchLimit,
  readSecondsRange,
  readSpansPerSpanset,
  readStep,
} from './parameters.ts';
import { metricsInstantJson, metricsRangeJson, searchJson } from './search-response.ts';
import {
  intrinsicNames,
  parseLegacyTag,
  parseTagIdentifier,
  readScope,
  readTagNames,
  readTagValues,
} from './tags.ts';
import { readTraceId, traceV1, traceV2 } from './traces.ts';

interface Call {
  readonly request: Request;
  readonly parameters: URLSearchParams;
  readonly tenants: readonly string[];
  readonly signal: AbortSignal;
  /** A part of the path, decoded. */
  readonly name: string;
}

const exemplarsMax = 100;
const tagValuesDefault = 10_000;

function json(body: string): Response {
  return new Response(body, { headers: { 'content-type': 'application/json' } });
}

/** Routes at Tempo's own paths; the `/tempo` prefix is taken off by the port. */
export function createTempoApi(dependencies: TempoDependencies): Hono {
  const app = new Hono();
  const get = (path: string, work: (call: Call) => Promise<Response>): void => {
    app.get(path, async (context) => {
      const request = context.req.raw;
      try {
        const parameters = await readParameters(request);
        const tenants = tenantsOf(request.headers, dependencies.tenants);
        return await withDeadline(request.signal, dependencies.limits.queryTimeoutMs, (signal) =>
          work({ request, parameters, tenants, signal, name: context.req.param('name') ?? '' }),
        );
      } catch (error) {
        return tempoErrorResponse(error);
      }
    });
  };
  get('/api/traces/:name', ({ request, tenants, signal, name }) =>
    traceV1(request, tenants, readTraceId(name), dependencies, signal),
  );
  get('/api/v2/traces/:name', ({ request, tenants, signal, name }) =>
    traceV2(request, tenants, readTraceId(name), dependencies, signal),
  );
  get('/api/search', async ({ parameters, tenants, signal }) =>
    json(
      searchJson(
        await dependencies.engine.search(searchRequest(parameters, tenants, dependencies), signal),
      ),
    ),
  );
  get('/api/search/tags', (call) => tagsV1(call, dependencies));
  get('/api/v2/search/tags', (call) => tagsV2(call, dependencies));
  get('/api/search/tag/:name/values', (call) => tagValuesV1(call, dependencies));
  get('/api/v2/search/tag/:name{.+}/values', (call) => tagValuesV2(call, dependencies));
  get('/api/metrics/query_range', (call) => metricsRange(call, dependencies));
  get('/api/metrics/query', (call) => metricsInstant(call, dependencies));
  app.get('/api/echo', (context) => context.text('echo\n'));
  app.get('/api/status/buildinfo', (context) => context.json(buildInfo(dependencies.version)));
  return app;
}

function buildInfo(version: string): Record<string, string> {
  // Grafana gates features on Tempo's version: the one that this API is compatible with, Clew's own behind it.
  return {
    version: '3.0.3',
    revision: `clew-${version}`,
    branch: 'main',
    buildUser: '',
    buildDate: '',
    goVersion: '',
  };
}

/** Without `start` and `end`, everything that is kept. */
function rangeOrAll(parameters: URLSearchParams, { clock, limits }: TempoDependencies): Range {
  return (
    readSecondsRange(parameters, limits) ?? { startNs: 0n, endNs: clock.nowNs() + 600_000_000_000n }
  );
}

const reserved: ReadonlySet<string> = new Set([
  'q',
  'tags',
  'minDuration',
  'maxDuration',
  'limit',
  'start',
  'end',
  'spss',
]);

/** Shared with the streaming search over gRPC. */
export function searchRequest(
  parameters: URLSearchParams,
  tenants: readonly string[],
  dependencies: TempoDependencies,
): TraceqlSearchRequest {
  const q = parameters.get('q') ?? '';
  const tags = parameters.get('tags') ?? '';
  if (q !== '' && tags !== '') {
    throw new Failure(
      'invalid-data',
      "invalid request: can't specify tags and q in the same query",
    );
  }
  const minNs = goDuration(parameters, 'minDuration');
  const maxNs = goDuration(parameters, 'maxDuration');
  if (minNs !== undefined && maxNs !== undefined && maxNs < minNs) {
    throw new Failure('invalid-data', 'invalid maxDuration: must be greater than minDuration');
  }
  // The oldest form: every other parameter is a tag.
  const bare =
    q === '' && tags === '' ? [...parameters].filter(([name]) => !reserved.has(name)) : [];
  const legacyTags =
    bare.length > 0
      ? bare.map(([name, value]) => `${name}=${JSON.stringify(value)}`).join(' ')
      : tags;
  return {
    ...rangeOrAll(parameters, dependencies),
    tenants,
    query: q === '' ? traceqlOfTags(legacyTags, minNs, maxNs) : q,
    limit: readSearchLimit(parameters, dependencies.limits),
    spansPerSpanset: readSpansPerSpanset(parameters, dependencies.limits),
  };
}

async function tagsV1(
  { parameters, tenants, signal }: Call,
  dependencies: TempoDependencies,
): Promise<Response> {
  const scope = readScope(parameters.get('scope') ?? '');
  if (scope === 'intrinsic') return json(JSON.stringify({ tagNames: intrinsicNames, metrics: {} }));
  const range = rangeOrAll(parameters, dependencies);
  const found = await readTagNames({ tenants, range, scope }, dependencies, signal);
  const names = new Set(
    found.filter(({ name }) => name !== 'intrinsic').flatMap(({ tags }) => tags),
  );
  return json(JSON.stringify({ tagNames: [...names].toSorted(), metrics: {} }));
}

async function tagsV2(
  { parameters, tenants, signal }: Call,
  dependencies: TempoDependencies,
): Promise<Response> {
  const range = rangeOrAll(parameters, dependencies);
  const scopes = await readTagNames(
    { tenants, range, scope: readScope(parameters.get('scope') ?? '') },
    dependencies,
    signal,
  );
  return json(JSON.stringify({ scopes, metrics: {} }));
}

function valuesLimit(parameters: URLSearchParams): number {
  return (
    wholeNumber(parameters, 'limit', tagValuesDefault, { min: 0, max: 1_000_000 }) ||
    tagValuesDefault
  );
}

async function tagValuesV1(
  { name, parameters, tenants, signal }: Call,
  dependencies: TempoDependencies,
): Promise<Response> {
  if (name === 'error') return json(JSON.stringify({ tagValues: ['true'], metrics: {} }));
  const values = await readTagValues(
    {
      tenants,
      range: rangeOrAll(parameters, dependencies),
      limit: valuesLimit(parameters),
      predicate: { kind: 'true' },
    },
    parseLegacyTag(name),
    dependencies,
    signal,
  );
  return json(JSON.stringify({ tagValues: values.map(({ value }) => value), metrics: {} }));
}

async function tagValuesV2(
  { name, parameters, tenants, signal }: Call,
  dependencies: TempoDependencies,
): Promise<Response> {
  const tagValues = await readTagValues(
    {
      tenants,
      range: rangeOrAll(parameters, dependencies),
      limit: valuesLimit(parameters),
      predicate: lenientPredicate(parameters.get('q') ?? ''),
    },
    parseTagIdentifier(name),
    dependencies,
    signal,
  );
  return json(JSON.stringify({ tagValues, metrics: {} }));
}

function metricsQuery(parameters: URLSearchParams): string {
  return parameters.get('q') ?? parameters.get('query') ?? '';
}

async function metricsRange(
  { parameters, tenants, signal }: Call,
  { engine, clock, limits }: TempoDependencies,
): Promise<Response> {
  const range = readMetricsRange(parameters, clock.nowNs());
  const exemplars = wholeNumber(parameters, 'exemplars', exemplarsMax, { min: 0, max: 100_000 });
  const series = await engine.metrics(
    {
      ...range,
      tenants,
      query: metricsQuery(parameters),
      stepNs: readStep(parameters, range, limits),
      instant: false,
      exemplarsMax: Math.min(exemplars || exemplarsMax, exemplarsMax),
    },
    signal,
  );
  return json(metricsRangeJson(series));
}

async function metricsInstant(
  { parameters, tenants, signal }: Call,
  { engine, clock }: TempoDependencies,
): Promise<Response> {
  const range = readMetricsRange(parameters, clock.nowNs());
  const series = await engine.metrics(
    {
      ...range,
      tenants,
      query: metricsQuery(parameters),
      stepNs: range.endNs - range.startNs,
      instant: true,
      exemplarsMax: 0,
    },
    signal,
  );
  return json(metricsInstantJson(series));
}
