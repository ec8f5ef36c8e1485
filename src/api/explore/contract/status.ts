// What Clew knows of itself, for the health page.

import type { Health } from './records.ts';

/** `GET /api/explore/status`. */
export interface ExploreStatus {
  readonly health: Health;
  readonly uptimeSeconds: number;
  readonly memoryBytes: number;
  /** Node.js and the machine, in words. */
  readonly runsOn: string;
  readonly store: StoreReport;
  /** Counters and gauges as `/metrics` has them: received, stored, refused, answers, queues. */
  readonly metrics: readonly StatusMetric[];
  /** What was refused since the start and why, the newest first; only the last few reasons. */
  readonly refusals: readonly {
    /** `logs`, `spans` or `samples`. */
    readonly signal: string;
    readonly reason: string;
    readonly count: number;
    /** Whether the senders were told to send it again. */
    readonly isRetryable: boolean;
    /** Unix milliseconds. */
    readonly lastMs: number;
  }[];
  readonly settings: readonly SettingReport[];
  /** Paths of the files that were read; empty: none, what is built in counts. */
  readonly files: {
    readonly collector: readonly string[];
    readonly datasources: readonly string[];
    /** What was odd in them. */
    readonly warnings: readonly string[];
  };
}

export interface StoreReport {
  readonly state: 'starting' | 'ready' | 'read-only' | 'closed';
  /** A folder, or the address of a server. */
  readonly where: string;
  readonly isEmbedded: boolean;
  /** As of the last look, at most a minute ago. */
  readonly bytes: number;
  readonly bytesMax: number;
  readonly freeBytes: number;
  readonly waitingBytes: number;
  /** Of one table. */
  readonly waitingBytesMax: number;
  readonly retentionMs: number;
  /** The oldest time of which rows may be there. */
  readonly retainedSinceNs: string;
  readonly tables: readonly {
    readonly table: string;
    readonly rows: number;
    readonly bytes: number;
    /** Times of the rows; null where rows have none, or nothing is stored. */
    readonly oldestNs: string | null;
    readonly newestNs: string | null;
  }[];
}

export interface StatusMetric {
  readonly name: string;
  readonly kind: 'counter' | 'gauge';
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

export interface SettingReport {
  /** `retention`: as a flag without its dashes. */
  readonly flag: string;
  readonly value: string;
  readonly description: string;
  /** Whether it differs from the default. */
  readonly isChanged: boolean;
}

/** `GET /api/explore/coverage?start=&end=`: how far each service's log records name their traces. */
export interface ExploreCoverage {
  readonly services: readonly ServiceCoverage[];
  /** Services there are; more than are listed when the limit bit. */
  readonly total: number;
}

export interface ServiceCoverage {
  readonly service: string;
  readonly hasSpans: boolean;
  readonly records: number;
  readonly recordsWithTraceId: number;
  /** In the range; null: none. */
  readonly lastRecordNs: string | null;
}
