// `GET /api/explore/difference`: what stands out in a selection of spans, traces or log lines, against the rest.

import { Failure } from '../../base/errors.ts';
import {
  printLogqlCondition,
  printTraceqlCondition,
} from '../../query/difference/print-condition.ts';
import { rankValues } from '../../query/difference/rank-values.ts';
import type {
  DifferenceCounts,
  LogDifferenceRequest,
  Selection,
  ValueCount,
} from '../../query/difference-source.ts';
import { pushdownOf } from '../../query/logql/plan/pushdown.ts';
import { checkLogql } from '../../query/logql/syntax/check.ts';
import { parseLogql } from '../../query/logql/syntax/parse.ts';
import { wholeNumber } from '../http/parameters.ts';
import { parseLokiTimeNs, readRange } from '../loki/time-parameters.ts';
import type { ExploreDifference } from './contract/difference.ts';
import type { ExploreDependencies } from './dependencies.ts';
import { groundOfQuery } from './span-ground.ts';

/** Of each side so many are looked at. */
const spansMax = 20_000;
const linesMax = 20_000;
const tracesMax = 2000;
/** Where time goes: names whose part of the difference is smaller are left out. */
const ownTimeShareMin = 0.01;
const ownTimesShown = 8;

function timeOf(parameters: URLSearchParams, name: string): bigint | undefined {
  const text = parameters.get(name);
  if (text === null || text === '') return undefined;
  const ns = parseLokiTimeNs(text);
  if (ns === undefined)
    throw new Failure(
      'invalid-data',
      `invalid parameter "${name}": expected a time in nanoseconds`,
    );
  return ns;
}

function durationOf(parameters: URLSearchParams, name: string): bigint | undefined {
  const text = parameters.get(name);
  return text === null || text === ''
    ? undefined
    : BigInt(wholeNumber(parameters, name, 0, { min: 0, max: 1e15 }));
}

export function readSelection(parameters: URLSearchParams): Selection {
  return {
    startNs: timeOf(parameters, 'selectedStart'),
    endNs: timeOf(parameters, 'selectedEnd'),
    minDurationNs: durationOf(parameters, 'minDurationNs'),
    maxDurationNs: durationOf(parameters, 'maxDurationNs'),
    errors: parameters.get('errors') === '1',
  };
}

export async function readDifference(
  parameters: URLSearchParams,
  tenants: readonly string[],
  dependencies: ExploreDependencies,
  signal: AbortSignal,
): Promise<ExploreDifference> {
  const signalName = parameters.get('signal') ?? 'spans';
  switch (signalName) {
    case 'spans':
      return differenceOfSpans(parameters, tenants, dependencies, signal);
    case 'logs':
      return differenceOfLogs(parameters, tenants, dependencies, signal);
    default:
      throw new Failure('invalid-data', 'invalid parameter "signal": expected spans or logs');
  }
}

async function differenceOfSpans(
  parameters: URLSearchParams,
  tenants: readonly string[],
  dependencies: ExploreDependencies,
  signal: AbortSignal,
): Promise<ExploreDifference> {
  const range = { tenants, ...readRange(parameters, dependencies.clock.nowNs()) };
  const unit = parameters.get('unit') === 'traces' ? 'traces' : 'spans';
  const selection = readSelection(parameters);
  const [ground, selected] = await Promise.all([
    groundOfQuery(parameters.get('query') ?? '', range, dependencies, signal),
    groundOfQuery(parameters.get('selectedQuery') ?? '', range, dependencies, signal),
  ]);
  const counts = await dependencies.difference.spanDifference(
    {
      ...range,
      unit,
      ground: ground.ground,
      selection,
      selected: selected.ground,
      unitsMax: unit === 'traces' ? tracesMax : spansMax,
    },
    signal,
  );
  const notes = counts.note === undefined ? [] : [counts.note];
  const warnings = [...new Set([...ground.warnings, ...selected.warnings, ...notes])];
  return encode(counts, selection, printTraceqlCondition, warnings);
}

type LineSelection = LogDifferenceRequest['ground'];

/** Undefined when the query does more than select lines by what is stored of them. */
function linesOfQuery(query: string): LineSelection | undefined {
  if (query.trim() === '' || /^\s*\{\s*\}\s*$/.test(query))
    return { matchers: [], lineFilters: [], metadataMatchers: [] };
  const parsed = parseLogql(query);
  checkLogql(parsed);
  if (parsed.kind !== 'log')
    throw new Failure('semantics', 'what differs is asked of lines: write a log query', {
      position: parsed.span,
    });
  const { exact, lineFilters, metadataMatchers } = pushdownOf(parsed, parsed.stages);
  return exact ? { matchers: parsed.matchers, lineFilters, metadataMatchers } : undefined;
}

async function differenceOfLogs(
  parameters: URLSearchParams,
  tenants: readonly string[],
  dependencies: ExploreDependencies,
  signal: AbortSignal,
): Promise<ExploreDifference> {
  const range = { tenants, ...readRange(parameters, dependencies.clock.nowNs()) };
  const selection = readSelection(parameters);
  const ground = linesOfQuery(parameters.get('query') ?? '');
  const selected = linesOfQuery(parameters.get('selectedQuery') ?? '');
  const counts =
    ground === undefined || selected === undefined
      ? undefined
      : await dependencies.difference.logDifference(
          { ...range, ground, selection, selected, unitsMax: linesMax },
          signal,
        );
  if (counts === undefined)
    throw new Failure(
      'unsupported',
      'what differs is counted for queries of labels, fields and line filters; this one computes labels from the lines',
    );
  return encode(counts, selection, printLogqlCondition, []);
}

function encode(
  counts: DifferenceCounts,
  selection: Selection,
  printCondition: (count: ValueCount) => string,
  warnings: readonly string[],
): ExploreDifference {
  const { selected, rest, aside, lookedAt, uniqueKeys } = counts;
  const isSampled = lookedAt.selected < selected || lookedAt.rest < rest;
  const ranked = rankValues(counts, { ofErrors: selection.errors });
  const differenceMs = counts.ownTimes.reduce(
    (sum, { selectedMs, restMs }) => sum + Math.max(0, selectedMs - restMs),
    0,
  );
  return {
    selected,
    rest,
    aside,
    sampled: isSampled ? lookedAt : null,
    sameRoots: counts.sameRoots === true,
    attributes: ranked.map((one) => ({
      key: one.key,
      value: one.value,
      scope: one.scope,
      selectedCount: one.selected,
      restCount: one.rest,
      selectedShare: one.selectedShare,
      restShare: one.restShare,
      condition: printCondition(one),
      symptom: one.isSymptom,
      alike: one.alike.map((other) => ({
        key: other.key,
        value: other.value,
        scope: other.scope,
        condition: printCondition(other),
      })),
    })),
    ownTimes: counts.ownTimes
      .filter(
        ({ selectedMs, restMs }) =>
          differenceMs > 0 && (selectedMs - restMs) / differenceMs >= ownTimeShareMin,
      )
      .slice(0, ownTimesShown),
    skippedKeys: uniqueKeys,
    warnings,
  };
}
