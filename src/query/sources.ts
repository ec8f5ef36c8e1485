// The ports: what an engine, an API or the correlation may ask of stored telemetry. Storage implements them on
// ClickHouse, `query/*/` has in-memory ones that are the oracle and serve in-process tests.
//
// Law of all of them: **storage may return more than was asked for, never less.** It applies as much of a request as
// its SQL expresses exactly and the engine checks every row again. Exceptions are said at the method. Bounds are
// nanoseconds since the epoch, start inclusive, end exclusive, unless a field's name says otherwise. Every method
// honours `signal`: when it fires, the work in ClickHouse is stopped and the call fails with `canceled`.

import type { Labels } from '../model/labels.ts';
import type { LogRecord } from '../model/log-record.ts';
import type { NativeHistogram } from '../model/native-histogram.ts';
import type { MetricMetadata, SeriesExemplar } from '../model/series-batch.ts';
import type { SpanRecord } from '../model/span-record.ts';
import type { LabelMatcher } from './language/matcher.ts';

/** One tenant for most; several when a header names `a|b`. */
export interface TenantRange {
  readonly tenants: readonly string[];
  readonly startNs: bigint;
  readonly endNs: bigint;
}

// ---------------------------------------------------------------------------------------------- logs

export type LineFilter =
  | { readonly kind: 'contains'; readonly negated: boolean; readonly text: string }
  /** RE2, unanchored. */
  | { readonly kind: 'regex'; readonly negated: boolean; readonly pattern: string };

export interface ParsedField {
  /** In Loki's form. */
  readonly name: string;
  readonly value: string;
}

export interface LogSelection extends TenantRange {
  /** Over stream labels; all must hold. */
  readonly matchers: readonly LabelMatcher[];
  /** On the stored line; each inner list is a disjunction, all lists must hold. */
  readonly lineFilters: readonly (readonly LineFilter[])[];
  /**
   * On the record's own fields, known to hold for every wanted row, such as `trace_id` or `detected_level`: names in
   * Loki's form. A stream label of the name counts before the record's field; what is absent is the empty text. All must
   * hold.
   */
  readonly metadataMatchers: readonly LabelMatcher[];
  /**
   * Texts of fields that parsers find in the line: each wanted row either has the field itself with this text, as a stream
   * label or on the record, or its line contains the text, or a backslash, behind which a text can hide. A hint.
   */
  readonly parsedFields?: readonly ParsedField[] | undefined;
  /** Only rows that name one of these traces (32 hex digits), in their field or in any candidate; a padded low half too. */
  readonly traceIds?: readonly string[] | undefined;
}

export interface LogCursor {
  readonly timeNs: bigint;
  readonly seq: bigint;
}

export interface LogRead extends LogSelection {
  readonly direction: 'forward' | 'backward';
  /** Continue strictly behind this row in the direction of reading. */
  readonly after?: LogCursor | undefined;
  /** A hint: the reader will probably stop after so many rows. Never a reason to return less. */
  readonly rowsWanted?: number | undefined;
  /** Whether the reader looks at `LogRows.traceIds`. */
  readonly withTraceIds?: boolean | undefined;
}

/** Some rows in columns, ordered by (time, seq) in the direction of reading. */
export interface LogRows {
  readonly length: number;
  /** Stream labels, shared by the rows; `stream` holds indices into it. */
  readonly streams: readonly Labels[];
  readonly stream: Uint32Array;
  readonly timeNs: BigInt64Array;
  readonly seq: BigUint64Array;
  readonly lines: readonly string[];
  /** Structured metadata of each row as Loki shows it: sanitised names, `detected_level`, `trace_id`, … ; sorted. */
  readonly metadata: readonly Labels[];
  /** The traces that each row names, 32 hex digits each. Absent: only its labels say. */
  readonly traceIds?: readonly (readonly string[])[] | undefined;
}

export interface LogCountRequest extends LogSelection {
  /** Stream labels or structured metadata (Loki's names; of both, the stream label) to count by; empty for one total. */
  readonly groupBy: readonly string[];
  /**
   * Buckets are (start + i * step, start + (i + 1) * step]: right-closed, as LogQL's windows, so that the range is
   * (startNs, endNs] here. `undefined`: one bucket, [startNs, endNs) as everywhere else.
   */
  readonly stepNs: bigint | undefined;
  readonly measure: 'lines' | 'bytes';
}

export interface LogCountRow {
  /** Only labels that are not empty. */
  readonly labels: Labels;
  readonly bucket: number;
  readonly value: number;
}

export interface LogStats {
  readonly streams: number;
  readonly entries: number;
  readonly bytes: number;
}

export interface LogSource {
  /** Pages of rows in order; stop by leaving the loop. Identical entries (time, labels, line, metadata) come once. */
  readLogs(request: LogRead, signal: AbortSignal): AsyncIterable<LogRows>;
  /** Exact (no re-check): undefined when the request cannot be expressed exactly in SQL; the engine then reads rows. */
  countLogs(
    request: LogCountRequest,
    signal: AbortSignal,
  ): Promise<readonly LogCountRow[] | undefined>;
  /** Rows that become durable from now on, in order of arrival, until the signal fires. */
  followLogs(selection: Omit<LogSelection, 'endNs'>, signal: AbortSignal): AsyncIterable<LogRows>;
  /** Exact. Label sets with at least one line in the range (to the day's precision). */
  streams(
    range: TenantRange,
    matchers: readonly LabelMatcher[],
    signal: AbortSignal,
  ): Promise<readonly Labels[]>;
  /** Exact. */
  logStats(selection: LogSelection, signal: AbortSignal): Promise<LogStats>;
}

// --------------------------------------------------------------------------------------------- spans

export type SpanScope =
  | 'span'
  | 'resource'
  | 'event'
  | 'link'
  | 'instrumentation'
  | 'intrinsic'
  | 'any';

export type SpanStatic =
  | { readonly kind: 'string'; readonly value: string }
  | { readonly kind: 'int'; readonly value: bigint }
  | { readonly kind: 'float'; readonly value: number }
  | { readonly kind: 'bool'; readonly value: boolean }
  | { readonly kind: 'duration'; readonly valueNs: bigint }
  /** Of `status` and `kind`: `error`, `server`, … */
  | { readonly kind: 'keyword'; readonly value: string }
  | { readonly kind: 'nil' };

/** What storage may use to narrow down; it may ignore any part (as `true`). */
export type SpanPredicate =
  | { readonly kind: 'true' }
  | { readonly kind: 'and' | 'or'; readonly operands: readonly SpanPredicate[] }
  | {
      readonly kind: 'condition';
      /** `any`: span attribute, else resource attribute. `intrinsic`: TraceQL's names: `name`, `duration`, `status`, `kind`, `statusMessage`, `rootName`, `rootServiceName`, `traceDuration`, `trace:id`, `span:id`, `span:parentID`, `event:name`, `instrumentation:name`, … */
      readonly scope: SpanScope;
      readonly name: string;
      readonly operator: '=' | '!=' | '=~' | '!~' | '>' | '>=' | '<' | '<=';
      readonly value: SpanStatic;
    };

export interface TraceSearch extends TenantRange {
  /** A wanted trace has, for each of these, at least one span in the range for which it holds. */
  readonly required: readonly SpanPredicate[];
  /** A hint: the reader will probably stop after so many traces. */
  readonly tracesWanted?: number | undefined;
}

export interface TraceSpans {
  readonly traceId: string;
  /** All stored spans of the trace, also those outside the range; one per (span ID, kind); by (start, seq). */
  readonly spans: readonly SpanRecord[];
}

export interface SpanScan extends TenantRange {
  readonly predicate: SpanPredicate;
  /** The attributes of spans, events and links may be left out, as of `outlineOfTrace`. */
  readonly isOutline?: boolean;
}

export interface TagNames {
  readonly scope: 'resource' | 'span' | 'event' | 'link' | 'instrumentation';
  readonly names: readonly string[];
}

export interface TagValue {
  readonly type: 'string' | 'int' | 'float' | 'bool' | 'duration' | 'keyword';
  readonly value: string;
}

export interface SpanSource {
  /** Exact. All spans of a trace in any of the tenants, by (start, seq); empty when unknown. ID in 32 hex digits. */
  spansOfTrace(
    tenants: readonly string[],
    traceId: string,
    signal: AbortSignal,
  ): Promise<readonly SpanRecord[]>;
  /**
   * As `spansOfTrace`, but the attributes of spans, events and links may be left out, and a trace state too: a large
   * trace is read in half the time without them. Resources are whole.
   */
  outlineOfTrace(
    tenants: readonly string[],
    traceId: string,
    signal: AbortSignal,
  ): Promise<readonly SpanRecord[]>;
  /** Candidate traces, newest first; stop by leaving the loop. */
  searchTraces(request: TraceSearch, signal: AbortSignal): AsyncIterable<readonly TraceSpans[]>;
  /** Spans that start in the range, in no promised order. */
  scanSpans(request: SpanScan, signal: AbortSignal): AsyncIterable<readonly SpanRecord[]>;
  tagNames(range: TenantRange, signal: AbortSignal): Promise<readonly TagNames[]>;
  /** Distinct values, at most `limit`. `predicate` narrows the spans. */
  tagValues(
    request: SpanScan & {
      readonly scope: SpanScope;
      readonly name: string;
      readonly limit: number;
    },
    signal: AbortSignal,
  ): Promise<readonly TagValue[]>;
}

// ------------------------------------------------------------------------------------------- metrics

export interface SeriesSelection {
  readonly tenants: readonly string[];
  /** Milliseconds, both inclusive. */
  readonly startMs: number;
  readonly endMs: number;
  /** `__name__` is a label like any other. */
  readonly matchers: readonly LabelMatcher[];
}

/** A series with its samples in the range: ascending, one per timestamp. */
export interface SeriesData {
  readonly labels: Labels;
  readonly timestampsMs: Float64Array;
  /** Stale markers keep their bits (`isStaleAt`). */
  readonly values: Float64Array;
  /** As long as `timestampsMs`, or empty when no sample has a start timestamp. */
  readonly startTimestampsMs: Float64Array;
  readonly histograms: readonly {
    readonly timestampMs: number;
    readonly startTimestampMs: number;
    readonly histogram: NativeHistogram;
  }[];
}

export interface SeriesExemplars {
  readonly labels: Labels;
  readonly exemplars: readonly SeriesExemplar[];
}

export interface SeriesSource {
  /** Exact; series in no promised order. `samplesMax` reached: fails with `limit`. */
  selectSeries(
    request: SeriesSelection & { readonly samplesMax?: number | undefined },
    signal: AbortSignal,
  ): Promise<readonly SeriesData[]>;
  /** Exact. Label sets with a sample in the range (to the day's precision) that match any of the matcher lists. */
  seriesLabels(
    request: Omit<SeriesSelection, 'matchers'> & {
      readonly matcherLists: readonly (readonly LabelMatcher[])[];
      readonly limit?: number | undefined;
    },
    signal: AbortSignal,
  ): Promise<readonly Labels[]>;
  selectExemplars(
    request: SeriesSelection,
    signal: AbortSignal,
  ): Promise<readonly SeriesExemplars[]>;
  metricMetadata(
    request: {
      readonly tenants: readonly string[];
      readonly metric?: string | undefined;
      readonly limit?: number | undefined;
    },
    signal: AbortSignal,
  ): Promise<readonly MetricMetadata[]>;
}

// --------------------------------------------------------------------------------------- correlation

/** What the index over all signals knows of a trace. */
export interface TraceIndexEntry {
  readonly traceId: string;
  readonly startNs: bigint;
  readonly endNs: bigint;
  readonly services: readonly string[];
}

export interface TraceCounts {
  readonly traceId: string;
  readonly spans: number;
  readonly errorSpans: number;
  /** Null: not known, for a server elsewhere has them and was not asked. */
  readonly logs: number | null;
  readonly exemplars: number;
}

/** How a service's log records near a trace look: the evidence behind a reason. */
export interface ServiceLogEvidence {
  readonly service: string;
  readonly records: number;
  readonly recordsWithTraceId: number;
  readonly lastRecordNs: bigint | undefined;
  /** The same for each `service.version` that the records name. */
  readonly versions: readonly VersionLogEvidence[];
}

export interface VersionLogEvidence {
  readonly version: string;
  readonly records: number;
  readonly recordsWithTraceId: number;
}

export interface CorrelationSource {
  /**
   * Index entries of trace IDs in hex: 32 digits exactly, 16 digits as the low half of a 128-bit ID whose other half
   * may be zero or not.
   */
  findTraces(
    tenants: readonly string[],
    ids: readonly string[],
    signal: AbortSignal,
  ): Promise<readonly TraceIndexEntry[]>;
  /** Exact counts from rows; an unknown ID has zeroes. */
  countTraces(
    tenants: readonly string[],
    traceIds: readonly string[],
    signal: AbortSignal,
  ): Promise<readonly TraceCounts[]>;
  /** Of one trace; for callers that have its spans and logs before them. */
  countExemplars(tenants: readonly string[], traceId: string, signal: AbortSignal): Promise<number>;
  /** Traces that contain a span with this ID (16 hex digits). */
  findSpan(
    tenants: readonly string[],
    spanId: string,
    signal: AbortSignal,
  ): Promise<readonly string[]>;
  /** Log records that name the trace in their field or in any candidate, by (time, seq), with how many there are in all. */
  logsOfTrace(
    request: {
      readonly tenants: readonly string[];
      readonly traceId: string;
      readonly limit: number;
      readonly after?: LogCursor | undefined;
    },
    signal: AbortSignal,
  ): Promise<{ readonly records: readonly LogRecord[]; readonly total: number }>;
  /**
   * How many of the trace's log records name each span, by the span's ID; undefined where only reading all of them would
   * tell.
   */
  countLogsBySpan(
    tenants: readonly string[],
    traceId: string,
    signal: AbortSignal,
  ): Promise<ReadonlyMap<string, number> | undefined>;
  /** One record by its cursor, or undefined. */
  logRecord(
    tenants: readonly string[],
    cursor: LogCursor,
    signal: AbortSignal,
  ): Promise<LogRecord | undefined>;
  /** The records of these cursors, in the cursors' order; one that is not stored is left out. At most 5,000. */
  logRecords(
    tenants: readonly string[],
    cursors: readonly LogCursor[],
    signal: AbortSignal,
  ): Promise<readonly LogRecord[]>;
  /** Per service of the list, how its log records in the range look. A service without any has zeroes. */
  serviceLogEvidence(
    range: TenantRange,
    services: readonly string[],
    signal: AbortSignal,
  ): Promise<readonly ServiceLogEvidence[]>;
  /** Oldest time that retention still keeps. */
  retainedSinceNs(): bigint;
}
