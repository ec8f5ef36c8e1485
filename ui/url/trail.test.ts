import { expect, test } from 'vitest';
import { carryOver, nextTrail, pageWords } from './trail.ts';
import type { PlaceLeft } from './trail.ts';

test.each([
  ['/overview', {}, 'overview'],
  ['/overview', { service: 'payment' }, 'overview payment'],
  ['/logs', { query: '{service_name="payment"}' }, 'logs {service_name="payment"}'],
  ['/logs', { query: 'x'.repeat(50) }, `logs ${'x'.repeat(40)}…`],
  ['/trace/4bf92f3577b34da6a3ce929d0e0e4736', {}, 'trace 4bf92f35'],
])('%s %j', (pathname, search: Record<string, string>, expected) => {
  expect(pageWords(pathname, search)).toBe(expected);
});

const left: PlaceLeft = {
  pathname: '/logs',
  search: { query: '{a="b"}' },
  href: '/logs?query=x',
  index: 3,
  trail: [{ title: 'overview', href: '/overview', index: 1 }],
};

test('a change of the page at hand is no step', () => {
  expect(nextTrail(left, '/logs', 'back')).toBe(left.trail);
});

test('another page is a step, under the name that the page gives or its own', () => {
  expect(nextTrail(left, '/trace/abc', undefined).map(({ title }) => title)).toEqual([
    'overview',
    'logs {a="b"}',
  ]);
  expect(nextTrail(left, '/trace/abc', 'a line').at(-1)).toEqual({
    title: 'a line',
    href: '/logs?query=x',
    index: 3,
  });
});

test('a trail keeps its last eight steps', () => {
  let trail: PlaceLeft = left;
  for (let at = 0; at < 20; at++) {
    trail = { ...trail, trail: nextTrail(trail, `/trace/${at}`, `${at}`) };
  }
  expect(trail.trail.map(({ title }) => title)).toEqual([
    '12',
    '13',
    '14',
    '15',
    '16',
    '17',
    '18',
    '19',
  ]);
});

test.each([
  ['/logs', {}, '/logs'],
  ['/logs', { query: 'x' }, '/logs'],
  ['/logs?query=a', { refresh: '10s' }, '/logs?query=a&refresh=10s'],
  ['/logs?refresh=5s', { refresh: '10s' }, '/logs?refresh=5s'],
  ['/logs?refresh=', { refresh: '10s', source: 'far' }, '/logs?source=far'],
  ['/trace/abc', { source: 'far' }, '/trace/abc?source=far'],
  ['/metrics?query=up', { source: 'far', refresh: '5s' }, '/metrics?query=up&refresh=5s'],
  ['https://example.org/', { source: 'far' }, 'https://example.org/'],
])('%s from the logs with %j', (href, search: Record<string, string>, expected) => {
  expect(carryOver(href, '/logs', search)).toBe(expected);
});
