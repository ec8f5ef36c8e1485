import { expect, test } from 'vitest';
import { storedSignals } from './stored-signals.ts';

test('tables are added up to signals, with the oldest and newest of them', () => {
  const { signals, rest } = storedSignals([
    { table: 'logs', rows: 5, bytes: 50, oldestNs: '100', newestNs: '200' },
    { table: 'samples', rows: 1, bytes: 10, oldestNs: '90', newestNs: '1000' },
    { table: 'histograms', rows: 2, bytes: 20, oldestNs: '300', newestNs: '999' },
    { table: 'streams', rows: 3, bytes: 30, oldestNs: null, newestNs: null },
    { table: 'trace_index', rows: 4, bytes: 40, oldestNs: '1', newestNs: '2' },
  ]);
  expect(signals).toEqual([
    { name: 'log records', rows: 5, bytes: 50, oldestNs: '100', newestNs: '200' },
    { name: 'spans', rows: 0, bytes: 0, oldestNs: null, newestNs: null },
    { name: 'metric samples', rows: 3, bytes: 30, oldestNs: '90', newestNs: '1000' },
    { name: 'exemplars', rows: 0, bytes: 0, oldestNs: null, newestNs: null },
  ]);
  expect(rest).toMatchObject({ rows: 7, bytes: 70, oldestNs: null });
});
