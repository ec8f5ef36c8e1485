// Where a trace leads, from its dot or its row: its story, its log lines, what happened around it.

import { useQueryClient } from '@tanstack/react-query';
import { useCallback } from 'react';
import type { MouseEvent } from 'react';
import { useDoorMenu } from '../../controls/door-menu.tsx';
import type { Door } from '../../controls/door-menu.tsx';
import { askFor } from '../../data/counts.ts';
import type { TraceCounts } from '../../data/counts.ts';
import { countSeries } from '../../data/overview.ts';
import { metricsSelector, pageHref, rangeAround, traceHref } from '../../url/doors.ts';
import { resolveRange } from '../../url/time-range.ts';
import type { TimeRange } from '../../url/time-range.ts';
import { printName } from '../../views/words/name.ts';
import { printDuration } from '../../views/words/numbers.ts';

export interface DoorTrace {
  readonly traceId: string;
  readonly rootService: string;
  readonly rootName: string;
  readonly startNs: bigint;
  readonly durationNs: number;
}

const aroundMs = 60_000;

/** A minute more on either side than the trace takes. */
function rangeOf({ startNs, durationNs }: DoorTrace): TimeRange {
  return rangeAround(startNs + BigInt(Math.round(durationNs / 2)), durationNs / 2e6 + aroundMs);
}

interface Known {
  readonly counts: TraceCounts | null;
  /** Metrics of the service that the trace begins in; null: nobody knows. */
  readonly series: number | null;
}

export function doorsOfTrace(trace: DoorTrace, { counts, series }: Known): readonly Door[] {
  const { traceId, rootService } = trace;
  const range = rangeOf(trace);
  const service = JSON.stringify(rootService);
  const name = printName(rootService);
  const ofTrace = `{service_name=~".+"} | trace({ trace:id = "${traceId}" })`;
  const logs: Door =
    counts?.logs === 0
      ? { title: 'Logs of this trace', count: 0, reason: 'no log line names it' }
      : {
          title: 'Logs of this trace',
          href: pageHref('/logs', { query: ofTrace, range }),
          count: counts?.logs ?? null,
        };
  return [
    { title: 'The trace', href: traceHref(traceId), count: counts?.spans ?? null },
    logs,
    {
      title: `Logs of ${name} around this time`,
      href: pageHref('/logs', { query: `{service_name=${service}}`, range }),
    },
    { title: 'Traces around this time', href: pageHref('/traces', { range }) },
    series === 0
      ? { title: `Metrics of ${name}`, count: 0, reason: 'it sends none at this time' }
      : {
          title: `Metrics of ${name}`,
          href: pageHref('/metrics', { query: metricsSelector(rootService), range }),
          count: series,
        },
  ];
}

export function useTraceDoors(): (anchor: MouseEvent | Element, trace: DoorTrace) => void {
  const openDoors = useDoorMenu();
  const client = useQueryClient();
  return useCallback(
    (anchor, trace) => {
      // The pointer's place is of this moment: it is read before anything is waited for.
      const at =
        anchor instanceof Element ? anchor : { clientX: anchor.clientX, clientY: anchor.clientY };
      const counts = client.fetchQuery({
        queryKey: ['counts', trace.traceId],
        queryFn: () => askFor(trace.traceId),
        staleTime: 30_000,
      });
      const series = countSeries(
        metricsSelector(trace.rootService),
        resolveRange(rangeOf(trace), 0),
      );
      const title = `${trace.rootName || trace.rootService} · ${printDuration(trace.durationNs / 1e6)}`;
      openDoors(at, title, doorsOfTrace(trace, { counts: null, series: null }), {
        later: Promise.all([counts.catch(() => null), series.catch(() => null)]).then(
          ([known, metrics]) => doorsOfTrace(trace, { counts: known, series: metrics }),
        ),
      });
    },
    [client, openDoors],
  );
}
