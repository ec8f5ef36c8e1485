// Structural operators on the spans of one trace, in time linear in the trace however deep it is.

import type { StructuralRelation } from '../syntax/ast.ts';
import type { SpanView } from './trace-view.ts';

type Spans = ReadonlySet<SpanView>;

function childrenOf(spans: Spans): Spans {
  const found = new Set<SpanView>();
  for (const span of spans) for (const child of span.children) found.add(child);
  return found;
}

function parentsOf(spans: Spans): Spans {
  const found = new Set<SpanView>();
  for (const { parent } of spans) if (parent !== undefined) found.add(parent);
  return found;
}

function descendantsOf(spans: Spans): Spans {
  const found = new Set<SpanView>();
  const open = [...spans];
  for (let span = open.pop(); span !== undefined; span = open.pop()) {
    for (const child of span.children) {
      if (found.has(child)) continue;
      found.add(child);
      open.push(child);
    }
  }
  return found;
}

function ancestorsOf(spans: Spans): Spans {
  const found = new Set<SpanView>();
  for (const span of spans) {
    let above = span.parent;
    while (above !== undefined && !found.has(above)) {
      found.add(above);
      above = above.parent;
    }
  }
  return found;
}

/** Spans that share a received parent with another one of `spans`. */
function siblingsOf(spans: Spans): Spans {
  const found = new Set<SpanView>();
  for (const parent of parentsOf(spans)) {
    const members = parent.children.filter((child) => spans.has(child));
    for (const child of parent.children) {
      if (members.length > 1 || members[0] !== child) found.add(child);
    }
  }
  return found;
}

/** All spans that stand on the right side of the relation with one of `spans` on its left. */
export function spansRelatedTo(relation: StructuralRelation, spans: Spans): Spans {
  switch (relation) {
    case '>':
      return childrenOf(spans);
    case '<':
      return parentsOf(spans);
    case '>>':
      return descendantsOf(spans);
    case '<<':
      return ancestorsOf(spans);
    case '~':
      return siblingsOf(spans);
  }
}

export const inverseRelations: Readonly<Record<StructuralRelation, StructuralRelation>> = {
  '>': '<',
  '<': '>',
  '>>': '<<',
  '<<': '>>',
  '~': '~',
};
