// Find in a trace: a text, regardless of case, in spans and in lines; and which spans stand back because neither they
// nor their lines are among what is shown.

import type { ExploreAttribute } from '../../../src/api/explore/contract/records.ts';
import type { LinesShown } from '../../url/trace-view.ts';
import { isShown } from '../trace-logs/rows.ts';
import type { LookAlikes } from '../waterfall/look-alikes.ts';
import type { StoryRow } from '../waterfall/rows.ts';
import type { SpanNode } from '../waterfall/tree.ts';
import type { StoryModel } from './story-model.ts';

export interface Found {
  /** By node ID. */
  readonly nodes: ReadonlySet<string>;
  /** In the order of the waterfall. */
  readonly ordered: readonly SpanNode[];
  readonly lines: number;
}

function inAttributes(attributes: readonly ExploreAttribute[], wanted: string): boolean {
  return attributes.some(
    ({ key, value }) => key.toLowerCase().includes(wanted) || value.toLowerCase().includes(wanted),
  );
}

function isFoundIn({ span }: SpanNode, wanted: string): boolean {
  if (span === null) return false;
  return (
    span.name.toLowerCase().includes(wanted) ||
    span.service.toLowerCase().includes(wanted) ||
    span.spanId === wanted ||
    span.statusMessage.toLowerCase().includes(wanted) ||
    span.events.some(({ name }) => name.toLowerCase().includes(wanted)) ||
    (span.full !== null && inAttributes(span.full.attributes, wanted))
  );
}

/** Undefined while nothing is looked for. Attributes are looked at where they came with the trace. */
export function findInStory(story: StoryModel, find: string): Found | undefined {
  if (find === '') return undefined;
  const wanted = find.toLowerCase();
  const ordered = story.tree.nodes.filter((node) => isFoundIn(node, wanted));
  return {
    nodes: new Set(ordered.map(({ id }) => id)),
    ordered,
    lines: story.lines.filter(({ line }) => isShown(line, { show: 'all', spanId: '', find }))
      .length,
  };
}

/** Spans with something to show under the filter of the lines; undefined: there is no filter, all of them. */
export function litSpans(
  story: StoryModel,
  wanted: { readonly show: LinesShown; readonly find: string; readonly spanId: string },
  found: Found | undefined,
): ReadonlySet<string> | undefined {
  if (wanted.show === 'all' && wanted.find === '') return undefined;
  const spanIds = new Set(
    story.lines.flatMap(({ line }) => (isShown(line, wanted) ? [line.spanId] : [])),
  );
  const lit = new Set(found?.nodes);
  for (const node of story.tree.nodes) {
    if (node.span !== null && spanIds.has(node.span.spanId)) lit.add(node.id);
  }
  return lit;
}

/** Whether a row is of any of the nodes. */
export function rowTest(nodes: ReadonlySet<string> | undefined): (row: StoryRow) => boolean {
  // A group may stand for thousands of spans, and every painting asks.
  const groups = new WeakMap<LookAlikes, boolean>();
  return (row) => {
    if (nodes === undefined) return false;
    if (row.kind !== 'alike') return nodes.has(row.node.id);
    let has = groups.get(row.group);
    if (has === undefined) {
      has = row.group.nodes.some(({ id }) => nodes.has(id));
      groups.set(row.group, has);
    }
    return has;
  };
}
