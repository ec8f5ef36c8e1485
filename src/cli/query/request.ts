// What `clew query` asks of Clew's public HTTP APIs: endpoint and parameters for each shape of query. Whether a server or
// engines over files answer makes no difference here.

import { Failure } from '../../base/errors.ts';

export const queryLanguages = ['logql', 'promql', 'traceql'] as const;
export type QueryLanguage = (typeof queryLanguages)[number];

/** What a query gives: lines, traces, or samples of one of the three signals. */
export type QueryShape = 'lines' | 'line-samples' | 'samples' | 'traces' | 'span-samples';

export interface QueryPeriod {
  /** Samples at `endNs` alone; lines and traces are always of the whole period. */
  readonly kind: 'instant' | 'range';
  readonly startNs: bigint;
  readonly endNs: bigint;
  readonly stepNs: bigint;
}

export interface ApiRequest {
  /** As on the port of the screen: `/loki/…`, `/tempo/…`, `/prometheus/…`. */
  readonly path: string;
  /** Tempo's API takes no forms. */
  readonly method: 'GET' | 'POST';
  readonly parameters: Readonly<Record<string, string>>;
  readonly headers: Readonly<Record<string, string>>;
}

export interface ApiAnswer {
  readonly status: number;
  readonly body: string;
}

export type Ask = (request: ApiRequest) => Promise<ApiAnswer>;

const secondNs = 1_000_000_000n;

/** Decimal seconds are the one spelling that all three APIs take without loss. */
function seconds(ns: bigint): string {
  const fraction = (((ns % secondNs) + secondNs) % secondNs).toString().padStart(9, '0');
  const whole = (ns - BigInt(fraction)) / secondNs;
  return `${whole}.${fraction}`;
}

/** Tempo's search takes whole seconds: the period grows to them. */
function wholeSeconds({ startNs, endNs }: QueryPeriod): { start: string; end: string } {
  const start = startNs / secondNs;
  const end = (endNs + secondNs - 1n) / secondNs;
  return { start: String(start), end: String(end > start ? end : start + 1n) };
}

export interface RequestOptions {
  readonly query: string;
  readonly shape: QueryShape;
  readonly period: QueryPeriod;
  readonly limit: number | undefined;
  /** Asks for stream labels, structured metadata and parsed labels apart. */
  readonly categorize: boolean;
}

export function apiRequestOf(options: RequestOptions): ApiRequest {
  const { query, shape, period } = options;
  const instant = period.kind === 'instant';
  const limit = options.limit === undefined ? {} : { limit: String(options.limit) };
  const times = {
    start: seconds(period.startNs),
    end: seconds(period.endNs),
    step: seconds(period.stepNs),
  };
  const headers: Record<string, string> = options.categorize
    ? { 'x-loki-response-encoding-flags': 'categorize-labels' }
    : {};
  switch (shape) {
    case 'lines':
    case 'line-samples': {
      const path = `/loki/api/v1/${instant ? 'query' : 'query_range'}`;
      const at = instant ? { time: times.end } : times;
      return { path, method: 'POST', parameters: { query, ...at, ...limit }, headers };
    }
    case 'samples': {
      const path = `/prometheus/api/v1/${instant ? 'query' : 'query_range'}`;
      const at = instant ? { time: times.end } : times;
      return { path, method: 'POST', parameters: { query, ...at, ...limit }, headers: {} };
    }
    case 'traces': {
      const parameters = { q: query, ...wholeSeconds(period), ...limit };
      return { path: '/tempo/api/search', method: 'GET', parameters, headers: {} };
    }
    case 'span-samples': {
      const path = `/tempo/api/metrics/${instant ? 'query' : 'query_range'}`;
      return { path, method: 'GET', parameters: { q: query, ...times }, headers: {} };
    }
  }
}

/** Asks the Clew at this address, that of its screen. */
export function askServer(url: string): Ask {
  return async ({ path, method, parameters, headers }) => {
    const target = new URL(path, url);
    const form = new URLSearchParams(parameters);
    if (method === 'GET') target.search = form.toString();
    let response: Response;
    try {
      response = await fetch(target, { method, headers, ...(method === 'POST' && { body: form }) });
    } catch (error) {
      throw new Failure('unavailable', `no Clew answers at ${JSON.stringify(url)}`, {
        cause: error,
      });
    }
    return { status: response.status, body: await response.text() };
  };
}
