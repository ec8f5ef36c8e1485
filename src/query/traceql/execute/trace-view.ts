// A trace as the engine looks at it: its spans as a tree, with the numbers of the nested set. Parents that have not been
// received leave orphans; a circle of parents is no ancestry and must not hang anything.

import { serviceName } from '../../../model/resource.ts';
import type { SpanRecord } from '../../../model/span-record.ts';

export interface SpanView {
  readonly record: SpanRecord;
  readonly trace: TraceView;
  readonly parent: SpanView | undefined;
  readonly children: readonly SpanView[];
  /** 0 for spans that hang on no root. */
  readonly nestedLeft: number;
  readonly nestedRight: number;
  /** -1 for a root, 0 for spans that hang on no root. */
  readonly nestedParent: number;
}

interface Node extends SpanView {
  parent: SpanView | undefined;
  readonly children: Node[];
  nestedLeft: number;
  nestedRight: number;
  nestedParent: number;
}

function findParents(nodes: readonly Node[]): void {
  const byId = new Map<string, Node>();
  for (const node of nodes) {
    const present = byId.get(node.record.spanId);
    // Zipkin's two spans of one ID: the server's is the inner one, so children hang on it.
    if (present === undefined || present.record.kind === 'client')
      byId.set(node.record.spanId, node);
  }
  for (const node of nodes) {
    const { parentSpanId } = node.record;
    const parent = parentSpanId === '' ? undefined : byId.get(parentSpanId);
    if (parent === undefined || parent === node) continue;
    node.parent = parent;
    parent.children.push(node);
  }
}

function numberNestedSet(nodes: readonly Node[]): void {
  let next = 1;
  for (const root of nodes) {
    if (root.record.parentSpanId !== '') continue;
    root.nestedParent = -1;
    root.nestedLeft = next++;
    const path: { readonly node: Node; child: number }[] = [{ node: root, child: 0 }];
    for (let top = path.at(-1); top !== undefined; top = path.at(-1)) {
      const child = top.node.children[top.child++];
      if (child === undefined) {
        top.node.nestedRight = next++;
        path.pop();
      } else {
        child.nestedParent = top.node.nestedLeft;
        child.nestedLeft = next++;
        path.push({ node: child, child: 0 });
      }
    }
  }
}

export class TraceView {
  readonly traceId: string;
  /** In the order given: by (start, seq). */
  readonly spans: readonly SpanView[];
  readonly startNs: bigint;
  readonly endNs: bigint;
  /** The first span without a parent, when it has been received. */
  readonly root: SpanView | undefined;

  constructor(traceId: string, records: readonly SpanRecord[]) {
    this.traceId = traceId;
    const nodes = records.map((record): Node => ({
      record,
      trace: this,
      parent: undefined,
      children: [],
      nestedLeft: 0,
      nestedRight: 0,
      nestedParent: 0,
    }));
    findParents(nodes);
    numberNestedSet(nodes);
    this.spans = nodes;
    this.root = nodes.find(({ record }) => record.parentSpanId === '');
    let startNs = records[0]?.startNs ?? 0n;
    let endNs = records[0]?.endNs ?? 0n;
    for (const record of records) {
      if (record.startNs < startNs) startNs = record.startNs;
      if (record.endNs > endNs) endNs = record.endNs;
    }
    this.startNs = startNs;
    this.endNs = endNs;
  }

  /** Empty when the root has not been received. */
  get rootName(): string {
    return this.root?.record.name ?? '';
  }

  get rootServiceName(): string {
    return this.root === undefined ? '' : serviceName(this.root.record.resource);
  }
}

/** A span of which nobody will ask for its trace, but whether it is a root: much cheaper than a trace of one. */
export function loneSpan(record: SpanRecord): SpanView {
  const isRoot = record.parentSpanId === '';
  return {
    record,
    get trace(): TraceView {
      return new TraceView(record.traceId, [record]);
    },
    parent: undefined,
    children: [],
    nestedLeft: isRoot ? 1 : 0,
    nestedRight: isRoot ? 2 : 0,
    nestedParent: isRoot ? -1 : 0,
  };
}
