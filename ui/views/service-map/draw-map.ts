// A service map as boxes and curves: which nodes are drawn, where, and how wide their edges are. Pure.

import type {
  ExploreMapEdge,
  ExploreMapNode,
  ExploreServiceMap,
} from '../../../src/api/explore/contract/overview.ts';
import { edgeKey, layoutMap } from './layout.ts';
import type { Point } from './layout.ts';
import { printName } from '../words/name.ts';
import { printRate } from '../words/numbers.ts';

export interface DrawnNode {
  readonly id: string;
  readonly kind: ExploreMapNode['kind'];
  readonly name: string;
  /** Cut to the width of the box. */
  readonly shownName: string;
  readonly figures: string;
  /** All of it, for a hover and a screen reader. */
  readonly words: string;
  readonly errorShare: number;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly isDim: boolean;
}

export interface DrawnEdge {
  readonly id: string;
  readonly of: ExploreMapEdge;
  readonly path: string;
  /** An arrowhead at the end. */
  readonly tip: string;
  readonly width: number;
  readonly redWidth: number;
  readonly isDim: boolean;
  /** Where it has room for its numbers; its middle. */
  readonly label: EdgeLabel | null;
}

export interface EdgeLabel extends Point {
  readonly rate: string;
  /** Empty when nothing fails. */
  readonly failing: string;
}

export interface DrawnMap {
  readonly nodes: readonly DrawnNode[];
  readonly edges: readonly DrawnEdge[];
  readonly width: number;
  readonly height: number;
  /** Nodes that are not drawn. */
  readonly hidden: number;
}

/** More boxes than this are a picture that nobody reads. */
export const drawnNodesMax = 36;
const sizes = { nodeWidth: 104, nodeHeight: 40, gapX: 10, gapY: 36 } as const;
/** From the text's start to the box's edge. */
const nameWidth = 78;
/** The drawing may be so much wider than its place, and is made smaller. */
const widerMax = 1.2;
const edgeWidths = { min: 1.2, max: 7 } as const;
const margin = 8;

export function nodeId({ kind, name }: ExploreMapNode): string {
  return `${kind} ${name}`;
}

interface Weighed {
  readonly node: ExploreMapNode;
  requests: number;
  errors: number;
}

function nodesOf(
  edges: readonly ExploreMapEdge[],
  figures: ReadonlyMap<string, { readonly requests: number; readonly errors: number }>,
): Map<string, Weighed> {
  const nodes = new Map<string, Weighed>();
  const nodeOf = (node: ExploreMapNode): Weighed => {
    const id = nodeId(node);
    let found = nodes.get(id);
    if (found === undefined) {
      const known = node.kind === 'service' ? figures.get(node.name) : undefined;
      nodes.set(id, (found = { node, requests: known?.requests ?? 0, errors: known?.errors ?? 0 }));
    }
    return found;
  };
  for (const edge of edges) {
    nodeOf(edge.from);
    const to = nodeOf(edge.to);
    if (edge.to.kind !== 'service') {
      to.requests += edge.requests;
      to.errors += edge.errors;
    }
  }
  for (const [name, { requests, errors }] of figures) {
    // A service that talks to nobody has its place too.
    const node: ExploreMapNode = { kind: 'service', name };
    if (requests > 0 && !nodes.has(nodeId(node)))
      nodes.set(nodeId(node), { node, requests, errors });
  }
  return nodes;
}

/** About as wide as it is drawn with 12 px: a box cannot grow with its name, and nothing here measures texts. */
function widthOf(character: string): number {
  if (/[\u1100-\uffff\u{10000}-\u{10ffff}]/u.test(character)) return 13;
  if (/[ijltfrI.,:;'"|!()[\]{}/\\ -]/.test(character)) return 4;
  return /[mwMW@%&]/.test(character) ? 10.5 : /[A-Z#=+<>~…]/.test(character) ? 8.4 : 6.7;
}

function shorten(name: string): string {
  const characters = Array.from(name);
  let width = 0;
  const fits = characters.findIndex((one) => (width += widthOf(one)) > nameWidth);
  if (fits < 0) return name;
  let kept = fits;
  while (kept > 1 && width > nameWidth - widthOf('…')) width -= widthOf(characters[kept--] ?? '');
  return `${characters.slice(0, kept).join('')}…`;
}

/** The selected service and its neighbours come first, then whoever is busiest. */
function chooseNodes(
  nodes: ReadonlyMap<string, Weighed>,
  near: ReadonlySet<string>,
): ReadonlySet<string> {
  const order = [...nodes].toSorted(
    ([a, one], [b, other]) =>
      Number(near.has(b)) - Number(near.has(a)) || other.requests - one.requests,
  );
  return new Set(order.slice(0, drawnNodesMax).map(([id]) => id));
}

interface Way {
  readonly path: string;
  readonly tip: string;
  /** Points on it at which its numbers may stand, the best first. */
  readonly places: readonly Point[];
}

/** Shares of the last stretch, which is the edge's own: at its beginning several often go together. */
const labelShares = [0.62, 0.5, 0.74, 0.4] as const;

/** On a curve whose control points lie level with its ends. */
function pointOn(a: Point, b: Point, share: number): Point {
  const [start, end] = [(1 - share) ** 2 * (1 + 2 * share), share ** 2 * (3 - 2 * share)];
  const middle = (a.y + b.y) / 2;
  const rest = 1 - share;
  return {
    x: start * a.x + end * b.x,
    y:
      rest ** 3 * a.y +
      3 * rest ** 2 * share * middle +
      3 * rest * share ** 2 * middle +
      share ** 3 * b.y,
  };
}

/** From the foot of one box over the bends to the top of the other; a bow to the side for two that stand level. */
function curve(from: Point, to: Point, bends: readonly Point[]): Way {
  const half = sizes.nodeHeight / 2;
  if (from.y === to.y) {
    const top = from.y - half;
    return {
      path: `M${from.x} ${top}C${from.x} ${top - 24} ${to.x} ${top - 24} ${to.x} ${top}`,
      tip: tipAt(to.x, top, 1),
      places: [{ x: (from.x + to.x) / 2, y: top - 18 }],
    };
  }
  const direction = to.y > from.y ? 1 : -1;
  const points = [
    { x: from.x, y: from.y + half * direction },
    ...bends,
    { x: to.x, y: to.y - half * direction },
  ];
  let path = `M${from.x} ${points[0]?.y ?? 0}`;
  for (let at = 1; at < points.length; at++) {
    const a = points[at - 1] ?? from;
    const b = points[at] ?? to;
    const middle = (a.y + b.y) / 2;
    path += `C${a.x} ${middle} ${b.x} ${middle} ${b.x} ${b.y}`;
  }
  const last = points.at(-1) ?? to;
  const before = points.at(-2) ?? from;
  return {
    path,
    tip: tipAt(to.x, to.y - half * direction, direction),
    places: labelShares.map((share) => pointOn(before, last, share)),
  };
}

function tipAt(x: number, y: number, direction: number): string {
  return `M${x - 4} ${y - 6 * direction}L${x} ${y}L${x + 4} ${y - 6 * direction}`;
}

/** Edges that lie on top of each other (the same two nodes, by calls and by messages) are moved apart by this. */
const apartPx = 10;

export function drawMap(
  { edges }: ExploreServiceMap,
  figures: ReadonlyMap<string, { readonly requests: number; readonly errors: number }>,
  seconds: number,
  selected: string | null,
  width: number,
): DrawnMap {
  const all = nodesOf(edges, figures);
  const selectedId = selected === null ? undefined : nodeId({ kind: 'service', name: selected });
  const near = new Set<string>(selectedId === undefined ? [] : [selectedId]);
  for (const { from, to } of edges) {
    if (nodeId(from) === selectedId) near.add(nodeId(to));
    if (nodeId(to) === selectedId) near.add(nodeId(from));
  }
  const chosen = chooseNodes(all, near);
  const shown = edges.filter(({ from, to }) => chosen.has(nodeId(from)) && chosen.has(nodeId(to)));
  // By name, so that the picture stays the same while rates change.
  const ids = [...chosen].toSorted();
  const layout = layoutMap(
    ids,
    shown.map(({ from, to }) => ({ from: nodeId(from), to: nodeId(to) })),
    { ...sizes, widthMax: width * widerMax - 2 * margin },
  );
  const shiftX = margin + Math.max(0, (width - 2 * margin - layout.width) / 2);
  const moved = ({ x, y }: Point): Point => ({ x: x + shiftX, y: y + margin });
  const placed = new Map([...layout.nodes].map(([id, point]) => [id, moved(point)]));
  const most = Math.max(1, ...shown.map(({ requests }) => requests));
  const nodes = ids.flatMap((id) => {
    const weighed = all.get(id);
    const place = placed.get(id);
    if (weighed === undefined || place === undefined) return [];
    return [drawNode(id, weighed, place, seconds, near.size > 0 && !near.has(id))];
  });
  const ways = new Map<ExploreMapEdge, Way>();
  for (const [at, edge] of shown.entries()) {
    const key = edgeKey({ from: nodeId(edge.from), to: nodeId(edge.to) });
    const from = placed.get(nodeId(edge.from));
    const to = placed.get(nodeId(edge.to));
    if (from === undefined || to === undefined) continue;
    const twin = shown.findIndex(
      (other) => edgeKey({ from: nodeId(other.from), to: nodeId(other.to) }) === key,
    );
    const aside = ({ x, y }: Point): Point => ({ x: x + (twin === at ? 0 : apartPx), y });
    const bends = (layout.bends.get(key) ?? []).map(moved).map(aside);
    ways.set(edge, curve(aside(from), aside(to), bends));
  }
  const labels = placeLabels(ways, nodes, seconds);
  return {
    nodes,
    edges: [...ways].map(([edge, way]) =>
      drawEdge(edge, { ...way, label: labels.get(edge) ?? null }, most, selectedId),
    ),
    width: Math.max(width, layout.width + 2 * margin),
    height: layout.height + 2 * margin,
    hidden: all.size - chosen.size,
  };
}

function drawNode(
  id: string,
  { node, requests, errors }: Weighed,
  place: Point,
  seconds: number,
  isDim: boolean,
): DrawnNode {
  const errorShare = requests === 0 ? 0 : errors / requests;
  const rate = printRate(requests, seconds);
  const failing = errorShare === 0 ? '' : ` · ${Number((errorShare * 100).toPrecision(2))} %`;
  const kind = node.kind === 'service' ? '' : `${node.kind} `;
  return {
    id,
    kind: node.kind,
    name: node.name,
    shownName: shorten(printName(node.name)),
    figures: `${rate}${failing}`,
    words: `${kind}${printName(node.name)}: ${rate}${failing === '' ? '' : `,${failing.slice(2)} failing`}`,
    errorShare,
    x: place.x,
    y: place.y,
    width: sizes.nodeWidth,
    height: sizes.nodeHeight,
    isDim,
  };
}

/** Of its text, 10 px high. */
const labelSize = { height: 12, pad: 3, scale: 0.82 } as const;

/** Numbers stand where they lie on no box and on no other numbers; what fails and what is busy comes first. */
function placeLabels(
  ways: ReadonlyMap<ExploreMapEdge, Way>,
  nodes: readonly DrawnNode[],
  seconds: number,
): ReadonlyMap<ExploreMapEdge, EdgeLabel> {
  const taken: Box[] = nodes.map(({ x, y, width, height }) => ({ x, y, width, height }));
  const labels = new Map<ExploreMapEdge, EdgeLabel>();
  const order = [...ways].toSorted(
    ([a], [b]) => Number(b.errors > 0) - Number(a.errors > 0) || b.requests - a.requests,
  );
  for (const [edge, { places }] of order) {
    const rate = printRate(edge.requests, seconds);
    const share = edge.requests === 0 ? 0 : edge.errors / edge.requests;
    const failing = share === 0 ? '' : `${Number((share * 100).toPrecision(2))} %`;
    const text = Array.from(failing === '' ? rate : `${rate} ${failing}`);
    const width =
      text.reduce((sum, one) => sum + widthOf(one), 0) * labelSize.scale + 2 * labelSize.pad;
    const place = places.find((one) =>
      taken.every((box) => isApart({ ...one, width, height: labelSize.height }, box)),
    );
    if (place === undefined) continue;
    taken.push({ ...place, width, height: labelSize.height });
    labels.set(edge, { ...place, rate, failing });
  }
  return labels;
}

/** Its middle and its size. */
interface Box extends Point {
  readonly width: number;
  readonly height: number;
}

function isApart(a: Box, b: Box): boolean {
  return (
    Math.abs(a.x - b.x) >= (a.width + b.width) / 2 ||
    Math.abs(a.y - b.y) >= (a.height + b.height) / 2
  );
}

function drawEdge(
  edge: ExploreMapEdge,
  { path, tip, label }: Pick<DrawnEdge, 'path' | 'tip' | 'label'>,
  most: number,
  selectedId: string | undefined,
): DrawnEdge {
  const { min, max } = edgeWidths;
  const width = min + (max - min) * Math.sqrt(edge.requests / most);
  const share = edge.requests === 0 ? 0 : edge.errors / edge.requests;
  const from = nodeId(edge.from);
  const to = nodeId(edge.to);
  return {
    id: `${from} ${to} ${edge.isMessaging}`,
    of: edge,
    path,
    tip,
    label,
    width,
    redWidth: share === 0 ? 0 : Math.max(1, width * Math.min(1, share)),
    isDim: selectedId !== undefined && from !== selectedId && to !== selectedId,
  };
}
