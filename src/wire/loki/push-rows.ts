// The rows of a Loki push as they are collected, whichever form the push came in.

import type { ByteArena } from '../../base/byte-arena.ts';
import { Failure } from '../../base/errors.ts';
import type { Labels } from '../../model/labels.ts';
import { withDiscoveredServiceName } from '../../model/log-labels.ts';
import { bodyKind, LogsBatch } from '../../model/logs-batch.ts';
import { emptyResource, emptyScope } from '../../model/resource.ts';

export interface DecodedPush {
  /** With `streams`; origin `push`. */
  readonly batch: LogsBatch;
  /** Entries that are not in the batch. */
  readonly rejected: number;
  /** Why, a line for each of the first `problemsMax`; empty when nothing was rejected. */
  readonly message: string;
}

/** Loki lists as many. */
export const problemsMax = 10;

/** Collects rows; shared by the forms that a push comes in. */
export class PushRows {
  readonly batch: LogsBatch;
  rejected: number = 0;
  readonly #problems: string[] = [];

  constructor(arena: ByteArena) {
    this.batch = new LogsBatch(arena);
    this.batch.origin = 'push';
    this.batch.resources.push(emptyResource);
    this.batch.scopes.push(emptyScope);
  }

  reject(entries: number, problem: string): void {
    this.rejected += entries;
    if (this.#problems.length < problemsMax) this.#problems.push(problem);
  }

  /** A stream that names no service gets the label that Loki finds for it. */
  addStream(labels: Labels): number {
    if (labels.length === 0) {
      throw new Failure('invalid-data', 'error at least one label pair is required per stream');
    }
    return this.batch.streams.push(withDiscoveredServiceName(labels)) - 1;
  }

  /** Adds a row whose attributes have been pushed already. */
  endRow(stream: number, timeNs: bigint, lineStart: number, lineLength: number): void {
    const { batch } = this;
    batch.resource.push(0);
    batch.scope.push(0);
    batch.stream.push(stream);
    batch.timeNs.push(timeNs);
    batch.observedTimeNs.pushWords(0, 0);
    batch.severityNumber.push(0);
    batch.severityText.pushSlice(0, 0);
    batch.bodyKind.push(bodyKind.text);
    batch.body.pushSlice(lineStart, lineLength);
    batch.traceId.pushAbsent();
    batch.spanId.pushAbsent();
    batch.flags.push(0);
    batch.eventName.pushSlice(0, 0);
    batch.droppedAttributesCount.push(0);
    batch.attributes.endRow();
  }

  finish(): DecodedPush {
    return { batch: this.batch, rejected: this.rejected, message: this.#problems.join('\n') };
  }
}

/** Nanoseconds of a time that the columns can hold: 1970 to 2262. */
export function isStorableTime(timeNs: bigint): boolean {
  return timeNs >= 0n && timeNs < 1n << 63n;
}
