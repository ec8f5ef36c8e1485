// Where a point of a series leads: its labels' log lines and traces at that time, with their numbers before the click.

import type {
  ExploreMetricRelative,
  ExploreMetricRelatives,
} from '../../../src/api/explore/contract/metrics.ts';
import type { Door } from '../../controls/door-menu.tsx';
import { pageHref } from '../../url/doors.ts';
import type { PagePath } from '../../url/doors.ts';
import type { TimeRange } from '../../url/time-range.ts';
import { printSentence } from '../../views/words/sentence.ts';

/** Written even when it is empty where the page at hand has another one: it goes along otherwise. */
export function sourceOf(source: string): Readonly<Record<string, string>> {
  return source === '' ? {} : { source };
}

export function relativeDoor(
  title: string,
  path: PagePath,
  { query, count, reason, source }: ExploreMetricRelative,
  range: TimeRange,
): Door {
  const why = reason === null ? {} : { reason: printSentence(reason) };
  if (query === '' || count === 0) return { title, count: 0, ...why };
  return { title, href: pageHref(path, { query, range, more: sourceOf(source) }), count, ...why };
}

/** What stands in the menu until the server has counted. */
export const countingDoors: readonly Door[] = [
  { title: 'Log lines', reason: 'counting' },
  { title: 'Traces', reason: 'counting' },
];

export function relativeDoors(
  relatives: ExploreMetricRelatives,
  range: TimeRange,
): readonly Door[] {
  return [
    relativeDoor('Log lines', '/logs', relatives.logs, range),
    relativeDoor('Traces', '/traces', relatives.traces, range),
  ];
}
