// What the Logs page asks beside the lines: fields with their commonest values, patterns, the context of a line.

import type { ExploreLogLine } from './records.ts';

/**
 * `GET /api/explore/logs/facets?query=&start=&end=&values=&field=`. A field that the query narrows has its values without
 * that condition, so that one can choose another. `field`: this one alone.
 */
export interface ExploreFacets {
  readonly lines: number;
  readonly fields: readonly ExploreFacet[];
  /** Lines that were looked at of those that match; null: all. */
  readonly sampled: { readonly looked: number; readonly of: number | null } | null;
  readonly warnings: readonly string[];
}

export interface ExploreFacet {
  /** As LogQL writes it. */
  readonly name: string;
  /** `label` is of the stream and goes into the braces; the others are stages. `parsed`: by the query's own parsers. */
  readonly kind: 'label' | 'level' | 'attribute' | 'resource' | 'parsed';
  /** Lines that have the field. */
  readonly lines: number;
  readonly distinct: number;
  readonly values: readonly { readonly value: string; readonly lines: number }[];
}

/** `GET /api/explore/logs/patterns?query=&start=&end=`: groups of similar lines, against the window of equal length before. */
export interface ExplorePatterns {
  readonly lines: number;
  /** Of the window before; 0: nothing to compare with, so that nothing is called new. */
  readonly linesBefore: number;
  /** By number of lines; those of the window before that are gone come last. */
  readonly patterns: readonly ExplorePattern[];
  /** Lines that are in no pattern of the list. */
  readonly others: number;
  readonly sampled: { readonly looked: number; readonly of: number | null } | null;
}

export interface ExplorePattern {
  /** For `|>`. */
  readonly pattern: string;
  readonly lines: number;
  readonly linesBefore: number;
  /** Of all lines of the window, 0 to 1. */
  readonly share: number;
  readonly change: 'new' | 'vanished' | 'stays';
  readonly levels: readonly { readonly level: string; readonly lines: number }[];
  readonly services: readonly { readonly service: string; readonly lines: number }[];
  readonly example: string;
  /** Of the window; null when it has none. */
  readonly firstNs: string | null;
  readonly lastNs: string | null;
}

/**
 * `GET /api/explore/logs/context?id=&scope=stream|pod|trace&side=before|after&limit=&next=`: lines next to a line, from
 * the nearest on, in ascending order.
 */
export interface ExploreLogContext {
  readonly lines: readonly ExploreLogLine[];
  /** The line itself. */
  readonly line: ExploreLogLine;
  /** Continues behind the farthest line; null at the end. */
  readonly next: string | null;
  /** Scopes that this line has, with the LogQL that shows the same, or why there is none. */
  readonly scopes: readonly ExploreContextScope[];
  /** How far away lines are looked for. */
  readonly reachMs: number;
}

export interface ExploreContextScope {
  readonly scope: 'stream' | 'pod' | 'trace';
  /** `payment`, `payment-7f9c`, the trace's ID. */
  readonly title: string;
  readonly query: string | null;
  readonly reason: string | null;
}
