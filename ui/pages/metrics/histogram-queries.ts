// Which histogram a query is about, and the queries that show one as a whole: its quantiles, its rates and its buckets.
// Classic histograms (`x_bucket`) and native ones (`x`) are asked in their own ways; the matchers of the query stay.

import { childrenOf } from '../../../src/query/promql/syntax/ast.ts';
import type { Expr, VectorSelector } from '../../../src/query/promql/syntax/ast.ts';
import { parsePromql } from '../../../src/query/promql/syntax/parse.ts';
import { printMatrixSelector } from '../../../src/query/promql/syntax/print.ts';

export interface QueriedHistogram {
  readonly kind: 'classic' | 'native';
  /** As in the query: `x_bucket` of a classic one. */
  readonly metric: string;
  readonly selector: VectorSelector;
  /** Whether the query reads counts since the sender's start, not what was added. */
  readonly isCumulative: boolean;
}

interface Read {
  readonly selector: VectorSelector;
  readonly isCumulative: boolean;
}

function selectorsOf(expr: Expr, isCumulative: boolean = true): readonly Read[] {
  if (expr.kind === 'vector-selector') return [{ selector: expr, isCumulative }];
  if (expr.kind === 'matrix-selector') return [{ selector: expr.selector, isCumulative: false }];
  return childrenOf(expr).flatMap((child) => selectorsOf(child, isCumulative));
}

function metricOf({ matchers }: VectorSelector): string {
  return (
    matchers.find(({ name, operator }) => name === '__name__' && operator === '=')?.value ?? ''
  );
}

/** `isNative`: whether a name is that of a native histogram. Undefined: the query is about none, or is wrong. */
export function histogramOfQuery(
  query: string,
  isNative: (metric: string) => boolean,
): QueriedHistogram | undefined {
  let read: readonly Read[];
  try {
    read = selectorsOf(parsePromql(query));
  } catch {
    return undefined;
  }
  for (const { selector, isCumulative } of read) {
    const metric = metricOf(selector);
    if (metric.endsWith('_bucket')) return { kind: 'classic', metric, selector, isCumulative };
    if (metric !== '' && isNative(metric))
      return { kind: 'native', metric, selector, isCumulative };
  }
  return undefined;
}

/** The same selector over a window, of another metric and without `le`. */
function over({ selector }: QueriedHistogram, metric: string, window: string): string {
  const range = parsePromql(`x[${window}]`);
  if (range.kind !== 'matrix-selector') return '';
  const named = { name: '__name__', operator: '=', value: metric } as const;
  const matchers = [
    ...selector.matchers.filter(({ name }) => name !== '__name__' && name !== 'le'),
    named,
  ];
  const name = /^[a-zA-Z_:][a-zA-Z0-9_:]*$/.test(metric) ? metric : undefined;
  return printMatrixSelector({ ...range, selector: { ...selector, name, matchers } });
}

export function bucketsQuery(histogram: QueriedHistogram, window: string): string {
  const by = histogram.kind === 'classic' ? ' by (le) ' : '';
  return `sum${by}(increase(${over(histogram, histogram.metric, window)}))`;
}

export interface HistogramFigure {
  readonly title: string;
  readonly query: string;
}

/** All series of the histogram together. */
export function figureQueries(
  histogram: QueriedHistogram,
  window: string,
): readonly HistogramFigure[] {
  const { kind, metric } = histogram;
  const rate = (name: string, by = ''): string =>
    `sum${by}(rate(${over(histogram, name, window)}))`;
  const family = metric.replace(/_bucket$/, '');
  const isClassic = kind === 'classic';
  const buckets = rate(metric, isClassic ? ' by (le) ' : '');
  const quantile = (of: number): HistogramFigure => ({
    title: `p${of * 100}`,
    query: `histogram_quantile(${of}, ${buckets})`,
  });
  return [
    quantile(0.5),
    quantile(0.95),
    quantile(0.99),
    {
      title: 'observations per second',
      query: isClassic ? rate(`${family}_count`) : `histogram_count(${buckets})`,
    },
    {
      title: 'their sum per second',
      query: isClassic ? rate(`${family}_sum`) : `histogram_sum(${buckets})`,
    },
  ];
}
