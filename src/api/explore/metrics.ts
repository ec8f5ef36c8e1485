// `GET /api/explore/metrics` and `/metrics/labels`: what the metric browser shows.

import { compareUtf8 } from '../../model/labels.ts';
import type { MetricMetadata } from '../../model/series-batch.ts';
import type { MetricCount } from '../../query/metric-survey-source.ts';
import { readRange } from '../loki/time-parameters.ts';
import type { ExploreMetric, ExploreMetricLabels, ExploreMetrics } from './contract/metrics.ts';
import type { ExploreDependencies } from './dependencies.ts';

/** Names of series of one answer. */
const metricsMax = 50_000;
/** Values shown of one label. */
const valuesMax = 25;
const partsMax = 10;

/** What the series of a histogram or summary add to its name. */
const partSuffix = /_(?:bucket|count|sum|created|total|info)$/;

type Metadata = ReadonlyMap<string, MetricMetadata>;

function familyOf(name: string, metadata: Metadata): string {
  if (metadata.has(name)) return name;
  const family = name.replace(partSuffix, '');
  return metadata.has(family) ? family : name;
}

const partOrder = ['_bucket', '_count', '_sum'];

function comparePart(a: string, b: string): number {
  const rank = (name: string): number => partOrder.findIndex((suffix) => name.endsWith(suffix));
  return rank(a) - rank(b) || compareUtf8(a, b);
}

/** Names of series gathered to the metrics that their senders speak of. */
export function metricFamilies(
  counts: readonly MetricCount[],
  metadata: Metadata,
): readonly ExploreMetric[] {
  const families = new Map<string, MetricCount[]>();
  for (const count of counts) {
    const family = familyOf(count.metric, metadata);
    const parts = families.get(family);
    if (parts === undefined) families.set(family, [count]);
    else parts.push(count);
  }
  return [...families]
    .map(([name, parts]): ExploreMetric => {
      const known = metadata.get(name);
      return {
        name,
        type: known?.type ?? guessedType(parts),
        unit: known?.unit ?? '',
        help: known?.help ?? '',
        series: parts.reduce<number | null>(
          (sum, { series }) => (sum === null || series === null ? null : sum + series),
          0,
        ),
        parts: parts.map(({ metric }) => metric).toSorted(comparePart),
      };
    })
    .toSorted((a, b) => compareUtf8(a.name, b.name));
}

/** Remote writers often send no metadata; the names say as much. */
function guessedType(parts: readonly MetricCount[]): string {
  const names = parts.map(({ metric }) => metric);
  if (names.some((name) => name.endsWith('_bucket'))) return 'histogram';
  return names.some((name) => /_(?:total|count|sum)$/.test(name)) ? 'counter' : 'unknown';
}

export async function readMetrics(
  parameters: URLSearchParams,
  tenants: readonly string[],
  { metricSurvey, series, clock }: ExploreDependencies,
  signal: AbortSignal,
): Promise<ExploreMetrics> {
  const range = { tenants, ...readRange(parameters, clock.nowNs()) };
  const [found, metadata] = await Promise.all([
    metricSurvey.listMetrics({ ...range, limit: metricsMax }, signal),
    series.metricMetadata({ tenants }, signal),
  ]);
  return {
    metrics: metricFamilies(found.metrics, new Map(metadata.map((one) => [one.metric, one]))),
    total: found.total,
    returned: found.metrics.length,
  };
}

export async function readMetricLabels(
  parameters: URLSearchParams,
  tenants: readonly string[],
  { metricSurvey, clock }: ExploreDependencies,
  signal: AbortSignal,
): Promise<ExploreMetricLabels> {
  const range = { tenants, ...readRange(parameters, clock.nowNs()) };
  const metrics = parameters.getAll('part').slice(0, partsMax);
  return await metricSurvey.metricLabels({ ...range, metrics, valuesMax }, signal);
}
