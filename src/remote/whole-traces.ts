// Traces of a Tempo elsewhere, read whole for a view that needs every span of them. Each is one request there, so they are
// few, read some at a time, and remembered for a minute: the views beside each other look at the same ones.

import type { SpanRecord } from '../model/span-record.ts';
import type { Clock } from '../base/clock.ts';
import type { SpanSource } from '../query/sources.ts';

export interface WholeTraces {
  /** In the order of the IDs; a trace that is not found has no spans. */
  read(
    tenants: readonly string[],
    traceIds: readonly string[],
    signal: AbortSignal,
  ): Promise<readonly (readonly SpanRecord[])[]>;
}

/** Traces that are read at once. */
const together = 8;
const rememberedNs = 60_000_000_000n;
const rememberedSpansMax = 200_000;

interface Remembered {
  readonly spans: readonly SpanRecord[];
  readonly readNs: bigint;
}

export function createWholeTraces(source: SpanSource, clock: Clock): WholeTraces {
  const remembered = new Map<string, Remembered>();
  let spansRemembered = 0;
  const forget = (traceId: string): void => {
    spansRemembered -= remembered.get(traceId)?.spans.length ?? 0;
    remembered.delete(traceId);
  };
  const remember = (traceId: string, spans: readonly SpanRecord[]): void => {
    forget(traceId);
    remembered.set(traceId, { spans, readNs: clock.nowNs() });
    spansRemembered += spans.length;
    for (const oldest of remembered.keys()) {
      if (spansRemembered <= rememberedSpansMax || oldest === traceId) break;
      forget(oldest);
    }
  };
  return {
    read: async (tenants, traceIds, signal) => {
      const found: (readonly SpanRecord[])[] = Array.from({ length: traceIds.length }, () => []);
      let next = 0;
      const work = async (): Promise<void> => {
        for (let at = next++; at < traceIds.length; at = next++) {
          const traceId = traceIds[at] ?? '';
          const known = remembered.get(traceId);
          if (known !== undefined && clock.nowNs() - known.readNs < rememberedNs) {
            found[at] = known.spans;
            continue;
          }
          const spans = await source.spansOfTrace(tenants, traceId, signal);
          remember(traceId, spans);
          found[at] = spans;
        }
      };
      await Promise.all(Array.from({ length: together }, work));
      return found;
    },
  };
}
