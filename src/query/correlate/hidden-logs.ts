// Which log lines of a trace a stock Grafana would not show, because the window that `tracesToLogsV2` configures around
// a span does not reach them. Clew shows them by the trace index; this finds out what to tell the user.

import type { Datasource } from '../../model/datasource.ts';
import type { LogRecord } from '../../model/log-record.ts';
import type { SpanRecord } from '../../model/span-record.ts';
import { configuredWindow } from './span-to-logs.ts';

export interface HiddenLogs {
  readonly datasource: string;
  readonly startShiftMs: number;
  readonly endShiftMs: number;
  /** Log lines outside of the window, of `of` that were looked at. */
  readonly hidden: number;
  readonly of: number;
  /** How far the farthest one is outside. */
  readonly farthestNs: bigint;
}

interface Bounds {
  readonly startNs: bigint;
  readonly endNs: bigint;
}

function boundsOf(spans: readonly SpanRecord[]): Bounds | undefined {
  const first = spans[0];
  if (first === undefined) return undefined;
  let { startNs, endNs } = first;
  for (const span of spans) {
    if (span.startNs < startNs) startNs = span.startNs;
    if (span.endNs > endNs) endNs = span.endNs;
  }
  return { startNs, endNs };
}

/** Few of a large trace's spans have lines: only these are looked up later. */
function spansWithLogs(
  logs: readonly LogRecord[],
  spans: readonly SpanRecord[],
): ReadonlyMap<string, SpanRecord> {
  const named = new Set(logs.map(({ spanId }) => spanId));
  const byId = new Map<string, SpanRecord>();
  for (const span of spans) if (named.has(span.spanId)) byId.set(span.spanId, span);
  return byId;
}

/** One entry for each datasource whose shifts hide something. A line counts against its own span, else the whole trace. */
export function findHiddenLogs(
  logs: readonly LogRecord[],
  spans: readonly SpanRecord[],
  datasources: readonly Datasource[],
): readonly HiddenLogs[] {
  const whole = boundsOf(spans);
  if (whole === undefined) return [];
  if (logs.length === 0 || datasources.every((one) => one.tracesToLogs === undefined)) return [];
  const byId = spansWithLogs(logs, spans);
  return datasources.flatMap(({ name, tracesToLogs }): HiddenLogs[] => {
    if (tracesToLogs === undefined) return [];
    let hidden = 0;
    let farthestNs = 0n;
    for (const { timeNs, spanId } of logs) {
      const window = configuredWindow(byId.get(spanId) ?? whole, tracesToLogs);
      const outside =
        timeNs < window.startNs ? window.startNs - timeNs : timeNs - window.endNs + 1n;
      if (outside <= 0n) continue;
      hidden++;
      if (outside > farthestNs) farthestNs = outside;
    }
    if (hidden === 0) return [];
    const { startShiftMs, endShiftMs } = tracesToLogs;
    return [{ datasource: name, startShiftMs, endShiftMs, hidden, of: logs.length, farthestNs }];
  });
}
