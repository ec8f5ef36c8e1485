// What Clew tells of itself: figures, limits, how far logs name traces, and the datasources with nothing secret in them.

import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import type {
  ExploreDatasources,
  ExploreFieldTest,
} from '../../src/api/explore/contract/datasources.ts';
import type { ExploreCoverage, ExploreStatus } from '../../src/api/explore/contract/status.ts';
import { removeFolder } from '../clew-process.ts';
import { path } from './exchange.ts';
import { runShop } from './running-shop.ts';

const folder = mkdtempSync(join(tmpdir(), 'clew-status-'));
const file = join(folder, 'datasources.yaml');
writeFileSync(
  file,
  `apiVersion: 1
datasources:
  - name: Far
    type: loki
    uid: far
    url: http://someone:hidden@127.0.0.1:9
    jsonData:
      httpHeaderName1: X-Key
      derivedFields:
        - { name: Behind, matcherRegex: "(?<=x)y", url: "http://e/$\${__value.raw}" }
    secureJsonData: { httpHeaderValue1: very-secret }
`,
);
afterAll(() => removeFolder(folder));
const running = runShop(['--datasources', file, '--retention', '3d']);

async function get<T>(base: string, given: Record<string, string> = {}): Promise<T> {
  return (await running.ask({ port: 'ui', path: path(base, given) })).json<T>();
}

test('figures, and every limit with its value', async () => {
  const status = await get<ExploreStatus>('/api/explore/status');
  expect(status.health).toMatchObject({ status: 'ok', isEmpty: false });
  expect(status.store).toMatchObject({ state: 'ready', retentionMs: 3 * 86_400_000 });
  expect(status.settings.find(({ flag }) => flag === 'retention')).toMatchObject({
    value: '3d',
    isChanged: true,
  });
  expect(status.settings.find(({ flag }) => flag === 'disk')).toMatchObject({ isChanged: false });
  expect(status.files.datasources).toEqual([file]);
});

test('how far the logs of each service name their traces', async () => {
  const { services } = await get<ExploreCoverage>('/api/explore/coverage');
  const of = (name: string) => services.find(({ service }) => service === name);
  expect(of('mailer')).toMatchObject({ records: 20, recordsWithTraceId: 0 });
  const checkout = of('checkout');
  expect(checkout?.recordsWithTraceId).toBe(checkout?.records);
  expect(checkout?.hasSpans).toBe(true);
});

test('datasources as understood, without what is secret', async () => {
  const answer = await running.ask({ port: 'ui', path: '/api/explore/datasources' });
  const [far] = answer.json<ExploreDatasources>().datasources;
  expect(far).toMatchObject({ uid: 'far', embedded: false, headerNames: ['X-Key'] });
  expect(far?.problems.join()).toContain('look-behind');
  expect(answer.text).not.toMatch(/very-secret|hidden/);
});

test('a pattern on real lines, and one that cannot be run', async () => {
  const found = await get<ExploreFieldTest>('/api/explore/datasources/test', {
    regex: 'mail (\\d+)',
    url: 'https://e/${__value.raw}',
  });
  expect(found.matched).toBe(20);
  expect(found.lines[0]).toMatchObject({ service: 'mailer', link: { kind: 'external' } });
  const wrong = await get<ExploreFieldTest>('/api/explore/datasources/test', { regex: '(a+' });
  expect(wrong).toMatchObject({ matched: 0, runAs: '' });
  expect(wrong.problem).not.toBe('');
});
