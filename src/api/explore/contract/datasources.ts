// What `datasources.yaml` said and what was understood of it, and trying its links on real records. What is secret in it
// (headers, passwords) is not told.

import type { ExploreLink } from './records.ts';

/** `GET /api/explore/datasources`. */
export interface ExploreDatasources {
  /** Empty: no file; this Clew's own three are listed. */
  readonly files: readonly string[];
  readonly warnings: readonly string[];
  readonly datasources: readonly ExploreDatasource[];
}

export interface ExploreDatasource {
  readonly name: string;
  readonly uid: string;
  readonly type: 'loki' | 'tempo' | 'prometheus' | 'pyroscope' | 'other';
  /** Grafana's plugin as written. */
  readonly plugin: string;
  readonly url: string;
  readonly isDefault: boolean;
  /** Whether the address means this Clew. */
  readonly embedded: boolean;
  /** Names of the headers that go along; their values stay here. */
  readonly headerNames: readonly string[];
  readonly derivedFields: readonly ExploreDerivedField[];
  readonly tracesToLogs: ExploreTracesToLogs | null;
  readonly tracesToMetrics: {
    readonly datasourceUid: string;
    readonly queries: readonly { readonly name: string; readonly query: string }[];
  } | null;
  readonly exemplarDestinations: readonly { readonly name: string; readonly target: string }[];
  /** One sentence each. */
  readonly problems: readonly string[];
}

export interface ExploreDerivedField {
  readonly name: string;
  readonly matcherRegex: string;
  readonly matcherType: 'regex' | 'label';
  readonly url: string;
  readonly urlDisplayLabel: string;
  readonly datasourceUid: string;
}

export interface ExploreTracesToLogs {
  readonly datasourceUid: string;
  readonly tags: readonly { readonly key: string; readonly value: string }[];
  readonly usesDefaultTags: boolean;
  readonly startShiftMs: number;
  readonly endShiftMs: number;
  readonly filterByTraceId: boolean;
  readonly filterBySpanId: boolean;
  readonly customQuery: string | null;
}

/**
 * `GET /api/explore/datasources/test?regex=&matcherType=&url=&urlDisplayLabel=&datasourceUid=&query=`: a derived field on
 * the newest lines of the last day, run as the derivation itself runs it. `query`: LogQL that narrows the lines.
 */
export interface ExploreFieldTest {
  /** The pattern as RE2 runs it; empty when it cannot. */
  readonly runAs: string;
  /** Why it cannot be run, or what is odd about it; empty when all is well. */
  readonly problem: string;
  readonly tested: number;
  readonly matched: number;
  /** Matched ones first. */
  readonly lines: readonly TestedLine[];
}

export interface TestedLine {
  readonly id: string;
  readonly timeNs: string;
  readonly service: string;
  /** The line, or for a label's field its labels as text. */
  readonly text: string;
  /** Where the pattern matched and where its group 1 did, in characters of `text`. */
  readonly match: TextPlace | null;
  readonly group: TextPlace | null;
  /** Null: no match. */
  readonly value: string | null;
  readonly link: ExploreLink | null;
}

export interface TextPlace {
  readonly start: number;
  readonly end: number;
}

/** `GET /api/explore/datasources/span-links?uid=`: what `tracesToLogsV2` makes of a span that was received lately. */
export interface ExploreSpanLinks {
  /** Null: no span was received in the last day. */
  readonly span: {
    readonly traceId: string;
    readonly spanId: string;
    readonly service: string;
    readonly name: string;
  } | null;
  readonly tags: readonly {
    readonly key: string;
    readonly label: string;
    /** Null: the span has no such attribute. */
    readonly value: string | null;
  }[];
  readonly links: readonly (ExploreLink & { readonly query: string })[];
  /** Why there is no link to logs; empty when there is one. */
  readonly reason: string;
}
