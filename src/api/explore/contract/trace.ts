// What the page of a trace asks for beside `GET /api/explore/trace/{id}`: the outline of a large trace, one span of it,
// what links to it, and its telemetry as a file.

import type { ExploreLogs, ExploreTrace } from './records.ts';

/**
 * Spans in columns, one entry a span in the order of their start: `outline` of an `ExploreTrace` whose `spans` are left
 * out because they are more than the request's `fullSpans`. Offsets in nanoseconds are exact numbers up to 104 days.
 */
export interface SpanOutline {
  /** Instant 0 of the offsets: the earliest start. */
  readonly startNs: string;
  readonly spanIds: readonly string[];
  /** Index of the parent; -1: a root, or a parent that is in `absentParents`. */
  readonly parents: readonly number[];
  /** IDs of parents that were not received, by the index of the child. */
  readonly absentParents: Readonly<Record<string, string>>;
  readonly startsNs: readonly number[];
  /** Negative where a sender says that a span ends before it starts. */
  readonly durationsNs: readonly number[];
  /** What the columns of numbers below name. */
  readonly texts: readonly string[];
  readonly services: readonly number[];
  readonly names: readonly number[];
  readonly kinds: readonly number[];
  /** Whose clock timed the span. */
  readonly hosts: readonly number[];
  /** Status messages of the spans with an error, by index; empty where none was sent. */
  readonly errors: Readonly<Record<string, string>>;
  /** Log lines by index; a span that is not named has none. */
  readonly logCounts: Readonly<Record<string, number>>;
  readonly events: readonly {
    readonly span: number;
    readonly atNs: number;
    readonly name: string;
  }[];
  readonly links: readonly {
    readonly span: number;
    readonly traceId: string;
    readonly spanId: string;
  }[];
}

/** `GET /api/explore/trace/{id}/logs?next=&limit=`: the log lines behind those that came with the trace, without its spans. */
export type ExploreTraceLines = Pick<ExploreLogs, 'lines' | 'coverage'>;

/**
 * `GET /api/explore/trace/{id}/incoming`: spans of other traces that name the trace, or a span of it, in a link. They are
 * looked for from an hour before the trace to a day after it.
 */
export interface ExploreIncomingLinks {
  readonly links: readonly {
    /** The linking span. */
    readonly traceId: string;
    readonly spanId: string;
    readonly service: string;
    readonly name: string;
    readonly startNs: string;
    /** The span of this trace that it names. */
    readonly toSpanId: string;
  }[];
  /** More traces than were looked at link here. */
  readonly isCut: boolean;
}

/** `POST /api/explore/trace-file`, the body OTLP/JSON with spans and maybe log records: its traces, without storing them. */
export interface ExploreTraceFile {
  /** The largest first. */
  readonly traces: readonly ExploreTrace[];
  /** Traces in the file; those beyond the largest hundred are left out. */
  readonly total: number;
  readonly rejected: number;
}
