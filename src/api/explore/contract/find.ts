// What a pasted text is, and what is known of it: the answer to the omnibox.

import type { ExploreMetric, ExploreMetricRelative } from './metrics.ts';

/**
 * `GET /api/explore/find?text=&offsetMinutes=`. `offsetMinutes`: the asker's zone, east of UTC, for times in the text
 * that name none. Only the text's beginning is looked at (20,000 characters).
 */
export interface ExploreFind {
  /** What the text was recognized as, best first; empty when it is nothing of this. */
  readonly results: readonly FindResult[];
  /** Whether the text was longer than what is looked at. */
  readonly truncated: boolean;
}

export type FindResult = FoundTrace | FoundLines | FoundServices | FoundMetrics | FoundAttribute;

export interface FoundTrace {
  readonly kind: 'trace';
  /** 32 hex digits. */
  readonly traceId: string;
  /** Empty, or the span that the text names beside the trace or instead of it. */
  readonly spanId: string;
  /** `trace ID, 64-bit`, `traceparent`, `span ID`. */
  readonly said: string;
  /** Null when nothing of it has been received; `reason` then says what was looked at. */
  readonly found: {
    /** Empty when the root has not been received or there are too many spans to look for it. */
    readonly rootService: string;
    readonly rootName: string;
    readonly spans: number;
    readonly errorSpans: number;
    readonly logs: number;
    readonly services: readonly string[];
    readonly startNs: string;
  } | null;
  readonly reason: string;
}

/** A log line by its text: the lines that have it, those nearest to the text's own time first. */
export interface FoundLines {
  readonly kind: 'lines';
  /** What of the text was looked for. */
  readonly fragment: string;
  readonly startNs: string;
  readonly endNs: string;
  /** Whether the range comes from a time in the text. */
  readonly byTime: boolean;
  readonly lines: readonly {
    readonly id: string;
    readonly timeNs: string;
    readonly service: string;
    readonly level: string;
    readonly body: string;
    readonly traceId: string;
    readonly spanId: string;
  }[];
  readonly reason: string;
}

export interface FoundServices {
  readonly kind: 'services';
  readonly services: readonly string[];
}

/** Metrics that have every word of the text in their names; dots count as underscores. */
export interface FoundMetrics {
  readonly kind: 'metrics';
  readonly metrics: readonly ExploreMetric[];
  /** More than are listed when there are many. */
  readonly total: number;
}

/** `key=value`: log lines and traces with this attribute or label, in the range that was looked at. */
export interface FoundAttribute {
  readonly kind: 'attribute';
  readonly key: string;
  readonly value: string;
  readonly startNs: string;
  readonly endNs: string;
  readonly logs: ExploreMetricRelative;
  readonly traces: ExploreMetricRelative;
}
