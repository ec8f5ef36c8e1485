// The `DifferenceSource` on ClickHouse.

import type { DifferenceSource } from '../../query/difference-source.ts';
import type { Database } from '../database.ts';
import { exactGrounds } from './span-ground.ts';
import { logDifference } from './log-difference.ts';
import { spanDifference } from './span-difference.ts';
import { traceDifference } from './trace-difference.ts';
import { factSpansMax } from '../trace-survey/trace-facts.ts';

export function createDifferenceSource(
  database: Database,
  limits: { readonly factSpansMax: number } = { factSpansMax },
): DifferenceSource {
  return {
    canCount: async (range, ground, signal) => {
      const [condition] = await exactGrounds(database, range, [ground], signal);
      return condition !== 'inexact';
    },
    spanDifference: (request, signal) =>
      request.unit === 'traces'
        ? traceDifference({ database, ...limits }, request, signal)
        : spanDifference(database, request, signal),
    logDifference: (request, signal) => logDifference(database, request, signal),
  };
}
