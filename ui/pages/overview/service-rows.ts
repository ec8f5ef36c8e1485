// The rows of the services' table: what of each service is compared, sorted and searched. Pure.

import type { ExploreService } from '../../../src/api/explore/contract/overview.ts';
import type { OverviewView, SortColumn } from '../../url/overview-view.ts';
import type { Change } from './change.ts';
import { errorShare, linesOf, noChange } from './change.ts';

export interface ServiceRow {
  readonly service: ExploreService;
  readonly change: Change;
  readonly errorShare: number;
  readonly lines: ReturnType<typeof linesOf>;
}

export function rowsOf(
  services: readonly ExploreService[],
  changes: ReadonlyMap<string, Change>,
): readonly ServiceRow[] {
  return services.map((service) => ({
    service,
    change: changes.get(service.service) ?? noChange,
    errorShare: errorShare(service.range),
    lines: linesOf(service.range),
  }));
}

function valueOf(
  { service, change, errorShare: errors, lines }: ServiceRow,
  by: SortColumn,
): number {
  switch (by) {
    case 'change':
      return change.weight;
    case 'rate':
      return service.range.requests;
    case 'errors':
      return errors;
    case 'p50':
      return service.range.p50Ms ?? -1;
    case 'p95':
      return service.range.p95Ms ?? -1;
    case 'p99':
      return service.range.p99Ms ?? -1;
    case 'logs':
      // One error counts more than any number of warnings that a service writes all day.
      return lines.errors * 1000 + lines.warnings;
    case 'service':
      return 0;
  }
}

/** Of equals the busier one comes first. */
export function arrangeRows(
  rows: readonly ServiceRow[],
  { sort, find }: Pick<OverviewView, 'sort' | 'find'>,
): readonly ServiceRow[] {
  const wanted = find.trim().toLowerCase();
  const sign = sort.isAscending ? 1 : -1;
  const byName = (a: ServiceRow, b: ServiceRow): number =>
    a.service.service.localeCompare(b.service.service);
  return rows
    .filter(({ service }) => service.service.toLowerCase().includes(wanted))
    .toSorted((a, b) =>
      sort.column === 'service'
        ? sign * byName(a, b)
        : sign * (valueOf(a, sort.column) - valueOf(b, sort.column)) ||
          b.service.range.requests - a.service.range.requests ||
          byName(a, b),
    );
}

/** A first click sorts the way one looks for trouble: the most first, names from A. */
export function nextSort(
  { column, isAscending }: OverviewView['sort'],
  clicked: SortColumn,
): OverviewView['sort'] {
  if (column === clicked) return { column, isAscending: !isAscending };
  return { column: clicked, isAscending: clicked === 'service' };
}
