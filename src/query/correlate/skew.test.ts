import { expect, test } from 'vitest';
import { estimateSkew } from './skew.ts';
import type { TimedSpan } from './skew.ts';

/** `id<parent host kind start-end`. */
function span(text: string): TimedSpan {
  const match = /^(\w+)(?:<(\w+))? (\S*) (\w+) (-?\d+):(-?\d+)$/.exec(text)!;
  return {
    spanId: match[1]!,
    parentSpanId: match[2] ?? '',
    host: match[3]!,
    kind: match[4]!,
    startMs: Number(match[5]),
    endMs: Number(match[6]),
  };
}

function check(spans: readonly string[], expected: Readonly<Record<string, number>>): void {
  const { hosts } = estimateSkew(spans.map(span));
  expect(Object.fromEntries(hosts.map(({ host, offsetMs }) => [host, offsetMs]))).toEqual(expected);
}

test('a server inside its client has a good clock', () => {
  check(['a node-1 client 0:100', 'b<a node-2 server 10:90'], {});
});

test('a server that notes its end a little late has a good clock, one that begins too late has not', () => {
  check(['a node-1 client 0:1782', 'b<a node-2 server 47:1789'], {});
  check(['a node-1 client 0:10', 'b<a node-2 server 20:24'], { 'node-2': 17 });
});

test('a server that is outside its client is centered in it', () => {
  check(['a node-1 client 0:100', 'b<a node-2 server 3010:3090'], { 'node-2': 3000 });
  check(['a node-1 client 0:100', 'b<a node-2 server -490:-410'], { 'node-2': -500 });
});

test('many calls narrow the offset down', () => {
  const { hosts } = estimateSkew(
    [
      'a node-1 client 0:100',
      'b<a node-2 server 520:560',
      'c node-1 client 200:220',
      'd<c node-2 server 702:719',
    ].map(span),
  );
  expect(hosts).toEqual([
    { host: 'node-2', offsetMs: 500.5, atLeastMs: 499, atMostMs: 502, pairs: 2 },
  ]);
});

test('a queue delays: a consumer that starts late proves nothing, one that starts early does', () => {
  check(['a node-1 producer 0:3', 'b<a node-3 consumer 3040:3090'], {});
  check(['a node-1 producer 0:3', 'b<a node-3 consumer -2000:-1950'], { 'node-3': -2000 });
});

test('a host behind a queue is bounded by what it calls', () => {
  check(['a node-1 producer 0:3', 'b<a node-3 consumer 3040:3090', 'c<b node-1 internal 50:70'], {
    'node-3': (2990 + 3040) / 2,
  });
});

test('a server that runs on after its client gave up is no skew', () => {
  check(['a node-1 client 0:100', 'b<a node-2 server 5:900'], {});
});

test('hosts lean on one another', () => {
  check(
    [
      'a node-1 client 0:100',
      'b<a node-2 server 1010:1090',
      'c<b node-2 client 1020:1080',
      'd<c node-3 server -470:-430',
    ],
    { 'node-2': 1000, 'node-3': -500 },
  );
});

test('no hosts, no parents, circles and one span', () => {
  check([], {});
  check(['a  client 0:100', 'b<a  server 900:910'], {});
  check(['a<b node-1 client 0:100', 'b<a node-2 server 0:90'], {});
  check(['a<gone node-1 client 0:100'], {});
  expect(estimateSkew([]).reference).toBe('');
});
