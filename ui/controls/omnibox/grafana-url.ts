// Addresses of Grafana as the same questions to Clew: each query of Explore's panes with its time range, in all forms that
// Grafana has written (`left=`, an object or a list; `panes=`), and those of the Drilldown apps; of a dashboard its time.
// Addresses of Clew itself are taken as they are.

import { normalizeTraceId } from '../../../src/model/trace-id/normalize.ts';
import type { Zone } from '../../data/preferences.ts';
import { pageHref, traceHref } from '../../url/doors.ts';
import type { PagePath } from '../../url/doors.ts';
import type { TimeRange } from '../../url/time-range.ts';
import { asObject, drilldownOf, searchOf, textOf } from './grafana-filters.ts';
import type { Json } from './grafana-filters.ts';
import { parseGrafanaTime } from './grafana-time.ts';

export interface RecognizedUrl {
  readonly said: string;
  readonly title: string;
  readonly href: string;
}

export interface UrlReading {
  readonly urls: readonly RecognizedUrl[];
  /** Why there is no more behind an address that is known; empty: nothing to say. */
  readonly reason: string;
}

export interface UrlContext {
  /** Host and port of this page. */
  readonly ownHost: string;
  readonly zone: Zone;
  /** Zero while it is not known: ranges that begin today are left out then. */
  readonly nowMs: number;
}

/** Queries of one address; whoever has more panes open has no use for a list of them. */
const urlsMax = 8;

/** Undefined when the text is no address that is known here. */
export function recognizeUrl(text: string, context: UrlContext): UrlReading | undefined {
  const path = pathOfClew(text.trim());
  if (path !== undefined) return found([ofClew(path)]);
  let url: URL;
  try {
    url = new URL(text.trim());
  } catch {
    return undefined;
  }
  if (url.protocol !== 'http:' && url.protocol !== 'https:') return undefined;
  if (isOwn(url, context.ownHost) && !url.pathname.startsWith('/api/')) {
    return found([ofClew(url.pathname + url.search)]);
  }
  const panes = panesOf(url);
  if (panes.length > 0) {
    return found(panes.map((pane) => hrefOfPane(pane, context)).slice(0, urlsMax));
  }
  return ofDrilldown(url, context) ?? ofDashboard(url, context);
}

function found(urls: readonly RecognizedUrl[]): UrlReading {
  return { urls, reason: '' };
}

function ofClew(href: string): RecognizedUrl {
  return { said: 'address of this Clew', title: href, href };
}

const loopback = /^(?:localhost|127\.0\.0\.1|\[::1\])$/;

/** Whoever opened the screen as 127.0.0.1 pastes links of localhost, too. */
function isOwn({ host, hostname, port }: URL, ownHost: string): boolean {
  if (host === ownHost) return true;
  const [, ownName = '', ownPort = ''] = /^(.*?)(?::(\d+))?$/.exec(ownHost) ?? [];
  return port === ownPort && loopback.test(hostname) && loopback.test(ownName);
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

/** One query of a pane. */
interface Pane {
  readonly datasource: string;
  readonly query: Json;
  readonly from: unknown;
  readonly to: unknown;
}

function panesOf(url: URL): readonly Pane[] {
  const parameter = (name: string): unknown => parseJson(url.searchParams.get(name));
  return [
    ...Object.values(asObject(parameter('panes')) ?? {}),
    parameter('left'),
    parameter('right'),
  ].flatMap((pane) => (Array.isArray(pane) ? panesOfList(pane) : panesOfObject(asObject(pane))));
}

function objectsOf(list: readonly unknown[]): readonly Json[] {
  return list.map(asObject).filter((one) => one !== undefined);
}

function panesOfObject(pane: Json | undefined): readonly Pane[] {
  if (pane === undefined) return [];
  const all: readonly unknown[] = Array.isArray(pane['queries']) ? pane['queries'] : [];
  const range = asObject(pane['range']) ?? {};
  const queries = objectsOf(all);
  return (queries.length === 0 ? [{}] : queries).map((query) => ({
    datasource: textOf(pane['datasource']),
    query,
    from: range['from'],
    to: range['to'],
  }));
}

/** `[from, to, datasource, query, …]`; modes and the like stand behind the queries. */
function panesOfList(list: readonly unknown[]): readonly Pane[] {
  const [from, to, datasource, ...others] = list;
  const queries = objectsOf(others);
  return queries
    .filter((query, at) => at === 0 || 'expr' in query || 'query' in query)
    .map((query) => ({ datasource: textOf(datasource), query, from, to }));
}

function parseJson(text: string | null): unknown {
  if (text === null) return undefined;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

function hrefOfPane(pane: Pane, context: UrlContext): RecognizedUrl {
  const { query } = pane;
  const text = textOf(query['expr']) || textOf(query['query']);
  const page = pageOf(pane, text);
  const traceId = page === '/traces' ? normalizeTraceId(text)?.traceId : undefined;
  const said = 'Grafana Explore';
  if (traceId !== undefined) {
    return { said, title: `trace ${traceId}`, href: traceHref(traceId) };
  }
  const asked = page === '/traces' && text === '' ? searchOf(query) : text;
  return { said, ...placeOf(page, asked, rangeOf(pane, context)) };
}

function placeOf(
  page: PagePath,
  query: string,
  range: TimeRange | undefined,
): Omit<RecognizedUrl, 'said'> {
  const href = pageHref(page, { query, ...(range === undefined ? {} : { range }) });
  return { title: `${page.slice(1)} ${query}`.trim(), href };
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
  if (/tempo|trace|jaeger|zipkin|nativesearch/.test(hints)) return '/traces';
  if (/loki|logs/.test(hints)) return '/logs';
  if (/prometheus|mimir|metric/.test(hints)) return '/metrics';
  if (query['query'] !== undefined) return '/traces';
  return /^\s*\{/.test(text) || text === '' ? '/logs' : '/metrics';
}

function rangeOf(
  { from, to }: { readonly from: unknown; readonly to: unknown },
  context: UrlContext,
): TimeRange | undefined {
  const start = parseGrafanaTime(from, 'start', context);
  const end = parseGrafanaTime(to, 'end', context);
  return start === undefined || end === undefined ? undefined : { from: start, to: end };
}

function rangeOfUrl({ searchParams }: URL, context: UrlContext): TimeRange | undefined {
  return rangeOf({ from: searchParams.get('from'), to: searchParams.get('to') }, context);
}

function ofDrilldown(url: URL, context: UrlContext): UrlReading | undefined {
  const asked = drilldownOf(url);
  if (asked === undefined) return undefined;
  const place = placeOf(asked.page, asked.query, rangeOfUrl(url, context));
  return found([{ said: 'Grafana Drilldown', ...place }]);
}

function ofDashboard(url: URL, context: UrlContext): UrlReading | undefined {
  if (/\/goto\/[\w-]+$/.test(url.pathname)) {
    return {
      urls: [],
      reason:
        'A short link of Grafana names nothing by itself: open it, and paste the address that it leads to.',
    };
  }
  if (!/\/d(?:-solo)?\/[\w-]+/.test(url.pathname)) return undefined;
  const range = rangeOfUrl(url, context);
  const said = 'Grafana dashboard';
  return {
    urls:
      range === undefined
        ? []
        : (['/overview', '/metrics'] as const).map((page) => ({
            said,
            title: `${page.slice(1)} at its time`,
            href: pageHref(page, { range }),
          })),
    reason:
      'The address of a dashboard does not name its queries: “Explore” in a panel’s menu has one that does.',
  };
}
