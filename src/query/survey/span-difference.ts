// What distinguishes some spans from others, span by span, over whole traces in memory.

import type { SpanRecord } from '../../model/span-record.ts';
import type { DifferenceCounts, Selection } from '../difference-source.ts';
import { isSelectedSpan } from './span-groups.ts';
import { countValues, spanValues } from './value-counts.ts';

/** `spans` are all of their traces, so that it is known which failed through a child; `ground` are those to compare. */
export function spanDifference(
  spans: readonly SpanRecord[],
  ground: (span: SpanRecord) => boolean,
  selection: Selection,
): DifferenceCounts {
  const through = new Set(
    spans.flatMap(({ status, traceId, parentSpanId }) =>
      status === 'error' && parentSpanId !== '' ? [`${traceId} ${parentSpanId}`] : [],
    ),
  );
  const compared = spans.filter(ground).map((span) => ({
    span,
    isSelected: isSelectedSpan(span, selection),
    isAside: selection.errors && through.has(`${span.traceId} ${span.spanId}`),
  }));
  const kept = compared.filter(({ isSelected, isAside }) => !(isSelected && isAside));
  const selected = kept.filter(({ isSelected }) => isSelected).length;
  const counts = { selected, rest: kept.length - selected };
  const aside = compared.length - kept.length;
  if (counts.selected === 0 || counts.rest === 0)
    return { ...counts, aside, lookedAt: counts, values: [], uniqueKeys: [], ownTimes: [] };
  const { values, uniqueKeys } = countValues(
    kept.map(({ span, isSelected }) => ({ isSelected, values: spanValues(span) })),
  );
  return { ...counts, aside, lookedAt: counts, values, uniqueKeys, ownTimes: [] };
}
