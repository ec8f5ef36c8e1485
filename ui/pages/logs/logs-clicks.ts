// What a click on a field or a pattern makes of the query. Undefined: the query computes numbers and has no place for it.

import {
  activeFilters,
  chooseValue,
  withLineFilter,
  withParsedField,
} from '../../url/query-filters.ts';
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

/** The `curl` that asks the same of the Loki API of this Clew. */
export function curlOf(
  origin: string,
  query: string,
  { startNs, endNs }: { readonly startNs: bigint; readonly endNs: bigint },
  order: 'newest' | 'oldest',
): string {
  const asked = query === '' ? '{service_name=~".+"}' : query;
  const quote = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;
  return [
    `curl -G ${quote(`${origin}/loki/api/v1/query_range`)}`,
    `--data-urlencode ${quote(`query=${asked}`)}`,
    `-d start=${startNs} -d end=${endNs} -d limit=1000`,
    `-d direction=${order === 'newest' ? 'backward' : 'forward'}`,
  ].join(' \\\n  ');
}
