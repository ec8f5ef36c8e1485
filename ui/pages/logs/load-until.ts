// A line that the address names may be some pages down: they are fetched until it is there, within reason.

import { useEffect } from 'react';
import type { ExploreLogLine } from '../../../src/api/explore/contract/records.ts';
import type { LogsView } from '../../url/logs-view.ts';

const pagesMax = 10;

function timeOf(id: string): bigint {
  return BigInt(id.slice(0, id.indexOf('-')));
}

export function useLoadUntil(
  { line, order }: LogsView,
  lines: readonly ExploreLogLine[],
  pages: number,
  loadMore: () => void,
): void {
  useEffect(() => {
    const last = lines.at(-1);
    if (line === '' || last === undefined || pages >= pagesMax) return;
    const isBehind =
      order === 'newest' ? timeOf(line) <= timeOf(last.id) : timeOf(line) >= timeOf(last.id);
    if (isBehind && !lines.some(({ id }) => id === line)) loadMore();
  }, [line, order, lines, pages, loadMore]);
}
