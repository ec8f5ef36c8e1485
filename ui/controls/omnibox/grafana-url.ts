// Addresses of Grafana's Explore as the same question to Clew: the data source's kind, its query and the time range, from
// both forms that Grafana has written (`left=`, an object or a list; `panes=`). Addresses of Clew itself are taken as they are.

import { normalizeTraceId } from '../../../src/model/trace-id/normalize.ts';
import { pageHref, traceHref } from '../../url/doors.ts';
import type { PagePath } from '../../url/doors.ts';
import { parseTimePoint } from '../../url/time-range.ts';
import type { TimePoint, TimeRange } from '../../url/time-range.ts';

export interface RecognizedUrl {
  readonly said: string;
  readonly title: string;
  readonly href: string;
}

type Json = Readonly<Record<string, unknown>>;

/** Undefined when the text is no address that leads anywhere here. */
export function recognizeUrl(text: string, ownHost: string): RecognizedUrl | undefined {
  const path = pathOfClew(text.trim());
  if (path !== undefined) return { said: 'address of this Clew', title: path, href: path };
  let url: URL;
  try {
    url = new URL(text.trim());
  } catch {
    return undefined;
  }
  if (url.protocol !== 'http:' && url.protocol !== 'https:') return undefined;
  if (url.host === ownHost && !url.pathname.startsWith('/api/')) {
    const href = url.pathname + url.search;
    return { said: 'address of this Clew', title: href, href };
  }
  const pane = paneOf(url);
  return pane === undefined ? undefined : hrefOfPane(pane);
}

const pageOfPath =
  /^\/(?:overview|logs|traces|metrics|compare|sources|health|trace\/[^/\s]{1,256})(?=$|\?)/;
/** Longer addresses are none that this screen writes. */
const pathLengthMax = 8000;

/** `/logs?query=…`, as somebody copies it from an address or a document. */
function pathOfClew(text: string): string | undefined {
  if (text.length > pathLengthMax || !pageOfPath.test(text)) return undefined;
  const url = new URL(text, 'http://clew.invalid');
  return url.pathname + url.search;
}

interface Pane {
  readonly datasource: string;
  readonly query: Json;
  readonly from: unknown;
  readonly to: unknown;
}

function paneOf(url: URL): Pane | undefined {
  const panes = asObject(parseJson(url.searchParams.get('panes')));
  const [first] = panes === undefined ? [] : Object.values(panes);
  const pane = asObject(first) ?? asObject(parseJson(url.searchParams.get('left')));
  if (pane !== undefined) {
    const [query] = Array.isArray(pane['queries']) ? pane['queries'] : [];
    const range = asObject(pane['range']) ?? {};
    return {
      datasource: typeof pane['datasource'] === 'string' ? pane['datasource'] : '',
      query: asObject(query) ?? {},
      from: range['from'],
      to: range['to'],
    };
  }
  const list = parseJson(url.searchParams.get('left'));
  if (!Array.isArray(list)) return undefined;
  const [from, to, datasource, query] = list as readonly unknown[];
  return {
    datasource: typeof datasource === 'string' ? datasource : '',
    query: asObject(query) ?? {},
    from,
    to,
  };
}

function parseJson(text: string | null): unknown {
  if (text === null) return undefined;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

function asObject(value: unknown): Json | undefined {
  // What JSON calls an object has texts for keys.
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Json)
    : undefined;
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function hrefOfPane(pane: Pane): RecognizedUrl | undefined {
  const { query } = pane;
  const text = textOf(query['expr']) || textOf(query['query']);
  const page = pageOf(pane, text);
  const range = rangeOf(pane);
  const traceId = page === '/traces' ? normalizeTraceId(text)?.traceId : undefined;
  const said = 'Grafana Explore';
  if (traceId !== undefined) {
    return { said, title: `trace ${traceId}`, href: traceHref(traceId) };
  }
  const asked = page === '/traces' && text === '' ? searchOf(query) : text;
  const href = pageHref(page, { query: asked, ...(range === undefined ? {} : { range }) });
  return { said, title: `${page.slice(1)} ${asked}`.trim(), href };
}

function pageOf({ datasource, query }: Pane, text: string): PagePath {
  const own = asObject(query['datasource']);
  const hints = [
    textOf(own?.['type']),
    textOf(query['queryType']),
    textOf(own?.['uid']),
    datasource,
  ]
    .join(' ')
    .toLowerCase();
  if (/tempo|trace|jaeger|zipkin/.test(hints)) return '/traces';
  if (/loki|logs/.test(hints)) return '/logs';
  if (/prometheus|mimir|metric/.test(hints)) return '/metrics';
  if (query['query'] !== undefined) return '/traces';
  return /^\s*\{/.test(text) || text === '' ? '/logs' : '/metrics';
}

function rangeOf({ from, to }: Pane): TimeRange | undefined {
  const point = (value: unknown): TimePoint | undefined =>
    parseTimePoint(typeof value === 'number' ? String(value) : textOf(value));
  const [start, end] = [point(from), point(to)];
  return start === undefined || end === undefined ? undefined : { from: start, to: end };
}

/** The filters of Tempo's search form as TraceQL. */
function searchOf(query: Json): string {
  const filters = Array.isArray(query['filters']) ? (query['filters'] as readonly unknown[]) : [];
  const conditions = filters.flatMap((filter) => {
    const { tag, value, operator, scope, valueType } = asObject(filter) ?? {};
    const [first] = Array.isArray(value) ? (value as readonly unknown[]) : [value];
    if (typeof tag !== 'string' || typeof first !== 'string' || first === '') return [];
    const isBare = valueType !== undefined && valueType !== 'string';
    const name = scope === 'span' || scope === 'resource' ? `${scope}.${tag}` : tag;
    return [`${name} ${textOf(operator) || '='} ${isBare ? first : JSON.stringify(first)}`];
  });
  return conditions.length === 0 ? '' : `{ ${conditions.join(' && ')} }`;
}
