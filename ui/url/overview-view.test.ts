import { describe, expect, test } from 'vitest';
import { parseBox, parseOverviewView, printOverviewView } from './overview-view.ts';

describe('the address of the overview', () => {
  test.each<[Record<string, string>]>([
    [{}],
    [{ from: 'now-15m', service: 'payment' }],
    [{ service: '', sort: '-p95', find: 'pay' }],
    [{ box: 'errors.1795385220000000000.1795385880000000000' }],
    [{ box: 'latency.1.2.1000000.-', latency: 'percentiles' }],
    [{ box: 'latency.1.2.-.5', sort: 'service' }],
    [
      {
        box: 'errors.1.2',
        tab: 'traces',
        lines: 'all',
        only: 'a = "1"\nb = "2"',
        without: 'c = 3',
      },
    ],
    // Of others.
    [{ refresh: '10s', source: 'remote' }],
  ])('%j comes back', (search) => {
    expect(printOverviewView(parseOverviewView(search), search)).toEqual(search);
  });

  test.each([
    'nothing',
    'errors.2.1',
    'errors.1',
    'pie.1.2',
    'errors.1.-2',
    'errors.1.99999999999999999999',
    '',
  ])('the box %j is none', (text) => {
    expect(parseBox(text)).toBe(null);
  });

  test('what was looked at behind a box goes with the box', () => {
    const view = parseOverviewView({ tab: 'traces', only: 'a = 1', lines: 'all' });
    expect(printOverviewView(view, { tab: 'traces', only: 'a = 1' })).toEqual({});
  });

  test('what is unreadable counts as absent', () => {
    const view = parseOverviewView({ from: 'then', sort: '-colour', latency: 'pie', service: 7 });
    expect(printOverviewView(view)).toEqual({});
  });
});
