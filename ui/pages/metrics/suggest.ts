// Queries that a metric is usually looked at with, by its type: nobody should have to know PromQL to see a latency.

import type { ExploreMetric } from '../../../src/api/explore/contract/metrics.ts';
import type { MetricShow } from '../../url/metrics-view.ts';

export interface Suggestion {
  readonly title: string;
  readonly query: string;
  readonly show: MetricShow;
}

function suggestion(title: string, query: string, show: MetricShow = 'chart'): Suggestion {
  return { title, query, show };
}

/** A name that PromQL takes bare, else in braces. */
function selector(name: string): string {
  return /^[a-zA-Z_:][a-zA-Z0-9_:]*$/.test(name) ? name : `{${JSON.stringify(name)}}`;
}

/** `window`: the range of a rate; `by`: the label that tells senders apart. */
export function suggestQueries(
  metric: ExploreMetric,
  window: string,
  by: string = 'job',
): readonly Suggestion[] {
  const part = (suffix: string): string | undefined =>
    metric.parts.find((name) => name.endsWith(suffix));
  const bucket = part('_bucket');
  const total = part('_count');
  const sum = part('_sum');
  const name = selector(metric.parts[0] ?? metric.name);
  const rateOf = (series: string): string =>
    `sum by (${by}) (rate(${selector(series)}[${window}]))`;
  if (metric.type === 'histogram' || bucket !== undefined) {
    if (bucket === undefined && total === undefined) {
      return [
        suggestion(
          '95th percentile',
          `histogram_quantile(0.95, sum by (${by}) (rate(${name}[${window}])))`,
        ),
        suggestion('per second', `histogram_count(sum by (${by}) (rate(${name}[${window}])))`),
        suggestion('mean', `histogram_avg(sum by (${by}) (rate(${name}[${window}])))`),
        suggestion('distribution', `sum(increase(${name}[${window}]))`, 'heat'),
      ];
    }
    return [
      ...(bucket === undefined
        ? []
        : [
            suggestion(
              '95th percentile',
              `histogram_quantile(0.95, sum by (le, ${by}) (rate(${selector(bucket)}[${window}])))`,
            ),
          ]),
      ...(total === undefined ? [] : [suggestion('per second', rateOf(total))]),
      ...(total === undefined || sum === undefined
        ? []
        : [suggestion('mean', `${rateOf(sum)}\n  / ${rateOf(total)}`)]),
      ...(bucket === undefined
        ? []
        : [
            suggestion(
              'distribution',
              `sum by (le) (increase(${selector(bucket)}[${window}]))`,
              'heat',
            ),
          ]),
    ];
  }
  if (metric.type === 'counter') {
    return [
      suggestion('per second', rateOf(metric.parts[0] ?? metric.name)),
      suggestion('increase', `sum by (${by}) (increase(${name}[${window}]))`),
    ];
  }
  if (metric.type === 'summary') {
    return [
      suggestion('quantiles', name),
      ...(total === undefined ? [] : [suggestion('per second', rateOf(total))]),
    ];
  }
  if (metric.type === 'info') return [suggestion('senders', name, 'table')];
  return [
    suggestion('mean', `avg by (${by}) (${name})`),
    suggestion('highest', `max by (${by}) (${name})`),
    suggestion('each series', name),
  ];
}

/** Histograms whose series have no buckets of their own name. */
export function nativeNames(metrics: readonly ExploreMetric[]): ReadonlySet<string> {
  return new Set(
    metrics
      .filter(({ name, type, parts }) => type === 'histogram' && parts.includes(name))
      .map(({ name }) => name),
  );
}

const telling: readonly RegExp[] = [
  /^http_server_request_duration/,
  /^http_server_/,
  /^(?:rpc|grpc)_server/,
  /^traces_spanmetrics|^calls_total|^duration_/,
  /request.*duration|latency/,
  /^db_client|^messaging/,
  /^http_client/,
  /requests?(?:_total)?$/,
  /error|fail/,
  /^process_cpu|^container_cpu|cpu_usage/,
  /memory|heap/,
];

/** The metrics that say most about requests, errors and durations first; those about their senders not at all. */
export function startingMetrics(
  metrics: readonly ExploreMetric[],
  max: number,
): readonly ExploreMetric[] {
  const rank = ({ name }: ExploreMetric): number => {
    const at = telling.findIndex((pattern) => pattern.test(name));
    return at < 0 ? telling.length : at;
  };
  return metrics
    .filter(({ name, type }) => name !== 'target_info' && type !== 'info')
    .toSorted((a, b) => rank(a) - rank(b) || (b.series ?? 0) - (a.series ?? 0))
    .slice(0, max);
}

/** Long enough for a few samples of senders that report once a minute, short enough to show a spike. */
export function rateWindow(rangeMs: number, stepMs: number): string {
  const seconds = Math.max(rangeMs <= 1_900_000 ? 60 : 300, Math.ceil((stepMs * 4) / 60_000) * 60);
  return seconds % 3600 === 0 ? `${seconds / 3600}h` : `${seconds / 60}m`;
}
