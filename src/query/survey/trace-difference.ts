// What distinguishes some traces from others, over whole traces in memory. Slow checkouts are compared with checkouts, as
// storage does it: the rest has the selection's mix of roots, as far as there are enough of them.

import { serviceName } from '../../model/resource.ts';
import type { SpanRecord } from '../../model/span-record.ts';
import type { DifferenceCounts, OwnTime, ValueCount } from '../difference-source.ts';
import { type CountedValue, countValues, spanValues } from './value-counts.ts';

export interface ComparedTrace {
  readonly isSelected: boolean;
  readonly rootService: string;
  readonly rootName: string;
  readonly spans: readonly SpanRecord[];
}

/** Fewer traces that begin alike say nothing; then all others are compared. */
const sameRootsMin = 30;
/** Names that are listed by their own time. */
const ownTimesMax = 40;

function rootOf({ rootService, rootName }: ComparedTrace): string {
  return `${rootService}\u0000${rootName}`;
}

function countBy<T>(items: readonly T[], keyOf: (item: T) => string): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const item of items) counts.set(keyOf(item), (counts.get(keyOf(item)) ?? 0) + 1);
  return counts;
}

function* traceValues({ spans }: ComparedTrace): Generator<CountedValue> {
  for (const span of spans) yield* spanValues(span);
}

/** Of all traces, whichever are compared, in the proportions of those that are. */
function rootValues(
  all: readonly ComparedTrace[],
  lookedAt: DifferenceCounts['lookedAt'],
): readonly ValueCount[] {
  const selected = all.filter(({ isSelected }) => isSelected);
  const rest = all.filter(({ isSelected }) => !isSelected);
  return (['rootName', 'rootServiceName'] as const).flatMap((key) => {
    const textOf = (trace: ComparedTrace): string =>
      key === 'rootName' ? trace.rootName : trace.rootService;
    const [ofSelected, ofRest] = [countBy(selected, textOf), countBy(rest, textOf)];
    return [...new Set(all.map(textOf))]
      .filter((value) => value !== '')
      .map((value): ValueCount => ({
        scope: 'intrinsic',
        key,
        type: 'string',
        value,
        selected: Math.round(
          ((ofSelected.get(value) ?? 0) / Math.max(1, selected.length)) * lookedAt.selected,
        ),
        rest: Math.round(((ofRest.get(value) ?? 0) / Math.max(1, rest.length)) * lookedAt.rest),
      }));
  });
}

function durationNs({ startNs, endNs }: SpanRecord): number {
  return Math.max(0, Number(endNs - startNs));
}

/**
 * Children are taken off up to the whole of their parent: those that go on behind it, as behind a queue, are no part of
 * its time.
 */
function ownTimes(
  chosen: readonly ComparedTrace[],
  others: readonly ComparedTrace[],
): readonly OwnTime[] {
  const [ofChosen, ofOthers] = [countBy(chosen, rootOf), countBy(others, rootOf)];
  const times = new Map<
    string,
    { service: string; name: string; selected: number; rest: number }
  >();
  for (const trace of [...chosen, ...others]) {
    const root = rootOf(trace);
    // Together the others weigh as if they had the selection's mix of roots.
    const weight =
      (trace.isSelected ? 1 : (ofChosen.get(root) ?? 0) / (ofOthers.get(root) ?? 1)) /
      Math.max(1, chosen.length);
    const childrenNs = new Map<string, number>();
    for (const span of trace.spans)
      childrenNs.set(
        span.parentSpanId,
        (childrenNs.get(span.parentSpanId) ?? 0) + durationNs(span),
      );
    for (const span of trace.spans) {
      const service = serviceName(span.resource);
      const id = `${service}\u0000${span.name}`;
      const known = times.get(id) ?? { service, name: span.name, selected: 0, rest: 0 };
      const ownNs = Math.max(0, durationNs(span) - (childrenNs.get(span.spanId) ?? 0));
      known[trace.isSelected ? 'selected' : 'rest'] += ownNs * weight;
      times.set(id, known);
    }
  }
  return [...times.values()]
    .map(({ service, name, selected, rest }) => ({
      service,
      name,
      selectedMs: selected / 1e6,
      restMs: rest / 1e6,
    }))
    .toSorted((a, b) => Math.abs(b.selectedMs - b.restMs) - Math.abs(a.selectedMs - a.restMs))
    .slice(0, ownTimesMax);
}

export function traceDifference(traces: readonly ComparedTrace[]): DifferenceCounts {
  const chosen = traces.filter(({ isSelected }) => isSelected);
  const rest = traces.filter(({ isSelected }) => !isSelected);
  const roots = new Set(chosen.map(rootOf));
  const alike = rest.filter((trace) => roots.has(rootOf(trace)));
  const sameRoots = alike.length >= sameRootsMin;
  const others = sameRoots ? alike : rest;
  const counted = {
    selected: chosen.length,
    rest: rest.length,
    aside: 0,
    lookedAt: { selected: chosen.length, rest: others.length },
    sameRoots,
  };
  if (chosen.length === 0 || others.length === 0)
    return { ...counted, values: [], uniqueKeys: [], ownTimes: [] };
  const { values, uniqueKeys } = countValues(
    [...chosen, ...others].map((trace) => ({
      isSelected: trace.isSelected,
      values: traceValues(trace),
    })),
  );
  return {
    ...counted,
    values: [...rootValues(traces, counted.lookedAt), ...values],
    uniqueKeys,
    ownTimes: ownTimes(chosen, others),
  };
}
