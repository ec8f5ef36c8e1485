// The API of Clew's own screen, `/api/explore/*`: types only, shared by the server and the UI. Nanoseconds are decimal
// strings, IDs lower-case hex, lists ascending by (time, seq) unless said otherwise. Errors are
// `{error: {code, message, position?, hint?}}` with the status of the code.

import type { Reason } from '../../../query/correlate/explain.ts';
import type { SpanOutline } from './trace.ts';

export interface ExploreError {
  readonly error: {
    readonly code: string;
    readonly message: string;
    readonly position?: { readonly start: number; readonly end: number };
    /** What to write instead. */
    readonly hint?: string;
  };
}

/** What a list covers; `next` continues it and is null at its end. `total` is null while nobody has counted. */
export interface Coverage {
  readonly returned: number;
  readonly total: number | null;
  readonly next: string | null;
}

/** Attribute values as text with their type, for a person to read and to filter by. */
export interface ExploreAttribute {
  readonly key: string;
  readonly value: string;
  readonly type: 'string' | 'int' | 'double' | 'bool' | 'json' | 'empty';
}

/**
 * A door from one record to its relatives. Exactly one of `href` (inside Clew, relative) and `externalUrl` is set. `count`
 * null: not known yet, ask `/api/explore/counts`. A door that would lead nowhere has `reason` set instead of a count.
 */
export interface ExploreLink {
  readonly kind: 'trace' | 'logs' | 'metrics' | 'external';
  readonly title: string;
  readonly href: string | null;
  readonly externalUrl: string | null;
  readonly traceId: string | null;
  readonly count: number | null;
  readonly reason: string | null;
  /** `field`, `key`, `traceparent`, `text`: found without configuration; `derivedField`, `tracesToLogs`: as configured. */
  readonly source: string;
}

export interface ExploreLogLine {
  /** `timeNs-seq`: stable, and the cursor behind this line. */
  readonly id: string;
  readonly timeNs: string;
  readonly service: string;
  readonly level: string;
  readonly body: string;
  readonly labels: Readonly<Record<string, string>>;
  /** The record's own attributes, as sent. */
  readonly attributes: readonly ExploreAttribute[];
  /** Attributes of whoever sent it. */
  readonly resource: readonly ExploreAttribute[];
  /** Empty when the record has none. */
  readonly traceId: string;
  readonly spanId: string;
  /** How the trace ID was found; empty when there is none. */
  readonly linkSource: 'field' | 'key' | 'traceparent' | 'text' | '';
  readonly links: readonly ExploreLink[];
  /** In a list: something of the line was left out, and so much it has in all. `/api/explore/logs/line?id=` has it. */
  readonly cut?: { readonly characters: number; readonly attributes: number };
}

export interface ExploreSpanEvent {
  readonly timeNs: string;
  readonly name: string;
  readonly attributes: readonly ExploreAttribute[];
}

export interface ExploreSpan {
  readonly spanId: string;
  /** Empty for a root. */
  readonly parentSpanId: string;
  readonly service: string;
  readonly name: string;
  readonly kind: string;
  readonly startNs: string;
  readonly endNs: string;
  readonly status: 'unset' | 'ok' | 'error';
  readonly statusMessage: string;
  readonly attributes: readonly ExploreAttribute[];
  readonly resource: readonly ExploreAttribute[];
  readonly scope: string;
  readonly events: readonly ExploreSpanEvent[];
  readonly spanLinks: readonly {
    readonly traceId: string;
    readonly spanId: string;
    readonly attributes: readonly ExploreAttribute[];
  }[];
  /** Log lines of the trace that name this span. */
  readonly logCount: number;
  /** As `tracesToLogsV2` and friends configure them. */
  readonly links: readonly ExploreLink[];
}

/** `GET /api/explore/trace/{id}?limit=&next=&fullSpans=`, the ID in any form. Unknown: 200 with reasons; malformed: 400. */
export interface ExploreTrace {
  /** 32 hex digits. */
  readonly traceId: string;
  readonly givenAs: string;
  /** Of all signals of the trace. */
  readonly bounds: { readonly startNs: string; readonly endNs: string } | null;
  readonly services: readonly string[];
  readonly counts: {
    readonly spans: number;
    readonly errorSpans: number;
    readonly logs: number;
    readonly exemplars: number;
  };
  /** Empty when `outline` is set. */
  readonly spans: readonly ExploreSpan[];
  /** Only with `fullSpans=` in the request, and more spans or attributes than it allows. */
  readonly outline?: SpanOutline;
  readonly logs: readonly ExploreLogLine[];
  readonly reasons: readonly Reason[];
  readonly coverage: { readonly spans: Coverage; readonly logs: Coverage };
}

/** `GET /api/explore/logs?query=&start=&end=&limit=&direction=&next=`: LogQL log query; start and end in ns. */
export interface ExploreLogs {
  readonly lines: readonly ExploreLogLine[];
  readonly coverage: Coverage;
  /** When nothing matched: the stream with the latest line before the range, and what was looked at. */
  readonly nothing: { readonly linesInRange: number; readonly lastMatchNs: string | null } | null;
  /** What it took to find these lines. */
  readonly scanned?: { readonly lines: number; readonly bytes: number; readonly elapsedMs: number };
  readonly warnings: readonly string[];
}

/** `GET /api/explore/logs/histogram?query=&start=&end=&buckets=`: lines by level over time. */
export interface ExploreHistogram {
  readonly startNs: string;
  readonly stepNs: string;
  /** Levels in order of severity; `counts` has one number a bucket. */
  readonly levels: readonly { readonly level: string; readonly counts: readonly number[] }[];
  readonly total: number;
}

/** `GET /api/explore/counts?trace=ID&trace=ID…`: numbers for links, before the click. */
export interface ExploreCounts {
  readonly traces: Readonly<
    Record<
      string,
      {
        readonly spans: number;
        readonly errorSpans: number;
        /** Null: not known, for they are in a server elsewhere. */
        readonly logs: number | null;
      }
    >
  >;
}

/** `GET /api/explore/streams?start=&end=`: what there is to ask for. */
export interface ExploreStreams {
  readonly labels: readonly { readonly name: string; readonly values: readonly string[] }[];
}

/** `GET /api/explore/traces?limit=&start=&end=`: the newest traces, for a first screen that shows data. */
export interface ExploreTraces {
  readonly traces: readonly {
    readonly traceId: string;
    readonly rootService: string;
    readonly rootName: string;
    readonly startNs: string;
    readonly durationNs: string;
    readonly spans: number;
    readonly errorSpans: number;
  }[];
}

/** `GET /api/health`. */
export interface Health {
  readonly status: 'ok' | 'degraded' | 'starting';
  readonly version: string;
  /** One sentence each: what does not work and what still does. For the banner. */
  readonly problems: readonly { readonly code: string; readonly message: string }[];
  /** Since the start. */
  readonly received: { readonly logs: number; readonly spans: number; readonly samples: number };
  /** Whether nothing was ever received, also before the start; what came in the last minute may not count yet. */
  readonly isEmpty: boolean;
}
