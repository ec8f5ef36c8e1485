// A door from one record to its relatives, computed from the record and the `datasources.yaml`: what a link says is what
// the query behind it finds. The API and the UI turn it into an address.

import type { TraceIdSource } from '../../model/log-record.ts';

/** Nanoseconds since the epoch; start inclusive, end exclusive. */
export interface CorrelateRange {
  readonly startNs: bigint;
  readonly endNs: bigint;
}

export interface CorrelateTarget {
  /** 32 hex digits. */
  readonly traceId?: string | undefined;
  /** 16 hex digits. */
  readonly spanId?: string | undefined;
  /** The datasource of `datasources.yaml` that is asked; without it Clew itself. */
  readonly datasourceUid?: string | undefined;
  /** In the language of the link's kind: LogQL for `logs`, PromQL for `metrics`, TraceQL for `trace`. */
  readonly query?: string | undefined;
  readonly externalUrl?: string | undefined;
  /** What to look at: covers the whole trace, and the configured window when that is wider. */
  readonly range?: CorrelateRange | undefined;
  /** The window exactly as configured, which is all that Grafana would look at. */
  readonly configuredRange?: CorrelateRange | undefined;
}

export interface CorrelateLink {
  readonly kind: 'trace' | 'logs' | 'metrics' | 'external';
  readonly title: string;
  readonly target: CorrelateTarget;
  /** `spanLink`: from the span's own links. `trace`: by the trace index. The rest as `ExploreLink.source` says. */
  readonly source:
    | TraceIdSource
    | 'derivedField'
    | 'tracesToLogs'
    | 'tracesToMetrics'
    | 'spanLink'
    | 'trace';
}
