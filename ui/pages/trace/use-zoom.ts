// The stretch of time that the waterfall shows. The address has it, a little later than the wheel and the pointer that
// change it many times a second; spans that arrive before the trace's start move its instant 0, and not what is shown.

import { useCallback, useEffect, useState } from 'react';
import type { TraceView } from '../../url/trace-view.ts';
import { printZoom } from '../../url/trace-view.ts';
import type { TimeWindow } from '../../views/waterfall/layout.ts';
import { moveBy } from '../../views/waterfall/zoom.ts';
import { msBetween } from '../../views/words/numbers.ts';

const addressAfterMs = 250;

interface Zoomed {
  readonly window: TimeWindow;
  /** Instant 0 of the window. */
  readonly startNs: string;
}

export interface UsedZoom {
  /** Null: the whole trace. */
  readonly zoom: TimeWindow | null;
  readonly setZoom: (window: TimeWindow | null) => void;
}

export function useZoom(
  ofAddress: TimeWindow | null,
  startNs: string,
  onShow: (change: Partial<TraceView>) => void,
): UsedZoom {
  const [zoomed, setZoomed] = useState<Zoomed | null>(
    ofAddress === null ? null : { window: ofAddress, startNs },
  );
  const printed = printZoom(ofAddress);
  const [last, setLast] = useState(printed);
  if (last !== printed) {
    setLast(printed);
    setZoomed(ofAddress === null ? null : { window: ofAddress, startNs });
  }
  const zoom =
    zoomed === null
      ? null
      : zoomed.startNs === startNs
        ? zoomed.window
        : moveBy(zoomed.window, msBetween(startNs, zoomed.startNs));
  const wanted = printZoom(zoom);
  useEffect(() => {
    if (wanted === printed) return undefined;
    const timer = setTimeout(() => {
      // What the address says next is what is shown already.
      setLast(wanted);
      onShow({ zoom });
    }, addressAfterMs);
    return () => clearTimeout(timer);
    // The window is a new object with each move of instant 0; its text tells whether it is another one.
    // oxlint-disable-next-line react/exhaustive-deps
  }, [wanted, printed, onShow]);
  const setZoom = useCallback(
    (window: TimeWindow | null) => setZoomed(window === null ? null : { window, startNs }),
    [startNs],
  );
  return { zoom, setZoom };
}
