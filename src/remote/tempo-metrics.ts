// TraceQL metrics of a Tempo elsewhere, as series by their labels.

import { fieldsOf, itemsOf, type RemoteClient, type RemoteParameters } from './client.ts';

export interface TempoRange {
  readonly startNs: bigint;
  readonly endNs: bigint;
}

export interface TempoSeries {
  /** By the attribute as the query wrote it; what spans do not have is empty. */
  readonly labels: ReadonlyMap<string, string>;
  /** The time is the right edge of an interval. */
  readonly points: readonly { readonly timeMs: number; readonly value: number }[];
}

export interface TempoValue {
  readonly labels: ReadonlyMap<string, string>;
  readonly value: number;
}

export interface TempoMetrics {
  series(
    query: string,
    range: TempoRange,
    stepNs: bigint,
    signal: AbortSignal,
  ): Promise<readonly TempoSeries[]>;
  /** One value for all of the range. */
  values(query: string, range: TempoRange, signal: AbortSignal): Promise<readonly TempoValue[]>;
}

/** Tempo's name for the value of spans that do not have the attribute. */
const absent = 'nil';

function labelsOf(series: unknown): ReadonlyMap<string, string> {
  return new Map(
    itemsOf(fieldsOf(series)['labels']).flatMap((label) => {
      const { key, value } = fieldsOf(label);
      const { stringValue, intValue, doubleValue, boolValue } = fieldsOf(value);
      const given = stringValue ?? intValue ?? doubleValue ?? boolValue;
      const text = typeof given === 'string' ? given : JSON.stringify(given ?? '');
      return typeof key === 'string' ? [[key, text === absent ? '' : text] as const] : [];
    }),
  );
}

/** A value of 0 is left out of the answer; NaN and infinities are texts. */
function valueOf(one: unknown): number {
  return Number(fieldsOf(one)['value'] ?? 0);
}

export function createTempoMetrics(client: RemoteClient): TempoMetrics {
  const ask = async (
    path: string,
    query: string,
    { startNs, endNs }: TempoRange,
    more: RemoteParameters,
    signal: AbortSignal,
  ): Promise<readonly unknown[]> => {
    const answer = await client.getJson(
      path,
      { q: query, start: String(startNs), end: String(endNs), ...more },
      signal,
    );
    return itemsOf(fieldsOf(answer)['series']);
  };
  return {
    series: async (query, range, stepNs, signal) => {
      const step = `${stepNs / 1_000_000n}ms`;
      const plain = `${query} with (exemplars=false)`;
      const found = await ask('/api/metrics/query_range', plain, range, { step }, signal);
      return found.map((one) => ({
        labels: labelsOf(one),
        points: itemsOf(fieldsOf(one)['samples']).map((sample) => ({
          timeMs: Number(fieldsOf(sample)['timestampMs']),
          value: valueOf(sample),
        })),
      }));
    },
    values: async (query, range, signal) =>
      (await ask('/api/metrics/query', query, range, {}, signal)).map((one) => ({
        labels: labelsOf(one),
        value: valueOf(one),
      })),
  };
}
