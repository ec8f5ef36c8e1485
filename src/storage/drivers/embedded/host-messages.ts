// What Clew and its storage process say to each other, and the storage process to its readers.

/** `insert` and `statement` have Sessions of their own, so that neither waits for a query or for each other. */
export type RunLane = 'insert' | 'statement';

export type HostRequest =
  /** Answered by `chunk`s and one `end`, or by `failed`. */
  | { readonly kind: 'stream'; readonly id: string; readonly text: string; readonly format: string }
  /** Answered by `end` or `failed`. */
  | { readonly kind: 'run'; readonly id: string; readonly text: string; readonly lane: RunLane }
  /** One chunk has been consumed: another may be sent. */
  | { readonly kind: 'more'; readonly id: string }
  /** Stops a query that waits or runs; `end` or `failed` follows as for any. */
  | { readonly kind: 'cancel'; readonly id: string }
  /** Finishes inserts, stops everything else, lets go of the folder and exits. */
  | { readonly kind: 'close' };

export type HostReply =
  | { readonly kind: 'ready' }
  /** The folder cannot be opened; ClickHouse says why on standard error. */
  | { readonly kind: 'unusable'; readonly message: string }
  | { readonly kind: 'chunk'; readonly id: string; readonly bytes: Uint8Array }
  | { readonly kind: 'end'; readonly id: string }
  /** `code` is ClickHouse's number, or 0. */
  | {
      readonly kind: 'failed';
      readonly id: string;
      readonly code: number;
      readonly message: string;
    };

/** Chunks on their way that the consumer has not taken yet. */
export const chunksInFlightMax = 4;

export interface HostOptions {
  /** Where ClickHouse keeps its files; absolute. */
  readonly folder: string;
  /** Where Native files of inserts lie; absolute. */
  readonly incomingFolder: string;
  readonly database: string;
  readonly readersMax: number;
  readonly connectionArguments: readonly string[];
}
