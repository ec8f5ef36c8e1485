// A Prometheus elsewhere as a source of what metrics there are: names, metadata, and the labels of series. Values are not
// read here: queries go to it as they are. How many series each metric has it does not tell without counting all of them.

import type { LabelMatcher } from '../query/language/matcher.ts';
import type { MetricLabelCount, MetricSurveySource } from '../query/metric-survey-source.ts';
import { compareUtf8, type Labels, labelsFromEntries, labelsKey } from '../model/labels.ts';
import { type MetricMetadata, metricTypes } from '../model/series-batch.ts';
import type { SeriesSource } from '../query/sources.ts';
import { fieldsOf, itemsOf, type RemoteClient } from './client.ts';
import { matcherText } from './selector-text.ts';

/** What a metric of a label explosion has beyond these is not looked at. */
const seriesMax = 20_000;

export interface RemoteSeries {
  readonly labels: SeriesSource['seriesLabels'];
  readonly metadata: SeriesSource['metricMetadata'];
  readonly survey: MetricSurveySource;
}

interface TimeSpan {
  readonly startMs: number;
  readonly endMs: number;
}

export function createRemoteSeries(client: RemoteClient): RemoteSeries {
  const seriesOf = async (
    matchers: readonly LabelMatcher[],
    { startMs, endMs }: TimeSpan,
    limit: number,
    signal: AbortSignal,
  ): Promise<readonly Labels[]> => {
    const answer = await client.getJson(
      '/api/v1/series',
      {
        'match[]': `{${matchers.map(matcherText).join(', ')}}`,
        start: String(startMs / 1000),
        end: String(endMs / 1000),
        limit: String(limit),
      },
      signal,
    );
    return itemsOf(fieldsOf(answer)['data'])
      .slice(0, limit)
      .map((one) =>
        labelsFromEntries(
          Object.entries(fieldsOf(one)).flatMap(([name, value]) =>
            typeof value === 'string' ? [[name, value] as const] : [],
          ),
        ),
      );
  };
  const labels: RemoteSeries['labels'] = async (request, signal) => {
    const limit = Math.min(seriesMax, request.limit ?? seriesMax);
    const found = await Promise.all(
      request.matcherLists.map((matchers) => seriesOf(matchers, request, limit, signal)),
    );
    const once = new Map(found.flat().map((one) => [labelsKey(one), one]));
    return [...once.values()].slice(0, limit);
  };
  return {
    labels,
    metadata: async ({ metric, limit }, signal) => {
      const parameters = { ...(metric !== undefined && { metric }) };
      const answer = await client.getJson('/api/v1/metadata', parameters, signal);
      return Object.entries(fieldsOf(fieldsOf(answer)['data']))
        .slice(0, limit)
        .map(([name, all]) => metadataOf(name, itemsOf(all)[0]));
    },
    survey: {
      listMetrics: async ({ startNs, endNs, limit }, signal) => {
        const answer = await client.getJson(
          '/api/v1/label/__name__/values',
          {
            start: String(startNs / 1_000_000_000n),
            end: String(endNs / 1_000_000_000n),
          },
          signal,
        );
        const names = itemsOf(fieldsOf(answer)['data']).filter((one) => typeof one === 'string');
        const metrics = names.slice(0, limit).map((metric) => ({ metric, series: null }));
        return { metrics, total: names.length };
      },
      metricLabels: async ({ startNs, endNs, metrics, valuesMax, tenants }, signal) => {
        const matcherLists = metrics.map((value) => [
          { name: '__name__', operator: '=', value } as const,
        ]);
        const span = {
          startMs: Number(startNs / 1_000_000n),
          endMs: Number(endNs / 1_000_000n),
        };
        const series = await labels({ tenants, ...span, matcherLists }, signal);
        return { series: series.length, labels: countLabels(series, valuesMax) };
      },
    },
  };
}

function metadataOf(metric: string, json: unknown): MetricMetadata {
  const { type, help, unit } = fieldsOf(json);
  return {
    metric,
    type: metricTypes.find((one) => one === type) ?? 'unknown',
    help: typeof help === 'string' ? help : '',
    unit: typeof unit === 'string' ? unit : '',
  };
}

export function countLabels(
  series: readonly Labels[],
  valuesMax: number,
): readonly MetricLabelCount[] {
  const byName = new Map<string, Map<string, number>>();
  for (const one of series) {
    for (const { name, value } of one) {
      if (name === '__name__') continue;
      const values = byName.get(name) ?? new Map<string, number>();
      byName.set(name, values);
      values.set(value, (values.get(value) ?? 0) + 1);
    }
  }
  return [...byName]
    .toSorted(([a], [b]) => compareUtf8(a, b))
    .map(([name, values]) => ({
      name,
      series: [...values.values()].reduce((sum, count) => sum + count, 0),
      distinct: values.size,
      values: [...values]
        .map(([value, count]) => ({ value, series: count }))
        .toSorted((a, b) => b.series - a.series || compareUtf8(a.value, b.value))
        .slice(0, valuesMax),
    }));
}
