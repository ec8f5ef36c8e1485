// Where the nodes of a service map stand: whoever calls stands above whom it calls. The steps are functions: edges that
// close a circle are turned round, nodes get the layer of their longest way from the top, a layer that is too wide is
// broken, long edges get a place in every layer that they cross, layers are ordered by the middle of their neighbours so
// that few edges cross, and everything is drawn towards its neighbours as far as there is room. Pure.

export interface GraphEdge {
  readonly from: string;
  readonly to: string;
}

export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface MapLayout {
  /** Of the middle of each node. */
  readonly nodes: ReadonlyMap<string, Point>;
  /** Where the edge of `edgeKey` passes between its nodes, in its own direction. */
  readonly bends: ReadonlyMap<string, readonly Point[]>;
  readonly width: number;
  readonly height: number;
}

export interface LayoutSizes {
  readonly nodeWidth: number;
  readonly nodeHeight: number;
  readonly gapX: number;
  readonly gapY: number;
  /** A layer with more nodes than fit beside each other is broken into several. */
  readonly widthMax: number;
}

type Neighbours = ReadonlyMap<string, readonly string[]>;
type Rows = readonly (readonly string[])[];

export function edgeKey({ from, to }: GraphEdge): string {
  return `${from}\n${to}`;
}

function neighboursOf(edges: readonly GraphEdge[], key: 'from' | 'to'): Neighbours {
  const other = key === 'from' ? 'to' : 'from';
  const neighbours = new Map<string, string[]>();
  for (const edge of edges) {
    const list = neighbours.get(edge[key]);
    if (list === undefined) neighbours.set(edge[key], [edge[other]]);
    else list.push(edge[other]);
  }
  return neighbours;
}

/** Turns the edges round that lead back to a node on the way to it; a node's edge to itself is left out. */
export function withoutCircles(
  nodes: readonly string[],
  edges: readonly GraphEdge[],
): readonly GraphEdge[] {
  const out = neighboursOf(edges, 'from');
  const into = neighboursOf(edges, 'to');
  const state = new Map<string, 'open' | 'done'>();
  const turned = new Set<string>();
  const walk = (start: string): void => {
    if (state.has(start)) return;
    const stack: { readonly node: string; next: number }[] = [{ node: start, next: 0 }];
    state.set(start, 'open');
    for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
      const to = (out.get(top.node) ?? [])[top.next++];
      if (to === undefined) {
        state.set(top.node, 'done');
        stack.pop();
      } else if (state.get(to) === 'open') turned.add(edgeKey({ from: top.node, to }));
      else if (!state.has(to)) {
        state.set(to, 'open');
        stack.push({ node: to, next: 0 });
      }
    }
  };
  // Whoever nobody calls is where requests come in: the best place to start from.
  for (const node of nodes) if (!into.has(node)) walk(node);
  for (const node of nodes) walk(node);
  return edges.flatMap((edge) => {
    if (edge.from === edge.to) return [];
    return [turned.has(edgeKey(edge)) ? { from: edge.to, to: edge.from } : edge];
  });
}

/** Longest way from a node without callers; `edges` have no circles. */
export function layersOf(
  nodes: readonly string[],
  edges: readonly GraphEdge[],
): ReadonlyMap<string, number> {
  const out = neighboursOf(edges, 'from');
  const waiting = new Map<string, number>();
  for (const { to } of edges) waiting.set(to, (waiting.get(to) ?? 0) + 1);
  const layers = new Map<string, number>();
  const ready = nodes.filter((node) => !waiting.has(node));
  for (const node of ready) layers.set(node, 0);
  for (let at = 0; at < ready.length; at++) {
    const node = ready[at] ?? '';
    for (const to of out.get(node) ?? []) {
      layers.set(to, Math.max(layers.get(to) ?? 0, (layers.get(node) ?? 0) + 1));
      const left = (waiting.get(to) ?? 1) - 1;
      waiting.set(to, left);
      if (left === 0) ready.push(to);
    }
  }
  return layers;
}

interface BrokenRow {
  /** Of which it is a part. */
  readonly layer: number;
  readonly nodes: readonly string[];
}

function breakRows(rows: Rows, perRow: number): readonly BrokenRow[] {
  return rows.flatMap((row, layer) => {
    const pieces = Math.max(1, Math.ceil(row.length / perRow));
    const size = Math.ceil(row.length / pieces);
    return Array.from({ length: pieces }, (_, at) => ({
      layer,
      nodes: row.slice(at * size, (at + 1) * size),
    }));
  });
}

const sweeps = 8;

/** Orders each layer by the mean place of its neighbours in the layer that was ordered before, down and up again. */
export function orderRows(given: Rows, edges: readonly GraphEdge[]): string[][] {
  const rows = given.map((row) => [...row]);
  const out = neighboursOf(edges, 'from');
  const into = neighboursOf(edges, 'to');
  const place = new Map<string, number>();
  const remember = (row: readonly string[]): void =>
    row.forEach((node, at) => place.set(node, at - (row.length - 1) / 2));
  for (const row of rows) remember(row);
  const order = (row: string[], neighbours: Neighbours): void => {
    const middle = new Map(row.map((node) => [node, meanOf(node, neighbours, place)]));
    row.sort((a, b) => (middle.get(a) ?? 0) - (middle.get(b) ?? 0));
    remember(row);
  };
  for (let sweep = 0; sweep < sweeps; sweep++) {
    if (sweep % 2 === 0) for (const row of rows) order(row, into);
    else for (const row of rows.toReversed()) order(row, out);
  }
  return rows;
}

/** Of the neighbours' places; its own where it has none. */
function meanOf(node: string, neighbours: Neighbours, place: ReadonlyMap<string, number>): number {
  const others = neighbours.get(node) ?? [];
  if (others.length === 0) return place.get(node) ?? 0;
  return others.reduce((sum, other) => sum + (place.get(other) ?? 0), 0) / others.length;
}

interface Stretched {
  readonly rows: string[][];
  /** Each from one layer to the next. */
  readonly edges: readonly GraphEdge[];
  /** The places of a long edge between its nodes, from the top. */
  readonly chains: ReadonlyMap<string, readonly string[]>;
}

/**
 * Gives long edges a place in each layer that they cross. The ID of such a place begins with a line break. To its own
 * broken layer an edge goes behind the boxes: a place for each would make a fan of many services as wide as it is.
 */
function stretchEdges(given: readonly BrokenRow[], edges: readonly GraphEdge[]): Stretched {
  const rows = given.map(({ nodes }) => [...nodes]);
  const layer = new Map(rows.flatMap((row, at) => row.map((node) => [node, at] as const)));
  const chains = new Map<string, readonly string[]>();
  const short: GraphEdge[] = [];
  for (const edge of edges) {
    const first = layer.get(edge.from) ?? 0;
    const last = layer.get(edge.to) ?? 0;
    const chain: string[] = [];
    const own = [given[first]?.layer, given[last]?.layer];
    for (let at = first + 1; at < last; at++) {
      if (own.includes(given[at]?.layer)) continue;
      const id = `\n${edgeKey(edge)}\n${at}`;
      chain.push(id);
      rows[at]?.push(id);
    }
    chains.set(edgeKey(edge), chain);
    const all = [edge.from, ...chain, edge.to];
    for (let at = 1; at < all.length; at++)
      short.push({ from: all[at - 1] ?? '', to: all[at] ?? '' });
  }
  return { rows, edges: short, chains };
}

/** How wide a place is that an edge passes through. */
const passWidth = 4;
const passGap = 6;
const relaxations = 12;

/** Draws everything towards the middle of its neighbours, keeping the order and the gaps of each row. */
function placeRows(
  rows: Rows,
  edges: readonly GraphEdge[],
  sizes: LayoutSizes,
): Map<string, number> {
  const widthOf = (id: string): number => (id.startsWith('\n') ? passWidth : sizes.nodeWidth);
  const apart = (a: string, b: string): number => {
    const isPass = a.startsWith('\n') || b.startsWith('\n');
    return (widthOf(a) + widthOf(b)) / 2 + (isPass ? passGap : sizes.gapX);
  };
  const x = new Map<string, number>();
  for (const row of rows) {
    let at = 0;
    row.forEach((id, index) => {
      if (index > 0) at += apart(row[index - 1] ?? '', id);
      x.set(id, at);
    });
    for (const id of row) x.set(id, (x.get(id) ?? 0) - at / 2);
  }
  const out = neighboursOf(edges, 'from');
  const into = neighboursOf(edges, 'to');
  for (let round = 0; round < relaxations; round++) {
    const isDown = round % 2 === 0;
    for (const row of isDown ? rows : rows.toReversed()) {
      const wanted = row.map((id) => meanOf(id, isDown ? into : out, x));
      settle(row, wanted, apart).forEach((at, index) => x.set(row[index] ?? '', at));
    }
  }
  return x;
}

/** The places nearest to the wanted ones that keep the order: pushed apart from the left and from the right, and the mean of it. */
function settle(
  row: readonly string[],
  wanted: readonly number[],
  apart: (a: string, b: string) => number,
): readonly number[] {
  const fromLeft = [...wanted];
  for (let at = 1; at < row.length; at++) {
    const least = (fromLeft[at - 1] ?? 0) + apart(row[at - 1] ?? '', row[at] ?? '');
    fromLeft[at] = Math.max(fromLeft[at] ?? 0, least);
  }
  const fromRight = [...wanted];
  for (let at = row.length - 2; at >= 0; at--) {
    const most = (fromRight[at + 1] ?? 0) - apart(row[at] ?? '', row[at + 1] ?? '');
    fromRight[at] = Math.min(fromRight[at] ?? 0, most);
  }
  return row.map((_, at) => ((fromLeft[at] ?? 0) + (fromRight[at] ?? 0)) / 2);
}

function rowsOf(layers: ReadonlyMap<string, number>): string[][] {
  const rows: string[][] = [];
  for (const [node, layer] of layers) (rows[layer] ??= []).push(node);
  return rows;
}

/** The order of `nodes` breaks ties, so that the same graph is always drawn the same way. */
export function layoutMap(
  nodes: readonly string[],
  edges: readonly GraphEdge[],
  sizes: LayoutSizes,
): MapLayout {
  const { nodeWidth, nodeHeight, gapX, gapY, widthMax } = sizes;
  const acyclic = [
    ...new Map(withoutCircles(nodes, edges).map((edge) => [edgeKey(edge), edge])).values(),
  ];
  const ordered = orderRows(rowsOf(layersOf(nodes, acyclic)), acyclic);
  const perRow = Math.max(1, Math.floor((widthMax + gapX) / (nodeWidth + gapX)));
  const stretched = stretchEdges(breakRows(ordered, perRow), acyclic);
  const rows = orderRows(stretched.rows, stretched.edges);
  const x = placeRows(rows, stretched.edges, sizes);
  const all = [...x.values()];
  const left = (all.length === 0 ? 0 : Math.min(...all)) - nodeWidth / 2;
  const right = (all.length === 0 ? 0 : Math.max(...all)) + nodeWidth / 2;
  const points = new Map<string, Point>();
  rows.forEach((row, layer) => {
    for (const id of row)
      points.set(id, {
        x: (x.get(id) ?? 0) - left,
        y: layer * (nodeHeight + gapY) + nodeHeight / 2,
      });
  });
  const bends = new Map<string, readonly Point[]>();
  for (const [key, chain] of stretched.chains) {
    const passed = chain.flatMap((id) => points.get(id) ?? []);
    bends.set(key, passed);
    const [from = '', to = ''] = key.split('\n');
    bends.set(edgeKey({ from: to, to: from }), passed.toReversed());
  }
  return {
    nodes: new Map(
      nodes.flatMap((id) => (points.has(id) ? [[id, points.get(id) ?? { x: 0, y: 0 }]] : [])),
    ),
    bends,
    width: right - left,
    height: Math.max(nodeHeight, rows.length * (nodeHeight + gapY) - gapY),
  };
}
