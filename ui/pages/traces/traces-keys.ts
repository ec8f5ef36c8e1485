// The keys of the traces page.

import type { ExploreListedTrace } from '../../../src/api/explore/contract/traces.ts';
import { copyText } from '../../controls/copy-button.tsx';
import { useKeys } from '../../controls/keys.ts';

interface TracesKeys {
  readonly traces: readonly ExploreListedTrace[];
  readonly current: number;
  readonly setCurrent: (index: number) => void;
  readonly open: (trace: ExploreListedTrace) => void;
  readonly pick: (traceId: string) => void;
  readonly doors: (anchor: Element, trace: ExploreListedTrace) => void;
  /** Takes off the box, then the picks; false when there is neither. */
  readonly back: () => boolean;
  readonly zoomIn: () => boolean;
  readonly zoomOut: () => void;
  readonly refresh: () => void;
}

export function useTracesKeys(page: TracesKeys): void {
  const { traces, current } = page;
  const trace = traces[current];
  const move = (by: number): void =>
    page.setCurrent(Math.min(traces.length - 1, Math.max(0, current + by)));
  const moveToFailed = (by: 1 | -1): void => {
    for (let at = current + by; at >= 0 && at < traces.length; at += by) {
      if ((traces[at]?.errorSpans ?? 0) === 0) continue;
      page.setCurrent(at);
      return;
    }
  };
  useKeys({
    j: () => move(1),
    k: () => move(-1),
    ArrowDown: () => move(1),
    ArrowUp: () => move(-1),
    ']': () => moveToFailed(1),
    '[': () => moveToFailed(-1),
    Enter: () => (trace === undefined ? false : page.open(trace)),
    x: () => (trace === undefined ? false : page.pick(trace.traceId)),
    m: () => {
      const row = document.querySelector('.traces-row[data-current]');
      if (trace === undefined || row === null) return false;
      return page.doors(row, trace);
    },
    Escape: () => {
      if (page.back()) return true;
      page.setCurrent(-1);
      return current >= 0;
    },
    z: page.zoomIn,
    Z: page.zoomOut,
    r: page.refresh,
    y: () => void copyText(location.href),
  });
}
