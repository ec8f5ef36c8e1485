// Loki's HTTP API: parameters in, the engine's or the store's answer out in Loki's JSON. Errors are plain text.

import { Hono } from 'hono';
import { Failure } from '../../base/errors.ts';
import { compareUtf8, labelsToRecord } from '../../model/labels.ts';
import { parseLogql } from '../../query/logql/syntax/parse.ts';
import { prettyLogql } from '../../query/logql/syntax/pretty.ts';
import { answerableFailure } from '../http/defect.ts';
import { withDeadline } from '../http/deadline.ts';
import { readParameters, wholeNumber } from '../http/parameters.ts';
import { tenantsOf } from '../http/tenant.ts';
import type { LokiDependencies } from './dependencies.ts';
import { detectedFields, detectedFieldValues, detectedLabels } from './detected.ts';
import { lokiErrorResponse } from './errors.ts';
import { push, pushOtlp } from './push.ts';
import { queryResponseJson, wantsCategorizedLabels } from './query-response.ts';
import { parseStreamMatchers } from './selector.ts';
import {
  readDirection,
  readInstant,
  readIntervalNs,
  readRange,
  readStepNs,
} from './time-parameters.ts';
import { indexStats, indexVolume } from './volume.ts';

interface Call {
  readonly request: Request;
  readonly parameters: URLSearchParams;
  readonly tenants: readonly string[];
  readonly signal: AbortSignal;
  /** A part of the path, decoded. */
  readonly name: string;
}

const jsonType = 'application/json; charset=UTF-8';
const limitDefault = 100;

/** Routes at Loki's own paths; mount it at the root of a port or under a prefix. */
export function createLokiApi(dependencies: LokiDependencies): Hono {
  const app = new Hono();
  const answer = async (
    request: Request,
    name: string,
    work: (call: Call) => Promise<string>,
  ): Promise<Response> => {
    try {
      const parameters = await readParameters(request);
      const tenants = tenantsOf(request.headers, dependencies.tenants);
      const body = await withDeadline(
        request.signal,
        dependencies.limits.queryTimeoutMs,
        (signal) => work({ request, parameters, tenants, signal, name }),
      );
      return new Response(body, { headers: { 'content-type': jsonType } });
    } catch (error) {
      return lokiErrorResponse(error);
    }
  };
  const read = (paths: readonly string[], work: (call: Call) => Promise<string>): void => {
    for (const path of paths) {
      app.on(['GET', 'POST'], path, (context) =>
        answer(context.req.raw, context.req.param('name') ?? '', work),
      );
    }
  };

  read(['/loki/api/v1/query_range'], (call) => queryRange(call, dependencies));
  read(['/loki/api/v1/query'], (call) => queryInstant(call, dependencies));
  read(['/loki/api/v1/labels', '/loki/api/v1/label'], async (call) =>
    listResponse(await labelNames(call, dependencies)),
  );
  read(['/loki/api/v1/label/:name/values'], async (call) =>
    listResponse(await labelValues(call, dependencies)),
  );
  read(
    ['/api/prom/label'],
    async (call) => `${JSON.stringify({ values: await labelNames(call, dependencies) })}\n`,
  );
  read(
    ['/api/prom/label/:name/values'],
    async (call) => `${JSON.stringify({ values: await labelValues(call, dependencies) })}\n`,
  );
  read(['/loki/api/v1/series', '/api/prom/series'], (call) => series(call, dependencies));
  read(['/loki/api/v1/index/stats'], ({ parameters, tenants, signal }) =>
    indexStats(parameters, tenants, dependencies, signal),
  );
  read(['/loki/api/v1/index/volume'], ({ parameters, tenants, signal }) =>
    indexVolume(parameters, tenants, dependencies, false, signal),
  );
  read(['/loki/api/v1/index/volume_range'], ({ parameters, tenants, signal }) =>
    indexVolume(parameters, tenants, dependencies, true, signal),
  );
  read(['/loki/api/v1/detected_labels'], ({ parameters, tenants, signal }) =>
    detectedLabels(parameters, tenants, dependencies, signal),
  );
  read(['/loki/api/v1/detected_fields'], ({ parameters, tenants, signal }) =>
    detectedFields(parameters, tenants, dependencies, signal),
  );
  read(['/loki/api/v1/detected_field/:name/values'], ({ name, parameters, tenants, signal }) =>
    detectedFieldValues(name, parameters, tenants, dependencies, signal),
  );
  app.on(['GET', 'POST'], '/loki/api/v1/format_query', (context) => formatQuery(context.req.raw));
  app.get('/loki/api/v1/status/buildinfo', (context) =>
    context.json(buildInfo(dependencies.version)),
  );
  app.get('/loki/api/v1/drilldown-limits', (context) =>
    context.json({
      limits: {
        max_entries_limit_per_query: dependencies.limits.entriesMax,
        volume_enabled: true,
        discover_log_levels: true,
      },
      pattern_ingester_enabled: false,
      version: dependencies.version,
    }),
  );
  // No rules are kept here: Grafana's alert list asks and gets an empty one, as from a Loki without rules.
  app.get('/prometheus/api/v1/rules', (context) =>
    context.json({ status: 'success', data: { groups: [] } }),
  );
  app.get('/prometheus/api/v1/alerts', (context) =>
    context.json({ status: 'success', data: { alerts: [] } }),
  );
  for (const path of ['/loki/api/v1/rules', '/api/prom/rules']) {
    app.get(path, () => new Response('no rule groups found', { status: 404 }));
  }
  app.get('/loki/api/v1/patterns', () => new Response(null, { status: 404 }));
  // A tail is a WebSocket: what arrives here did not ask for one.
  for (const path of ['/loki/api/v1/tail', '/api/prom/tail'])
    app.all(path, () =>
      lokiErrorResponse(new Failure('invalid-data', 'a tail needs a WebSocket upgrade')),
    );
  app.post('/loki/api/v1/push', (context) => push(context.req.raw, dependencies));
  app.post('/api/prom/push', (context) => push(context.req.raw, dependencies));
  app.post('/otlp/v1/logs', (context) => pushOtlp(context.req.raw, dependencies));
  return app;
}

function buildInfo(version: string): Record<string, string> {
  // Grafana gates features on Loki's version: the one that this API is compatible with, Clew's own behind it.
  return {
    version: '3.8.0',
    revision: `clew-${version}`,
    branch: 'main',
    buildUser: '',
    buildDate: '',
    goVersion: '',
  };
}

function requiredQuery(parameters: URLSearchParams): string {
  return parameters.get('query') ?? '';
}

function readLimit(parameters: URLSearchParams): number {
  const text = parameters.get('limit');
  if (text === null || text === '') return limitDefault;
  const limit = wholeNumber(parameters, 'limit', limitDefault, {
    min: Number.MIN_SAFE_INTEGER,
    max: 2 ** 31 - 1,
  });
  if (limit <= 0) throw new Failure('invalid-data', 'limit must be a positive value');
  return limit;
}

async function queryRange(
  { request, parameters, tenants, signal }: Call,
  { engine, clock }: LokiDependencies,
): Promise<string> {
  const range = readRange(parameters, clock.nowNs());
  const result = await engine.query(
    {
      query: requiredQuery(parameters),
      tenants,
      kind: 'range',
      ...range,
      stepNs: readStepNs(parameters, range),
      intervalNs: readIntervalNs(parameters),
      limit: readLimit(parameters),
      direction: readDirection(parameters),
    },
    signal,
  );
  return queryResponseJson(result, wantsCategorizedLabels(request.headers));
}

async function queryInstant(
  { request, parameters, tenants, signal }: Call,
  { engine, clock }: LokiDependencies,
): Promise<string> {
  const timeNs = readInstant(parameters, clock.nowNs());
  const result = await engine.query(
    {
      query: requiredQuery(parameters),
      tenants,
      kind: 'instant',
      startNs: timeNs,
      endNs: timeNs,
      stepNs: 0n,
      intervalNs: 0n,
      limit: readLimit(parameters),
      direction: readDirection(parameters),
    },
    signal,
  );
  return queryResponseJson(result, wantsCategorizedLabels(request.headers));
}

/** `data` is left out when there is nothing, as in Loki. */
function listResponse(names: readonly string[]): string {
  return `${JSON.stringify(names.length === 0 ? { status: 'success' } : { status: 'success', data: names })}\n`;
}

async function streamsOf({ parameters, tenants, signal }: Call, { logs, clock }: LokiDependencies) {
  const query = parameters.get('query') ?? '';
  const range = { ...readRange(parameters, clock.nowNs()), tenants };
  return await logs.streams(range, query === '' ? [] : parseStreamMatchers(query), signal);
}

async function labelNames(call: Call, dependencies: LokiDependencies): Promise<string[]> {
  const names = new Set<string>();
  for (const labels of await streamsOf(call, dependencies))
    for (const { name } of labels) names.add(name);
  return [...names].toSorted(compareUtf8);
}

async function labelValues(call: Call, dependencies: LokiDependencies): Promise<string[]> {
  const values = new Set<string>();
  for (const labels of await streamsOf(call, dependencies)) {
    for (const label of labels) if (label.name === call.name) values.add(label.value);
  }
  return [...values].toSorted(compareUtf8);
}

async function series(
  { parameters, tenants, signal }: Call,
  { logs, clock }: LokiDependencies,
): Promise<string> {
  const range = { ...readRange(parameters, clock.nowNs()), tenants };
  const selectors = [...parameters.getAll('match[]'), ...parameters.getAll('match')];
  const matcherLists =
    selectors.length === 0 || (selectors.length === 1 && /^\{\s*\}$/.test(selectors[0] ?? ''))
      ? [[]]
      : selectors.map(parseStreamMatchers);
  const found = new Map<string, Record<string, string>>();
  for (const matchers of matcherLists) {
    for (const labels of await logs.streams(range, matchers, signal))
      found.set(JSON.stringify(labels), labelsToRecord(labels));
  }
  return `${JSON.stringify({ status: 'success', data: [...found.values()] })}\n`;
}

async function formatQuery(request: Request): Promise<Response> {
  const json = (status: number, body: unknown): Response =>
    new Response(`${JSON.stringify(body)}\n`, { status, headers: { 'content-type': jsonType } });
  try {
    const parameters = await readParameters(request);
    return json(200, {
      status: 'success',
      data: prettyLogql(parseLogql(requiredQuery(parameters))),
    });
  } catch (error) {
    return json(400, { status: 'invalid-query', error: answerableFailure(error).message });
  }
}
