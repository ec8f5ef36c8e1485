// The `TraceSurveySource` on ClickHouse.

import type { TraceSurveySource } from '../../query/trace-survey-source.ts';
import type { Database } from '../database.ts';
import { latencyBands } from './latency-bands.ts';
import { spanGroups } from './span-groups.ts';
import { spanKind } from './span-kind.ts';
import { listTraces, tracePoints } from './trace-list.ts';

export function createTraceSurveySource(database: Database): TraceSurveySource {
  return {
    listTraces: (request, signal) => listTraces(database, request, signal),
    tracePoints: (request, signal) => tracePoints(database, request, signal),
    spanGroups: (request, signal) => spanGroups(database, request, signal),
    latencyBands: (request, signal) => latencyBands(database, request, signal),
    spanKind: (request, signal) => spanKind(database, request, signal),
  };
}
