// The keys of the logs page.

import type { ExploreLogLine } from '../../../src/api/explore/contract/records.ts';
import { useKeys } from '../../controls/keys.ts';
import { setFacetsShown, useFacetsShown } from '../../data/preferences.ts';
import type { LogsView } from '../../url/logs-view.ts';
import { chooseValue } from '../../url/query-filters.ts';
import { absoluteRange, isLive } from '../../url/time-range.ts';
import type { ResolvedRange } from '../../url/time-range.ts';
import { isErrorLevel } from '../../views/words/level.ts';

interface LogsKeys {
  readonly lines: readonly ExploreLogLine[];
  readonly view: LogsView;
  readonly resolved: ResolvedRange;
  readonly current: number;
  readonly setCurrent: (index: number) => void;
  readonly toggle: (line: ExploreLogLine, index: number) => void;
  readonly openTrace: (line: ExploreLogLine) => void;
  readonly show: (change: Partial<LogsView>, how: 'open' | 'replace') => void;
  readonly openDoors: (line: ExploreLogLine, anchor: Element) => void;
  readonly ask: (change: Partial<LogsView>) => void;
  readonly askQuery: (query: string | undefined) => void;
  readonly refresh: () => void;
}

export function useLogsKeys(page: LogsKeys): void {
  const isFacetsShown = useFacetsShown();
  const { lines, view, current } = page;
  const move = (by: number): void =>
    page.setCurrent(Math.min(lines.length - 1, Math.max(0, current + by)));
  const moveToError = (by: 1 | -1): void => {
    for (let at = current + by; at >= 0 && at < lines.length; at += by) {
      if (!isErrorLevel(lines[at]?.level ?? '')) continue;
      page.setCurrent(at);
      return;
    }
  };
  const line = lines[current];
  const filterService = (mode: 'only' | 'exclude'): void => {
    if (line === undefined) return;
    const service = { name: 'service_name', value: line.service, isStreamLabel: true };
    page.askQuery(chooseValue(view.query, service, mode));
  };
  useKeys({
    j: () => move(1),
    k: () => move(-1),
    ArrowDown: () => move(1),
    ArrowUp: () => move(-1),
    ']': () => moveToError(1),
    '[': () => moveToError(-1),
    Enter: () => {
      if (line === undefined) return;
      if (line.id === view.line && line.traceId !== '') page.openTrace(line);
      else page.toggle(line, current);
    },
    Escape: () => {
      if (view.line !== '') page.show({ line: '' }, 'replace');
      else if (current >= 0) page.setCurrent(-1);
      else return false;
      return true;
    },
    '.': () => {
      if (isLive(view.range) && view.order === 'newest') page.show({ live: !view.live }, 'replace');
    },
    Z: () => {
      const { startNs, endNs } = page.resolved;
      const half = (endNs - startNs) / 2n;
      page.ask({ range: absoluteRange(startNs - half, endNs + half), live: false });
    },
    r: page.refresh,
    p: () => page.show({ patterns: !view.patterns }, 'replace'),
    w: () => page.show({ wrap: !view.wrap }, 'replace'),
    b: () => setFacetsShown(!isFacetsShown),
    f: () => filterService('only'),
    x: () => filterService('exclude'),
    m: () => {
      const row = document.querySelector('[data-testid="log-row"][data-current]');
      if (line !== undefined && row !== null) page.openDoors(line, row);
    },
  });
}
