// Lines as they arrive: while the page is live, what came after the first line is fetched again and again. While a person
// reads further down the list stands still, and only how many lines wait is asked.

import { useCallback, useEffect, useRef, useState } from 'react';
import { countNewer, useFetchNewer } from '../../data/logs.ts';
import type { LogsRequest, LogsResult } from '../../data/logs.ts';
import type { LogsView } from '../../url/logs-view.ts';
import { isLive } from '../../url/time-range.ts';
import type { ResolvedRange } from '../../url/time-range.ts';

export interface Tail {
  readonly isOn: boolean;
  readonly isPaused: boolean;
  /** Lines that came since the pause, as far as they are counted. */
  readonly waiting: number;
  /** Old lines that were let go so that the list stays small. */
  readonly dropped: number;
  /** The page's range with its end at the present while lines arrive. */
  range(range: ResolvedRange): ResolvedRange;
  /** As `range`, in larger steps: for what costs more to ask and is read, not watched. */
  calmRange(range: ResolvedRange): ResolvedRange;
}

const tailEveryMs = 2000;
/** How often facets and patterns follow a live list. */
const calmEveryMs = 12_000;
const countEveryMs = 3000;

export function useTail(
  view: LogsView,
  request: LogsRequest,
  logs: LogsResult,
  isReading: boolean,
): Tail {
  const isOn = view.live && isLive(view.range) && view.order === 'newest';
  const [shiftMs, setShiftMs] = useState(0);
  const [dropped, setDropped] = useState(0);
  const { refetch, hasPreviousPage } = logs;
  const fetchNewer = useFetchNewer(request, logs);
  const isFirst = logs.dataUpdatedAt === 0;
  const shifted = useRef(0);
  const step = useCallback(async () => {
    if (!hasPreviousPage) {
      await refetch();
      return;
    }
    const gone = await fetchNewer();
    if (gone > 0) setDropped((before) => before + gone);
  }, [hasPreviousPage, refetch, fetchNewer]);
  useEffect(() => {
    if (!isOn || isReading || isFirst) return undefined;
    const began = Date.now() - shifted.current;
    const tick = (): void => {
      if (document.hidden) return;
      shifted.current = Date.now() - began;
      setShiftMs(shifted.current);
      void step();
    };
    const timer = setInterval(tick, tailEveryMs);
    return () => clearInterval(timer);
  }, [isOn, isReading, isFirst, step]);
  const waiting = useWaiting(isOn && isReading, request, logs);
  return {
    isOn,
    isPaused: isOn && isReading,
    waiting,
    dropped: isOn ? dropped : 0,
    range: (range) => (isOn ? shiftedBy(range, shiftMs) : range),
    calmRange: (range) => (isOn ? shiftedBy(range, shiftMs - (shiftMs % calmEveryMs)) : range),
  };
}

function shiftedBy({ startNs, endNs }: ResolvedRange, ms: number): ResolvedRange {
  const shiftNs = BigInt(Math.round(ms)) * 1_000_000n;
  return { startNs: startNs + shiftNs, endNs: endNs + shiftNs };
}

function useWaiting(isPaused: boolean, request: LogsRequest, logs: LogsResult): number {
  const [waiting, setWaiting] = useState(0);
  const newest = logs.data?.pages.find((page) => page.lines.length > 0)?.lines[0]?.id;
  const latest = useRef(request);
  useEffect(() => {
    latest.current = request;
  });
  useEffect(() => {
    if (!isPaused || newest === undefined) return undefined;
    const stop = new AbortController();
    const count = (): void => {
      if (document.hidden) return;
      // A count that does not come is asked for again soon.
      countNewer(latest.current, newest, stop.signal).then(setWaiting, () => undefined);
    };
    const timer = setInterval(count, countEveryMs);
    return () => {
      clearInterval(timer);
      stop.abort();
      setWaiting(0);
    };
  }, [isPaused, newest]);
  return waiting;
}
