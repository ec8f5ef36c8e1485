// A bounded, even sample of the spans that were observed: the spans whose IDs hash lowest. So it does not depend on the
// order in which storage gives them.

import { printAttributeText } from '../../../../model/attributes.ts';
import { serviceName } from '../../../../model/resource.ts';
import type { SpanRecord } from '../../../../model/span-record.ts';
import type { TraceqlAttribute } from '../../engine.ts';
import { answerOf, valueOfAttribute } from '../values.ts';
import type { MetricsExemplar } from './series.ts';

interface Sampled {
  readonly rank: number;
  readonly record: SpanRecord;
  /** Key of the group, and what the group needs to find the series. */
  readonly group: string;
  readonly value: number;
  readonly isDuration: boolean;
}

/** FNV-1a. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) {
    value = Math.imul(value ^ text.charCodeAt(at), 0x01000193);
  }
  return value >>> 0;
}

function text(value: string): TraceqlAttribute['value'] {
  return { kind: 'string', value };
}

export function exemplarOf(record: SpanRecord, value: number): MetricsExemplar {
  const attributes = record.attributes
    .filter((attribute) => printAttributeText(attribute.value) !== '')
    .map((attribute) => ({
      key: `span.${attribute.key}`,
      value: answerOf(valueOfAttribute(attribute.value)),
    }));
  return {
    labels: [
      { key: 'trace:id', value: text(record.traceId) },
      { key: 'span:id', value: text(record.spanId) },
      { key: 'name', value: text(record.name) },
      { key: 'resource.service.name', value: text(serviceName(record.resource)) },
      ...attributes,
    ],
    value,
    timestampMs: Number(record.startNs / 1_000_000n),
  };
}

export class ExemplarSample {
  readonly #max: number;
  #sampled: Sampled[] = [];

  constructor(max: number) {
    this.#max = max;
  }

  observe(record: SpanRecord, group: string, value: number, isDuration: boolean): void {
    if (this.#max === 0) return;
    const rank = hash(`${record.traceId}${record.spanId}`);
    this.#sampled.push({ rank, record, group, value, isDuration });
    if (this.#sampled.length >= this.#max * 2) this.#shrink();
  }

  #shrink(): void {
    this.#sampled.sort((a, b) => a.rank - b.rank);
    this.#sampled.length = Math.min(this.#sampled.length, this.#max);
  }

  /** By time. */
  finish(): readonly Sampled[] {
    this.#shrink();
    return this.#sampled.sort((a, b) => Number(a.record.startNs - b.record.startNs));
  }
}
