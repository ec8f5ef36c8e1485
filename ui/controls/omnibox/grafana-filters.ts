// Queries that Grafana keeps as filters, not as text: Tempo's search forms, old and new, and the Drilldown apps for logs,
// traces and metrics.

import { quoteRegex } from '../../../src/query/language/quote-regex.ts';
import type { PagePath } from '../../url/doors.ts';

export type Json = Readonly<Record<string, unknown>>;

export function asObject(value: unknown): Json | undefined {
  // What JSON calls an object has texts for keys.
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Json)
    : undefined;
}

export function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function inBraces(conditions: readonly string[]): string {
  return conditions.length === 0 ? '' : `{ ${conditions.join(' && ')} }`;
}

/** Several values of one filter are alternatives, as Grafana makes them. */
function comparison(
  name: string,
  operator: string,
  values: readonly string[],
  isBare: boolean,
): string {
  const [first = ''] = values;
  if (values.length < 2) return `${name} ${operator} ${isBare ? first : JSON.stringify(first)}`;
  if (isBare) {
    const joint = operator === '!=' ? ' && ' : ' || ';
    return `(${values.map((value) => `${name} ${operator} ${value}`).join(joint)})`;
  }
  const isPattern = operator.endsWith('~');
  const pattern = values.map((value) => (isPattern ? value : quoteRegex(value))).join('|');
  return `${name} ${operator.startsWith('!') ? '!~' : '=~'} ${JSON.stringify(pattern)}`;
}

/** The filters of Tempo's search form as TraceQL. */
export function searchOf(query: Json): string {
  const filters = Array.isArray(query['filters']) ? (query['filters'] as readonly unknown[]) : [];
  const conditions = filters.flatMap((filter) => {
    const { tag, value, operator, scope, valueType } = asObject(filter) ?? {};
    const all = Array.isArray(value) ? (value as readonly unknown[]) : [value];
    const values = all.map(textOf).filter((text) => text !== '');
    if (typeof tag !== 'string' || values.length === 0) return [];
    const isBare = valueType !== undefined && valueType !== 'string';
    const name = scope === 'span' || scope === 'resource' ? `${scope}.${tag}` : tag;
    return [comparison(name, textOf(operator) || '=', values, isBare)];
  });
  return inBraces([...conditions, ...nativeSearchOf(query)]);
}

/** The form before TraceQL: fields, and tags as logfmt. */
function nativeSearchOf(query: Json): readonly string[] {
  if (query['queryType'] !== 'nativeSearch') return [];
  const field = (name: string, condition: string, quote: (text: string) => string): string[] => {
    const text = textOf(query[name]);
    return text === '' ? [] : [`${condition} ${quote(text)}`];
  };
  const asIs = (text: string): string => text;
  const tags = [...textOf(query['search']).matchAll(/([^\s=]+)=(?:"([^"]*)"|(\S+))/g)];
  return [
    ...field('serviceName', 'resource.service.name =', JSON.stringify),
    ...field('spanName', 'name =', JSON.stringify),
    ...field('minDuration', 'duration >=', asIs),
    ...field('maxDuration', 'duration <=', asIs),
    ...tags.map(([, key = '', quoted, bare]) => `.${key} = ${JSON.stringify(quoted ?? bare)}`),
  ];
}

export interface DrilldownQuery {
  readonly page: PagePath;
  readonly query: string;
}

interface Filter {
  readonly key: string;
  readonly operator: string;
  readonly value: string;
}

/** `key|operator|value`; commas and bars inside are escaped, and what follows a comma is only shown. */
function filtersOf(parameters: URLSearchParams, name: string): readonly Filter[] {
  return parameters.getAll(`var-${name}`).flatMap((text) => {
    const [key = '', operator = '', ...rest] = text.split('|').map((part) => {
      const [written = ''] = part.split(',');
      return written.replaceAll('__gfc__', ',').replaceAll('__gfp__', '|');
    });
    const value = rest.join('|');
    return key === '' || operator === '' || value === '' ? [] : [{ key, operator, value }];
  });
}

function matcherText({ key, operator, value }: Filter): string {
  return `${key}${operator}${JSON.stringify(value)}`;
}

/** The value of a field is JSON that also names its parser. */
function plainValue(filter: Filter): Filter {
  try {
    const value = asObject(JSON.parse(filter.value))?.['value'];
    return typeof value === 'string' ? { ...filter, value } : filter;
  } catch {
    return filter;
  }
}

function logsQuery(url: URL): string {
  const parameters = url.searchParams;
  const streams = filtersOf(parameters, 'filters');
  const [, label, value] = /\/explore\/([\w.]+)\/([^/]+)/.exec(url.pathname) ?? [];
  const ofPath =
    label === undefined || value === undefined
      ? []
      : [
          {
            key: label === 'service' ? 'service_name' : label,
            operator: '=',
            value: decodeURIComponent(value),
          },
        ];
  const selected = streams.length > 0 ? streams : ofPath;
  if (selected.length === 0) return '';
  const fields = [
    ...filtersOf(parameters, 'levels').map((one) =>
      one.value.includes('|') && one.operator === '=' ? { ...one, operator: '=~' } : one,
    ),
    ...filtersOf(parameters, 'metadata').map(plainValue),
    ...filtersOf(parameters, 'fields').map(plainValue),
  ];
  const parser = parameters.getAll('var-fields').some((text) => text !== '')
    ? ' | json | logfmt'
    : '';
  const stages = fields.map((one) => ` | ${matcherText(one)}`).join('');
  return `{${selected.map(matcherText).join(', ')}}${parser}${stages}`;
}

const bareTraceql = /^(?:-?\d+(?:\.\d+)?(?:ns|us|µs|ms|s|m|h)?|true|false)$/;
const keywords: ReadonlySet<string> = new Set(['status', 'kind', 'span:status', 'span:kind']);

function tracesQuery({ searchParams }: URL): string {
  const signal = searchParams.get('var-primarySignal') ?? '';
  // The signal is TraceQL itself; `true` is every span.
  const first = /^[\w.:]+\s*[<>=!]+\s*[\w".]+$/.test(signal) ? [signal] : [];
  const conditions = filtersOf(searchParams, 'filters').map(({ key, operator, value }) =>
    comparison(key, operator, [value], keywords.has(key) || bareTraceql.test(value)),
  );
  return inBraces([...first, ...conditions]);
}

function metricsQuery({ searchParams }: URL): string {
  const metric = searchParams.get('metric') ?? '';
  if (metric === '') return '';
  const matchers = filtersOf(searchParams, 'filters').map(matcherText);
  return matchers.length === 0 ? metric : `${metric}{${matchers.join(', ')}}`;
}

/** Of an address of one of the Drilldown apps; undefined: it is none. */
export function drilldownOf(url: URL): DrilldownQuery | undefined {
  const { pathname } = url;
  if (pathname.includes('/grafana-lokiexplore-app/')) {
    return { page: '/logs', query: logsQuery(url) };
  }
  if (pathname.includes('/grafana-exploretraces-app/')) {
    return { page: '/traces', query: tracesQuery(url) };
  }
  if (/\/grafana-metricsdrilldown-app\/|\/explore\/metrics\/trail/.test(pathname)) {
    return { page: '/metrics', query: metricsQuery(url) };
  }
  return undefined;
}
