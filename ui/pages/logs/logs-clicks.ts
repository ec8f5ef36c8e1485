// What a click on a field or a pattern makes of the query. Undefined: the query computes numbers and has no place for it.

import {
  activeFilters,
  chooseValue,
  withLineFilter,
  withParsedField,
} from '../../url/query-filters.ts';
import { addressAt } from '../../data/ask-clew.ts';
import type { LogsRequest } from '../../data/logs.ts';
import { logqlName } from '../../url/query-edit.ts';
import type { LineFilter } from '../../views/log-list/log-fields.tsx';

/** A field's + and −. What is asked for already stays as it is. */
export function queryWithField(query: string, filter: LineFilter): string | undefined {
  const name = logqlName(filter.name);
  const isThere = activeFilters(query).some(
    (one) =>
      one.name === name &&
      one.exclude === filter.exclude &&
      one.values.length === 1 &&
      one.values[0] === filter.value,
  );
  if (isThere) return query;
  return filter.parser === undefined
    ? chooseValue(query, filter, filter.exclude ? 'exclude' : 'only')
    : withParsedField(query, filter.parser, filter);
}

export function queryWithPattern(
  query: string,
  pattern: string,
  exclude: boolean,
): string | undefined {
  return withLineFilter(query, exclude ? '!>' : '|>', pattern);
}

export interface CurlRequest extends LogsRequest {
  readonly origin: string;
  /** The datasource that is asked; empty: this Clew. */
  readonly source: string;
  /** What the screen sends along, such as the tenant. */
  readonly headers: Readonly<Record<string, string>>;
}

/** The `curl` that asks the same of the Loki API: of this Clew, or of the server elsewhere that the page looks at. */
export function curlOf({ origin, source, headers, query, range, order }: CurlRequest): string {
  const asked = query === '' ? '{service_name=~".+"}' : query;
  const quote = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;
  return [
    `curl -G ${quote(origin + addressAt(source, '/logs', '/loki/api/v1/query_range'))}`,
    ...Object.entries(headers).map(([name, value]) => `-H ${quote(`${name}: ${value}`)}`),
    `--data-urlencode ${quote(`query=${asked}`)}`,
    `-d start=${range.startNs} -d end=${range.endNs} -d limit=1000`,
    `-d direction=${order === 'newest' ? 'backward' : 'forward'}`,
  ].join(' \\\n  ');
}
