// What labels and fields there are to filter by: `detected_labels`, `detected_fields` and the values of one. Fields are
// found by running the query over a sample of lines with LogQL's own parsers.

import { wholeNumber } from '../http/parameters.ts';
import type { Labels } from '../../model/labels.ts';
import type { LogqlEntry } from '../../query/logql/engine.ts';
import type { LokiDependencies } from './dependencies.ts';
import { parseStreamMatchers } from './selector.ts';
import { readRange } from './time-parameters.ts';

const alwaysKept: ReadonlySet<string> = new Set(['cluster', 'namespace', 'instance', 'pod']);
const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

function isIdentifying(values: ReadonlySet<string>): boolean {
  const all = [...values];
  if (all.every((value) => value === '0' || value === '1')) return false;
  return all.every((value) => uuid.test(value) || (value !== '' && Number.isFinite(Number(value))));
}

export async function detectedLabels(
  parameters: URLSearchParams,
  tenants: readonly string[],
  { logs, clock }: LokiDependencies,
  signal: AbortSignal,
): Promise<string> {
  const range = readRange(parameters, clock.nowNs());
  const query = parameters.get('query') ?? '';
  const streams = await logs.streams(
    { ...range, tenants },
    query === '' ? [] : parseStreamMatchers(query),
    signal,
  );
  const values = collectValues(streams);
  const detected = [...values]
    .filter(([name, distinct]) => alwaysKept.has(name) || !isIdentifying(distinct))
    .map(([label, distinct]) => ({ label, cardinality: distinct.size }));
  return JSON.stringify(detected.length === 0 ? {} : { detectedLabels: detected });
}

function collectValues(streams: Iterable<Labels>): Map<string, Set<string>> {
  const values = new Map<string, Set<string>>();
  for (const labels of streams) {
    for (const { name, value } of labels) {
      let distinct = values.get(name);
      if (distinct === undefined) values.set(name, (distinct = new Set()));
      distinct.add(value);
    }
  }
  return values;
}

interface Field {
  readonly values: Set<string>;
  readonly parsers: Set<'json' | 'logfmt'>;
}

const lineLimitMax = 5000;
const fieldLimitMax = 10_000;

async function sampleFields(
  parameters: URLSearchParams,
  tenants: readonly string[],
  { engine, clock }: LokiDependencies,
  signal: AbortSignal,
): Promise<Map<string, Field>> {
  const query = parameters.get('query') ?? '';
  const limit = wholeNumber(parameters, 'line_limit', 100, { min: 1, max: lineLimitMax });
  const range = readRange(parameters, clock.nowNs());
  const run = async (parser: 'json' | 'logfmt'): Promise<LogqlEntry[]> => {
    const result = await engine.query(
      {
        ...range,
        query: `${query} | ${parser} | drop __error__, __error_details__`,
        tenants,
        kind: 'range',
        stepNs: 1_000_000_000n,
        intervalNs: 0n,
        limit,
        direction: 'backward',
      },
      signal,
    );
    return result.data.kind === 'streams'
      ? result.data.streams.flatMap((stream) => stream.entries)
      : [];
  };
  const fields = new Map<string, Field>();
  const note = (labels: Labels, parser: 'json' | 'logfmt' | undefined): void => {
    for (const { name, value } of labels) {
      let field = fields.get(name);
      if (field === undefined)
        fields.set(name, (field = { values: new Set(), parsers: new Set() }));
      field.values.add(value);
      if (parser !== undefined) field.parsers.add(parser);
    }
  };
  for (const parser of ['json', 'logfmt'] as const) {
    for (const entry of await run(parser)) {
      const isJson = entry.line.trimStart().startsWith('{');
      if (isJson === (parser === 'json')) {
        note(entry.structuredMetadata, undefined);
        note(entry.parsed, parser);
      }
    }
  }
  return fields;
}

const durationText = /^-?(?:\d+(?:\.\d+)?(?:ns|us|µs|ms|s|m|h))+$/;
const bytesText = /^\d+(?:\.\d+)?\s?(?:[KMGTP]i?B|B)$/i;

function typeOf(values: ReadonlySet<string>): string {
  const all = [...values].filter((value) => value !== '');
  const every = (test: (value: string) => boolean): boolean => all.length > 0 && all.every(test);
  if (every((value) => /^[+-]?\d{1,19}$/.test(value))) return 'int';
  if (every((value) => Number.isFinite(Number(value)))) return 'float';
  if (every((value) => value === 'true' || value === 'false')) return 'boolean';
  if (every((value) => durationText.test(value))) return 'duration';
  if (every((value) => bytesText.test(value))) return 'bytes';
  return 'string';
}

function fieldLimit(parameters: URLSearchParams): number {
  const name = parameters.has('limit') ? 'limit' : 'field_limit';
  return wholeNumber(parameters, name, 1000, { min: 1, max: fieldLimitMax });
}

export async function detectedFields(
  parameters: URLSearchParams,
  tenants: readonly string[],
  dependencies: LokiDependencies,
  signal: AbortSignal,
): Promise<string> {
  const limit = fieldLimit(parameters);
  const fields = [...(await sampleFields(parameters, tenants, dependencies, signal))].slice(
    0,
    limit,
  );
  if (fields.length === 0) return '{}';
  return JSON.stringify({
    fields: fields.map(([label, { values, parsers }]) => ({
      label,
      type: typeOf(values),
      cardinality: values.size,
      parsers: parsers.size === 0 ? null : [...parsers],
    })),
    limit,
  });
}

export async function detectedFieldValues(
  name: string,
  parameters: URLSearchParams,
  tenants: readonly string[],
  dependencies: LokiDependencies,
  signal: AbortSignal,
): Promise<string> {
  const limit = fieldLimit(parameters);
  const fields = await sampleFields(parameters, tenants, dependencies, signal);
  return JSON.stringify({ values: [...(fields.get(name)?.values ?? [])].slice(0, limit), limit });
}
