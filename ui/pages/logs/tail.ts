// Lines as they arrive: while the page is live, what came after the first line is fetched again and again, unless a
// person is reading further down.

import { useEffect, useRef, useState } from 'react';
import { useFetchNewer } from '../../data/logs.ts';
import type { LogsRequest, LogsResult } from '../../data/logs.ts';
import type { LogsView } from '../../url/logs-view.ts';
import { isLive } from '../../url/time-range.ts';
import type { ResolvedRange } from '../../url/time-range.ts';

interface Tail {
  readonly isPaused: boolean;
  /** The page's range with its end at the present while lines arrive. */
  range(range: ResolvedRange): ResolvedRange;
}

const tailEveryMs = 2000;

export function useTail(
  view: LogsView,
  request: LogsRequest,
  logs: LogsResult,
  isReading: boolean,
): Tail {
  const isOn = view.live && isLive(view.range) && view.order === 'newest';
  const [shiftMs, setShiftMs] = useState(0);
  const { refetch, hasPreviousPage } = logs;
  const fetchNewer = useFetchNewer(request, logs);
  const isFirst = logs.dataUpdatedAt === 0;
  const shifted = useRef(0);
  useEffect(() => {
    if (!isOn || isReading || isFirst) return undefined;
    const began = Date.now() - shifted.current;
    const timer = setInterval(() => {
      if (document.hidden) return;
      shifted.current = Date.now() - began;
      setShiftMs(shifted.current);
      void (hasPreviousPage ? fetchNewer() : refetch());
    }, tailEveryMs);
    return () => clearInterval(timer);
  }, [isOn, isReading, isFirst, hasPreviousPage, fetchNewer, refetch]);
  return {
    isPaused: isOn && isReading,
    range: (range) => {
      if (!isOn) return range;
      const shiftNs = BigInt(Math.round(shiftMs)) * 1_000_000n;
      return { startNs: range.startNs + shiftNs, endNs: range.endNs + shiftNs };
    },
  };
}
