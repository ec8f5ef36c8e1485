// What LogQL answers, and the engine's face: the API hands in a query and bounds, and gets a result to encode.

import type { Labels } from '../../model/labels.ts';
import type { LogCursor } from '../sources.ts';

export interface LogqlEntry {
  readonly timeNs: bigint;
  /** With `timeNs` the entry's place in the order, and the cursor behind it. */
  readonly seq?: bigint | undefined;
  readonly line: string;
  /** Structured metadata that the pipeline left on the entry. */
  readonly structuredMetadata: Labels;
  /** Labels that parsers and formatters made, `__error__` included. */
  readonly parsed: Labels;
}

/** Entries of one set of stream labels; the API regroups them when a client wants all labels in one object. */
export interface LogqlStream {
  /** Stream labels after `drop`/`keep`/`label_format`. */
  readonly labels: Labels;
  /** In the request's direction. */
  readonly entries: readonly LogqlEntry[];
}

export interface LogqlSeries {
  readonly labels: Labels;
  readonly timestampsMs: Float64Array;
  readonly values: Float64Array;
}

export interface LogqlStats {
  readonly linesRead: number;
  readonly bytesRead: number;
  readonly linesReturned: number;
  readonly elapsedMs: number;
}

export type LogqlData =
  | { readonly kind: 'streams'; readonly streams: readonly LogqlStream[] }
  | { readonly kind: 'matrix'; readonly series: readonly LogqlSeries[] }
  | { readonly kind: 'vector'; readonly series: readonly LogqlSeries[] }
  | { readonly kind: 'scalar'; readonly timestampMs: number; readonly value: number };

export interface LogqlResult {
  readonly data: LogqlData;
  readonly warnings: readonly string[];
  readonly stats: LogqlStats;
}

export interface LogqlRequest {
  readonly query: string;
  readonly tenants: readonly string[];
  readonly kind: 'range' | 'instant';
  /** Log queries: start inclusive, end exclusive. Metric queries: evaluation times start, start + step, … <= end. Instant: at `endNs`. */
  readonly startNs: bigint;
  readonly endNs: bigint;
  readonly stepNs: bigint;
  /** Log queries only: skip entries closer than this to the last returned one; 0n for none. */
  readonly intervalNs: bigint;
  readonly limit: number;
  readonly direction: 'forward' | 'backward';
  /** Log queries only: continue strictly behind this entry in the direction of reading. */
  readonly after?: LogCursor | undefined;
}

export interface LogqlEngine {
  query(request: LogqlRequest, signal: AbortSignal): Promise<LogqlResult>;
  /**
   * Entries of a log query until the signal fires: first the newest `limit` (100 when left out) of those that are there
   * since `startNs`, then the others as they arrive.
   */
  tail(
    request: {
      readonly query: string;
      readonly tenants: readonly string[];
      readonly startNs: bigint;
      readonly limit?: number | undefined;
    },
    signal: AbortSignal,
  ): AsyncIterable<readonly LogqlStream[]>;
}
