// The `TraceSurveySource` on ClickHouse.

import type { TraceSurveySource } from '../../query/trace-survey-source.ts';
import type { Database } from '../database.ts';
import { latencyBands } from './latency-bands.ts';
import { spanGroups } from './span-groups.ts';
import { spanKind } from './span-kind.ts';
import { factSpansMax } from './trace-facts.ts';
import { listTraces, tracePoints } from './trace-list.ts';

/** `factSpansMax`: see there. */
export function createTraceSurveySource(
  database: Database,
  limits: { readonly factSpansMax: number } = { factSpansMax },
): TraceSurveySource {
  const settings = { database, ...limits };
  return {
    listTraces: (request, signal) => listTraces(settings, request, signal),
    tracePoints: (request, signal) => tracePoints(settings, request, signal),
    spanGroups: (request, signal) => spanGroups(settings, request, signal),
    latencyBands: (request, signal) => latencyBands(settings, request, signal),
    spanKind: (request, signal) => spanKind(database, request, signal),
  };
}
