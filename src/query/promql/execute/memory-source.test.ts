import { expect, test } from 'vitest';
import { labelsFromEntries } from '../../../model/labels.ts';
import { isStaleAt } from '../../../model/series-batch.ts';
import { MemorySeriesSource } from './memory-source.ts';

const signal = new AbortController().signal;
const tenants = ['t'];
const up = labelsFromEntries([
  ['__name__', 'up'],
  ['job', 'a'],
]);
const name = { name: '__name__', operator: '=', value: 'up' } as const;

function filled(): MemorySeriesSource {
  const source = new MemorySeriesSource();
  for (let at = 0; at < 40; at++) {
    source.append(up, { timestampMs: at * 1000, sample: { kind: 'float', value: at } });
  }
  source.append(up, { timestampMs: 40_000, sample: { kind: 'stale' } });
  source.append(labelsFromEntries([['__name__', 'other']]), {
    timestampMs: 0,
    sample: { kind: 'float', value: 1 },
  });
  source.appendExemplar(up, { labels: [], value: 3, timestampMs: 5000 });
  source.appendMetadata({ metric: 'up', type: 'gauge', help: 'Is it up?', unit: '' });
  return source;
}

test('samples between two times, both included, stale markers with their bits', async () => {
  const [series, ...rest] = await filled().selectSeries(
    { tenants, startMs: 38_000, endMs: 40_000, matchers: [name] },
    signal,
  );
  expect(rest).toEqual([]);
  expect(series?.labels).toEqual(up);
  expect([...(series?.timestampsMs ?? [])]).toEqual([38_000, 39_000, 40_000]);
  expect(series !== undefined && isStaleAt(series.values, 2)).toBe(true);
});

test('a selection that is too large fails', async () => {
  const request = { tenants, startMs: 0, endMs: 1e9, matchers: [name], samplesMax: 10 };
  await expect(filled().selectSeries(request, signal)).rejects.toMatchObject({ code: 'limit' });
});

test('labels, exemplars and metadata', async () => {
  const source = filled();
  const range = { tenants, startMs: 0, endMs: 10_000 };
  expect(await source.seriesLabels({ ...range, matcherLists: [[name], [name]] }, signal)).toEqual([
    up,
  ]);
  expect(await source.selectExemplars({ ...range, matchers: [name] })).toHaveLength(1);
  expect(await source.selectExemplars({ ...range, startMs: 6000, matchers: [name] })).toEqual([]);
  expect(await source.metricMetadata({ metric: 'up' })).toHaveLength(1);
  expect(await source.metricMetadata({ metric: 'down' })).toEqual([]);
});
