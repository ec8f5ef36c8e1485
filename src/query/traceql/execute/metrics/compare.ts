// `compare({selection})`: how often each attribute value occurs among the selected spans and among the rest, so that what
// differs stands out.

import type { SpanRecord } from '../../../../model/span-record.ts';
import type { TraceqlAttribute, TraceqlValue } from '../../engine.ts';
import type { MetricsCompare } from '../../syntax/ast.ts';
import { spanFilter } from '../fields.ts';
import type { SpanView } from '../trace-view.ts';
import { answerOf, keyOf, nilValue, valueOfAttribute } from '../values.ts';
import type { MetricsLimits } from './limits.ts';
import type { MetricsSeries } from './series.ts';
import type { Timeline } from './timeline.ts';

interface ValueCounts {
  readonly value: TraceqlValue;
  readonly counts: Float64Array;
  total: number;
}

interface AttributeCounts {
  readonly values: Map<string, ValueCounts>;
  readonly totals: Float64Array;
  overflowed: boolean;
}

type Side = 'selection' | 'baseline';

function* attributesOf(
  record: SpanRecord,
): Iterable<readonly [string, ReturnType<typeof valueOfAttribute>]> {
  for (const { key, value } of record.resource.attributes)
    yield [`resource.${key}`, valueOfAttribute(value)];
  for (const { key, value } of record.attributes) yield [`span.${key}`, valueOfAttribute(value)];
}

function meta(key: string, value: string): TraceqlAttribute {
  return { key, value: { kind: 'string', value } };
}

const nil = answerOf(nilValue);

function add(counts: Float64Array, bucket: number): void {
  counts[bucket] = (counts[bucket] ?? 0) + 1;
}

export class Comparison {
  readonly #compare: MetricsCompare;
  readonly #timeline: Timeline;
  readonly #limits: MetricsLimits;
  readonly #isSelected: (span: SpanView) => boolean;
  readonly #sides: Readonly<Record<Side, Map<string, AttributeCounts>>> = {
    selection: new Map(),
    baseline: new Map(),
  };

  constructor(compare: MetricsCompare, timeline: Timeline, limits: MetricsLimits) {
    this.#compare = compare;
    this.#timeline = timeline;
    this.#limits = limits;
    this.#isSelected = spanFilter(compare.selection.expression);
  }

  #isInWindow({ startNs }: SpanRecord): boolean {
    const window = this.#compare;
    if (window.startNs === 0n && window.endNs === 0n) return true;
    return startNs >= window.startNs && startNs < window.endNs;
  }

  observe(bucket: number, span: SpanView): void {
    const selected = this.#isInWindow(span.record) && this.#isSelected(span);
    const side = this.#sides[selected ? 'selection' : 'baseline'];
    const buckets = this.#timeline.timestampsMs.length;
    for (const [name, value] of attributesOf(span.record)) {
      let attribute = side.get(name);
      if (attribute === undefined) {
        attribute = { values: new Map(), totals: new Float64Array(buckets), overflowed: false };
        side.set(name, attribute);
      }
      add(attribute.totals, bucket);
      const key = keyOf(value);
      let counted = attribute.values.get(key);
      if (counted === undefined) {
        if (attribute.values.size === this.#limits.compareValuesMax) {
          attribute.overflowed = true;
          continue;
        }
        counted = { value: answerOf(value), counts: new Float64Array(buckets), total: 0 };
        attribute.values.set(key, counted);
      }
      add(counted.counts, bucket);
      counted.total++;
    }
  }

  finish(): readonly MetricsSeries[] {
    const series: MetricsSeries[] = [];
    const push = (labels: readonly TraceqlAttribute[], values: Float64Array): void => {
      series.push({ labels, values, exemplars: [] });
    };
    for (const side of ['baseline', 'selection'] as const) {
      for (const [name, { values, totals, overflowed }] of this.#sides[side]) {
        const top = [...values.values()].sort((a, b) => b.total - a.total);
        for (const { value, counts } of top.slice(0, this.#compare.topN)) {
          push([meta('__meta_type', side), { key: name, value }], counts);
        }
        push([meta('__meta_type', `${side}_total`), { key: name, value: nil }], totals);
        if (overflowed) {
          const error = meta('__meta_error', '__too_many_values__');
          push([meta('__meta_type', side), error, { key: name, value: nil }], totals);
        }
      }
    }
    return series;
  }
}
