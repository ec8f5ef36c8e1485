// How much comes in a second, from what had come in when it was asked before. The last minute counts.

import { useState } from 'react';
import type { Health } from '../../../src/api/explore/contract/records.ts';

export interface ReceivedSample {
  readonly atMs: number;
  readonly received: Health['received'];
}

export interface ReceivedRates {
  readonly logs: number;
  readonly spans: number;
  readonly samples: number;
  readonly overMs: number;
}

const minuteMs = 60_000;
/** Rates over less are mostly chance. */
const overMsMin = 3000;

/** With the newest sample, without those that are too old. Counters that went back begin again: Clew was restarted. */
export function withSample(
  samples: readonly ReceivedSample[],
  newest: ReceivedSample,
): readonly ReceivedSample[] {
  const last = samples.at(-1);
  const isReset = (['logs', 'spans', 'samples'] as const).some(
    (signal) => (last?.received[signal] ?? 0) > newest.received[signal],
  );
  if (isReset) return [newest];
  return [...samples.filter(({ atMs }) => newest.atMs - atMs <= minuteMs), newest];
}

export function ratesOf(samples: readonly ReceivedSample[]): ReceivedRates | undefined {
  const [first] = samples;
  const last = samples.at(-1);
  if (first === undefined || last === undefined) return undefined;
  const overMs = last.atMs - first.atMs;
  if (overMs < overMsMin) return undefined;
  const rate = (signal: keyof Health['received']): number =>
    ((last.received[signal] - first.received[signal]) / overMs) * 1000;
  return { logs: rate('logs'), spans: rate('spans'), samples: rate('samples'), overMs };
}

/** Undefined until it was asked twice. */
export function useReceivedRates(
  received: Health['received'],
  atMs: number,
): ReceivedRates | undefined {
  const [samples, setSamples] = useState<readonly ReceivedSample[]>([]);
  // State of the render before, as React has it for values that follow from what was drawn last.
  if (samples.at(-1)?.atMs !== atMs) setSamples(withSample(samples, { atMs, received }));
  return ratesOf(samples);
}
