// One log record with everything that is known of it, for a person to read: what a log line's detail shows and what
// `/api/explore` answers. Engines work on columns instead.

import type { Attributes } from './attributes.ts';
import type { Labels } from './labels.ts';

/** Where a record's trace ID was found; `text` ones count only once the trace exists. */
export type TraceIdSource = 'field' | 'key' | 'traceparent' | 'text';

export interface LogRecord {
  readonly timeNs: bigint;
  readonly observedTimeNs: bigint;
  /** Breaks ties of equal time; with `timeNs` it identifies the record and is the keyset cursor. */
  readonly seq: bigint;
  readonly service: string;
  readonly severityNumber: number;
  readonly severityText: string;
  /** `detected_level` as Loki computes it. */
  readonly level: string;
  readonly body: string;
  readonly labels: Labels;
  readonly attributes: Attributes;
  readonly resource: Attributes;
  readonly scopeName: string;
  readonly scopeVersion: string;
  /** Lower-case hex, 32 digits; empty when the record has none. */
  readonly traceId: string;
  /** Lower-case hex, 16 digits; empty when the record has none. */
  readonly spanId: string;
  readonly traceIdSource: TraceIdSource | '';
  /** OTLP's flags: the low eight bits are W3C trace flags. Undefined when the way in has none. */
  readonly flags?: number | undefined;
}
