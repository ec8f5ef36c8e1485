import { describe, expect, test } from 'vitest';
import type {
  ExploreMapEdge,
  ExploreServiceMap,
} from '../../../src/api/explore/contract/overview.ts';
import { drawMap, drawnNodesMax } from './draw-map.ts';
import { edgeKey, layersOf, layoutMap, orderRows, withoutCircles } from './layout.ts';
import type { GraphEdge, LayoutSizes } from './layout.ts';

function edgesOf(text: string): GraphEdge[] {
  return text
    .split(' ')
    .filter((one) => one !== '')
    .map((one) => ({ from: one.split('>')[0] ?? '', to: one.split('>')[1] ?? '' }));
}

function nodesOf(edges: readonly GraphEdge[]): string[] {
  return [...new Set(edges.flatMap(({ from, to }) => [from, to]))].toSorted();
}

const sizes: LayoutSizes = { nodeWidth: 100, nodeHeight: 40, gapX: 10, gapY: 30, widthMax: 440 };

describe('layers', () => {
  test.each([
    ['a>b b>c a>c', { a: 0, b: 1, c: 2 }],
    ['a>c b>c c>d', { a: 0, b: 0, c: 1, d: 2 }],
    // A circle is opened where it comes back to where one came in.
    ['a>b b>c c>b c>d', { a: 0, b: 1, c: 2, d: 3 }],
    ['a>b b>a', { a: 0, b: 1 }],
    ['a>a a>b', { a: 0, b: 1 }],
  ])('%s', (text, expected) => {
    const edges = edgesOf(text);
    const nodes = nodesOf(edges);
    expect(Object.fromEntries(layersOf(nodes, withoutCircles(nodes, edges)))).toEqual(expected);
  });

  test('a chain of ten thousand is no recursion', () => {
    const edges = Array.from({ length: 10_000 }, (_, at) => ({ from: `n${at}`, to: `n${at + 1}` }));
    const nodes = nodesOf(edges);
    expect(layersOf(nodes, withoutCircles(nodes, edges)).get('n10000')).toBe(10_000);
  });
});

test('neighbours are put above one another, so that edges do not cross', () => {
  const edges = edgesOf('a>z b>y c>x');
  expect(
    orderRows(
      [
        ['a', 'b', 'c'],
        ['x', 'y', 'z'],
      ],
      edges,
    )[1],
  ).toEqual(['z', 'y', 'x']);
});

describe('a layout', () => {
  const edges = edgesOf('gw>co gw>inv co>inv co>pay co>cart co>ship ship>mail inv>db mail>co');
  const nodes = nodesOf(edges);
  const layout = layoutMap(nodes, edges, sizes);
  const at = (id: string): { x: number; y: number } => layout.nodes.get(id) ?? { x: NaN, y: NaN };

  test('puts callers above whom they call, but for the edge that closes a circle', () => {
    for (const { from, to } of edges)
      if (from !== 'mail') expect([from, to, at(from).y < at(to).y]).toEqual([from, to, true]);
    expect(at('mail').y).toBeGreaterThan(at('co').y);
  });

  test('lets no two boxes touch, and none leave the drawing', () => {
    for (const one of nodes) {
      expect(at(one).x - 50).toBeGreaterThanOrEqual(-0.001);
      expect(at(one).x + 50).toBeLessThanOrEqual(layout.width + 0.001);
      expect(at(one).y + 20).toBeLessThanOrEqual(layout.height + 0.001);
      for (const other of nodes) {
        if (one >= other || at(one).y !== at(other).y) continue;
        expect(Math.abs(at(one).x - at(other).x)).toBeGreaterThanOrEqual(109.9);
      }
    }
  });

  test('gives a long edge a place between the boxes of each layer that it crosses', () => {
    const bends = layout.bends.get(edgeKey({ from: 'gw', to: 'inv' })) ?? [];
    expect(bends).toHaveLength(1);
    for (const bend of bends)
      for (const id of nodes)
        if (at(id).y === bend.y) expect(Math.abs(at(id).x - bend.x)).toBeGreaterThan(50);
    const back = layout.bends.get(edgeKey({ from: 'mail', to: 'co' })) ?? [];
    expect(back.length).toBeGreaterThan(0);
    expect(back.map(({ y }) => y)).toEqual(back.map(({ y }) => y).toSorted((a, b) => b - a));
  });

  test('is the same each time', () => {
    expect(layoutMap(nodes, edges, sizes)).toEqual(layout);
  });

  test('breaks a layer that is too wide', () => {
    const star = Array.from({ length: 12 }, (_, one) => ({ from: 'a', to: `n${one}` }));
    const wide = layoutMap(nodesOf(star), star, sizes);
    const rows = new Set([...wide.nodes.values()].map(({ y }) => y));
    expect(rows.size).toBe(4);
  });
});

function edge(from: string, to: string, given: Partial<ExploreMapEdge> = {}): ExploreMapEdge {
  return {
    from: { kind: 'service', name: from },
    to: { kind: 'service', name: to },
    isMessaging: false,
    isLinked: false,
    calls: null,
    requests: 100,
    errors: 0,
    p95Ms: 5,
    ...given,
  };
}

function mapOf(edges: readonly ExploreMapEdge[]): ExploreServiceMap {
  return { startNs: '0', endNs: '1', edges, edgesTotal: edges.length, sampled: null };
}

describe('a drawing', () => {
  test('the width of an edge is its rate, the red part of it what failed', () => {
    const { edges } = drawMap(
      mapOf([edge('a', 'b', { errors: 25 }), edge('a', 'c', { requests: 25 })]),
      new Map(),
      60,
      null,
      400,
    );
    const [busy, calm] = edges;
    expect(busy!.width).toBeGreaterThan(calm!.width);
    expect(busy!.redWidth / busy!.width).toBeCloseTo(0.25);
    expect(calm!.redWidth).toBe(0);
  });

  test('what is known only from its callers has their figures, a service its own', () => {
    const database = { kind: 'database', name: 'postgresql' } as const;
    const { nodes } = drawMap(
      mapOf([edge('a', 'x', { to: database, requests: 120, errors: 12 })]),
      new Map([
        ['a', { requests: 60, errors: 0 }],
        ['alone', { requests: 6, errors: 0 }],
      ]),
      60,
      null,
      400,
    );
    expect(nodes.map(({ words }) => words).toSorted()).toEqual([
      'a: 1/s',
      'alone: 0.1/s',
      'database postgresql: 2/s, 10 % failing',
    ]);
  });

  test('of 500 services the busiest are drawn, and those next to the selected one', () => {
    const edges = Array.from({ length: 500 }, (_, at) =>
      edge('gateway', `s${at}`, { requests: 1000 - at }),
    );
    edges.push(edge('s499', 's498'));
    const figures = new Map(
      ['gateway', ...edges.map(({ to }) => to.name)].map((name, at) => [
        name,
        { requests: 1000 - at, errors: 0 },
      ]),
    );
    const all = drawMap(mapOf(edges), figures, 60, null, 400);
    expect(all.nodes).toHaveLength(drawnNodesMax);
    expect(all.hidden).toBe(501 - drawnNodesMax);
    const near = drawMap(mapOf(edges), figures, 60, 's499', 400);
    const names = near.nodes.filter(({ isDim }) => !isDim).map(({ name }) => name);
    expect(names.toSorted()).toEqual(['gateway', 's498', 's499']);
    expect(near.edges.filter(({ isDim }) => !isDim)).toHaveLength(2);
  });
});

test.each([
  ['checkout', 'checkout'],
  ['postgresql shop', 'postgresql…'],
  ['api.stripe.com', 'api.stripe.…'],
  ['WWWWWWWWWWWW', 'WWWWW…'],
  ['🛒🛒🛒🛒🛒🛒🛒', '🛒🛒🛒🛒…'],
  [' ', '" "'],
])('the name %j fits its box as %j', (name, seen) => {
  const { nodes } = drawMap(
    { startNs: '0', endNs: '1', edges: [edge(name, 'other')], edgesTotal: 1, sampled: null },
    new Map(),
    60,
    null,
    400,
  );
  expect(nodes.find((node) => node.name === name)?.shownName).toBe(seen);
});

describe('numbers of edges', () => {
  const node = (name: string) => ({ kind: 'service', name }) as const;
  const edge = (from: string, to: string, requests: number, errors = 0): ExploreMapEdge => ({
    from: node(from),
    to: node(to),
    calls: null,
    isLinked: false,
    isMessaging: false,
    requests,
    errors,
    p95Ms: 1,
  });
  const drawn = (edges: readonly ExploreMapEdge[]) =>
    drawMap(
      { startNs: '0', endNs: '0', edges, edgesTotal: edges.length, sampled: null },
      new Map(),
      100,
      null,
      400,
    );

  test('rate, and the share that fails', () => {
    const { edges } = drawn([edge('a', 'b', 200), edge('a', 'c', 100, 7)]);
    expect(edges.map(({ label }) => [label?.rate, label?.failing])).toEqual([
      ['2/s', ''],
      ['1/s', '7 %'],
    ]);
  });

  test('lie on no box and not on each other', () => {
    const many = Array.from({ length: 12 }, (_, at) => edge('a', `b${at}`, 100 + at, at % 4));
    const { edges, nodes } = drawn([...many, edge('b1', 'b2', 5), edge('b2', 'a', 3, 1)]);
    const boxes = [
      ...nodes,
      ...edges.flatMap(({ label }) =>
        label === null ? [] : [{ x: label.x, y: label.y, width: 20, height: 12 }],
      ),
    ];
    boxes.forEach((a, at) =>
      boxes.slice(at + 1).forEach((b) => {
        const isApart =
          Math.abs(a.x - b.x) >= (a.width + b.width) / 2 ||
          Math.abs(a.y - b.y) >= (a.height + b.height) / 2;
        expect(isApart).toBe(true);
      }),
    );
    expect(edges.filter(({ label }) => label !== null).length).toBeGreaterThan(5);
  });
});
