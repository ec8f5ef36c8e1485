// Traces by how long they take beside the others: the quick half, the slow tenth, the slowest hundredth, with examples.

import type {
  LatencyBand,
  LatencyBands,
  TraceSurveyRequest,
} from '../../query/trace-survey-source.ts';
import { join, sql } from '../sql/sql.ts';
import type { SurveySettings } from './trace-facts.ts';
import { factColumns, type FactRow, factOf, selectedFacts } from './trace-list.ts';

const bounds = [0, 0.5, 0.9, 0.99, 1] as const;

interface BandRow extends FactRow {
  readonly band: number;
  readonly traces: string;
  readonly failed: string;
}

export async function latencyBands(
  settings: SurveySettings,
  request: TraceSurveyRequest & { readonly examples: number },
  signal: AbortSignal,
): Promise<LatencyBands> {
  const { database } = settings;
  const { facts, oneIn } = await selectedFacts(settings, request, signal);
  const [row] = await database.rows<{ readonly limits: readonly string[] }>(
    sql`SELECT arrayMap(limit -> toString(toInt64(limit)), quantilesExact(${join(
      bounds.map((bound) => sql`${bound}`),
      ', ',
    )})(trace_ns)) AS limits FROM (${facts})`,
    { signal },
  );
  const limitsNs = (row?.limits ?? []).map(BigInt);
  const [, half = 0n, tenth = 0n, hundredth = 0n] = limitsNs;
  // Of the slowest band the slowest are shown; of the others any: a hash is as good a lot as another.
  const rows = await database.rows<BandRow>(
    sql`SELECT ${factColumns}, band, traces, failed FROM (
        SELECT *, count() OVER (PARTITION BY band) AS traces, countIf(errors > 0) OVER (PARTITION BY band) AS failed,
          row_number() OVER (PARTITION BY band ORDER BY if(band = 3, -trace_ns, 0), cityHash64(trace_id)) AS place
        FROM (
          SELECT *, multiIf(trace_ns < ${half}, 0, trace_ns < ${tenth}, 1, trace_ns < ${hundredth}, 2, 3) AS band FROM (${facts})
        )
      ) WHERE place <= ${request.examples} ORDER BY band, trace_ns, trace_id`,
    { signal },
  );
  const bands = bounds.slice(0, -1).flatMap((from, band): LatencyBand[] => {
    const ofBand = rows.filter((one) => one.band === band);
    const [first] = ofBand;
    if (first === undefined) return [];
    return [
      {
        from,
        to: bounds[band + 1] ?? 1,
        fromNs: Number(limitsNs[band] ?? 0n),
        toNs: Number(limitsNs[band + 1] ?? 0n),
        traces: Number(first.traces) * oneIn,
        failed: Number(first.failed) * oneIn,
        examples: ofBand.map(factOf),
      },
    ];
  });
  return { bands, lookedAtOneIn: oneIn };
}
