// How far the log records of each service name their traces: the numbers behind every "why are there no logs?".

import { labelValue } from '../../model/labels.ts';
import type { TenantRange } from '../../query/sources.ts';
import { readRange } from '../loki/time-parameters.ts';
import type { ExploreCoverage } from './contract/status.ts';
import type { ExploreDependencies } from './dependencies.ts';

/** More services than anybody reads of. */
const servicesMax = 500;

export async function readCoverage(
  parameters: URLSearchParams,
  tenants: readonly string[],
  { logs, spans, correlation, clock }: ExploreDependencies,
  signal: AbortSignal,
): Promise<ExploreCoverage> {
  const range: TenantRange = { ...readRange(parameters, clock.nowNs()), tenants };
  const [streams, values] = await Promise.all([
    logs.streams(range, [], signal),
    spans.tagValues(
      {
        ...range,
        predicate: { kind: 'true' },
        scope: 'resource',
        name: 'service.name',
        limit: servicesMax,
      },
      signal,
    ),
  ]);
  const withSpans = new Set(values.map(({ value }) => value));
  const withLogs = streams.map((labels) => labelValue(labels, 'service_name'));
  const names = [...new Set([...withSpans, ...withLogs])].filter((name) => name !== '').toSorted();
  const evidence = await correlation.serviceLogEvidence(range, names.slice(0, servicesMax), signal);
  return {
    services: evidence.map(({ service, records, recordsWithTraceId, lastRecordNs }) => ({
      service,
      hasSpans: withSpans.has(service),
      records,
      recordsWithTraceId,
      lastRecordNs: lastRecordNs?.toString() ?? null,
    })),
    total: names.length,
  };
}
