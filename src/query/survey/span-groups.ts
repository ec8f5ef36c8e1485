// Spans in memory by the value of an attribute, and durations by how common they are: what storage counts in SQL, for
// spans that a server elsewhere gave.

import { type Attributes, findAttribute, printAttributeText } from '../../model/attributes.ts';
import type { SpanRecord } from '../../model/span-record.ts';
import type { Selection } from '../difference-source.ts';
import type { SpanScope } from '../sources.ts';
import type {
  LatencyBand,
  SpanGroup,
  SpanGroups,
  SpanKindFigures,
  TraceFact,
} from '../trace-survey-source.ts';

export interface GroupedSpan {
  readonly type: SpanGroup['type'];
  /** Undefined: it does not have the attribute. */
  readonly value: string | undefined;
  readonly durationNs: number;
  readonly failed: boolean;
  readonly traceId: string;
}

function ofAttributes(
  attributes: Attributes,
  name: string,
): Pick<GroupedSpan, 'type' | 'value'> | undefined {
  const value = findAttribute(attributes, name);
  if (value === undefined || value.kind === 'empty') return undefined;
  const { kind } = value;
  const type = kind === 'int' || kind === 'double' || kind === 'bool' ? kind : 'string';
  return { type, value: printAttributeText(value) };
}

function intrinsic(span: SpanRecord, name: string): Pick<GroupedSpan, 'type' | 'value'> {
  switch (name) {
    case 'name':
      return { type: 'string', value: span.name };
    case 'statusMessage':
      return { type: 'string', value: span.statusMessage };
    case 'status':
      return { type: 'keyword', value: span.status };
    case 'kind':
      return { type: 'keyword', value: span.kind };
    default:
      return { type: 'string', value: undefined };
  }
}

export function groupedSpan(
  span: SpanRecord,
  { scope, name }: { readonly scope: SpanScope; readonly name: string },
): GroupedSpan {
  const found =
    scope === 'intrinsic'
      ? intrinsic(span, name)
      : ((scope === 'resource' ? undefined : ofAttributes(span.attributes, name)) ??
        (scope === 'span' ? undefined : ofAttributes(span.resource.attributes, name)));
  return {
    ...(found ?? { type: 'string', value: undefined }),
    durationNs: Number(span.endNs - span.startNs),
    failed: span.status === 'error',
    traceId: span.traceId,
  };
}

/** The smallest value that at least this share of all does not exceed; `sorted` ascending. */
function quantile(sorted: readonly number[], share: number): number {
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? 0;
}

export function groupSpans(spans: readonly GroupedSpan[], limit: number): SpanGroups {
  const byValue = new Map<string, [GroupedSpan, ...GroupedSpan[]]>();
  let without = 0;
  for (const span of spans) {
    if (span.value === undefined) {
      without++;
      continue;
    }
    const id = `${span.type}\u0000${span.value}`;
    const known = byValue.get(id);
    if (known === undefined) byValue.set(id, [span]);
    else known.push(span);
  }
  const groups = [...byValue.values()].map((of): SpanGroup => {
    const [{ type, value = '' }] = of;
    const durations = of.map(({ durationNs }) => durationNs).toSorted((a, b) => a - b);
    const slowest = of.reduce((most, one) => (one.durationNs > most.durationNs ? one : most));
    return {
      value,
      type,
      count: of.length,
      errors: of.filter(({ failed }) => failed).length,
      p50Ns: quantile(durations, 0.5),
      p95Ns: quantile(durations, 0.95),
      p99Ns: quantile(durations, 0.99),
      slowestTraceId: slowest.traceId,
    };
  });
  groups.sort((a, b) => b.count - a.count || (a.value < b.value ? -1 : 1));
  return { groups: groups.slice(0, limit), values: groups.length, spans: spans.length, without };
}

const bandBounds = [0, 0.5, 0.9, 0.99, 1] as const;

/** The quick half of the traces, the slow tenth, the slowest hundredth, each with examples. */
export function latencyBands(facts: readonly TraceFact[], examples: number): LatencyBand[] {
  const sorted = facts.toSorted((a, b) => (a.durationNs < b.durationNs ? -1 : 1));
  const durations = sorted.map(({ durationNs }) => Number(durationNs));
  const limits = bandBounds.map((bound) => quantile(durations, bound));
  const bandOf = (ns: number): number =>
    ns < (limits[1] ?? 0) ? 0 : ns < (limits[2] ?? 0) ? 1 : ns < (limits[3] ?? 0) ? 2 : 3;
  return bandBounds.slice(0, -1).flatMap((from, band): LatencyBand[] => {
    const of = sorted.filter((_, at) => bandOf(durations[at] ?? 0) === band);
    if (of.length === 0) return [];
    // Of the slowest band the slowest are shown; of the others a fair part.
    const every = Math.max(1, Math.floor(of.length / examples));
    const shown =
      band === 3 ? of.slice(-examples) : of.filter((_, at) => at % every === 0).slice(0, examples);
    return [
      {
        from,
        to: bandBounds[band + 1] ?? 1,
        fromNs: limits[band] ?? 0,
        toNs: limits[band + 1] ?? 0,
        traces: of.length,
        failed: of.filter(({ errorSpans }) => errorSpans > 0).length,
        examples: shown,
      },
    ];
  });
}

const bucketsPerOctave = 4;

function boundNs(bucket: number): number {
  return Math.round(2 ** (bucket / bucketsPerOctave));
}

export function kindFigures(
  spans: readonly Pick<GroupedSpan, 'durationNs' | 'failed'>[],
  givenNs: bigint | undefined,
): SpanKindFigures {
  const durations = spans.map(({ durationNs }) => durationNs).toSorted((a, b) => a - b);
  const counts = new Map<number, number>();
  for (const ns of durations) {
    const bucket = Math.floor(Math.log2(Math.max(1, ns)) * bucketsPerOctave);
    counts.set(bucket, (counts.get(bucket) ?? 0) + 1);
  }
  return {
    spans: spans.length,
    errors: spans.filter(({ failed }) => failed).length,
    faster: givenNs === undefined ? 0 : durations.filter((ns) => ns < Number(givenNs)).length,
    p50Ns: quantile(durations, 0.5),
    p95Ns: quantile(durations, 0.95),
    p99Ns: quantile(durations, 0.99),
    buckets: [...counts].map(([bucket, of]) => ({
      fromNs: boundNs(bucket),
      toNs: boundNs(bucket + 1),
      spans: of,
    })),
  };
}

/** Of a span; the port's rules: times half-open, durations inclusive. */
export function isSelectedSpan(span: SpanRecord, selection: Selection): boolean {
  const { startNs, endNs, minDurationNs, maxDurationNs, errors } = selection;
  const lengthNs = span.endNs - span.startNs;
  return (
    (startNs === undefined || span.startNs >= startNs) &&
    (endNs === undefined || span.startNs < endNs) &&
    (minDurationNs === undefined || lengthNs >= minDurationNs) &&
    (maxDurationNs === undefined || lengthNs <= maxDurationNs) &&
    (!errors || span.status === 'error')
  );
}
