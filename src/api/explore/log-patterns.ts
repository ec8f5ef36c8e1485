// Groups of similar lines in the range of a query, beside the window of equal length before it.

import { countShapes, type ShapedLine } from '../../query/logql/patterns/line-shape.ts';
import { type MinedPattern, PatternMiner } from '../../query/logql/patterns/pattern-miner.ts';
import type { ShapeSurvey } from '../../query/log-survey-source.ts';
import { compareUtf8, labelValue } from '../../model/labels.ts';
import type { TenantRange } from '../../query/sources.ts';
import { wholeNumber } from '../http/parameters.ts';
import { readRange } from '../loki/time-parameters.ts';
import type { ExplorePattern, ExplorePatterns } from './contract/log-survey.ts';
import type { ExploreDependencies } from './dependencies.ts';
import {
  exactSelection,
  type LogQueryParts,
  parseLogLines,
  readLogQuery,
  readNewestLines,
} from './log-query.ts';

/** Lines that are read of each window when the query needs the engine. */
const engineLines = 5000;
const servicesShown = 3;

type Shapes = ShapeSurvey & { readonly isCut: boolean };

export async function readPatterns(
  parameters: URLSearchParams,
  tenants: readonly string[],
  dependencies: ExploreDependencies,
  signal: AbortSignal,
): Promise<ExplorePatterns> {
  const { startNs, endNs } = readRange(parameters, dependencies.clock.nowNs());
  const limit = wholeNumber(parameters, 'limit', 200, { min: 1, max: 1000 });
  const query = readLogQuery(parameters);
  const parts = parseLogLines(query);
  const range = { tenants, startNs, endNs };
  const before = { tenants, startNs: startNs - (endNs - startNs), endNs: startNs };
  const survey = (of: TenantRange): Promise<Shapes> =>
    surveyWindow(query, parts, of, dependencies, signal);
  const [current, earlier] = await Promise.all([survey(range), survey(before)]);
  const miner = new PatternMiner(2);
  for (const shape of current.shapes) miner.add(shape, 0);
  for (const shape of earlier.shapes) miner.add(shape, 1);
  const mined = miner.patterns();
  const patterns = mined
    .map((one) => encodePattern(one, current.lines, earlier.lines))
    .toSorted(
      (a, b) =>
        b.lines - a.lines ||
        b.linesBefore - a.linesBefore ||
        // In the same order each time they are asked for.
        compareUtf8(a.pattern, b.pattern),
    )
    .filter((one, at) => at < limit || one.change === 'vanished')
    .slice(0, 2 * limit);
  const placed = patterns.reduce((sum, { lines }) => sum + lines, 0);
  const { sampled, isCut } = current;
  return {
    lines: current.lines,
    linesBefore: earlier.lines,
    patterns,
    others: Math.max(0, current.lines - placed),
    sampled: sampled ?? (isCut ? { looked: current.lines, of: null } : null),
  };
}

function encodePattern(mined: MinedPattern, lines: number, linesBefore: number): ExplorePattern {
  const [now = 0, then = 0] = mined.lines;
  const byLines = (counts: ReadonlyMap<string, number>): [string, number][] =>
    [...counts].toSorted((a, b) => b[1] - a[1]);
  return {
    pattern: mined.pattern,
    lines: now,
    linesBefore: then,
    share: lines === 0 ? 0 : now / lines,
    // With nothing to compare with, everything would be new.
    change: now === 0 ? 'vanished' : then === 0 && linesBefore > 0 ? 'new' : 'stays',
    levels: byLines(mined.levels).map(([level, of]) => ({ level: level || 'unknown', lines: of })),
    services: byLines(mined.services)
      .slice(0, servicesShown)
      .map(([service, of]) => ({ service, lines: of })),
    example: mined.example,
    firstNs: mined.lastNs === 0n ? null : mined.firstNs.toString(),
    lastNs: mined.lastNs === 0n ? null : mined.lastNs.toString(),
  };
}

async function surveyWindow(
  query: string,
  parts: LogQueryParts,
  range: TenantRange,
  { logql, logSurvey }: ExploreDependencies,
  signal: AbortSignal,
): Promise<Shapes> {
  const selection = exactSelection(parts, range);
  const survey =
    selection === undefined ? undefined : await logSurvey.surveyShapes(selection, signal);
  if (survey !== undefined) return { ...survey, isCut: false };
  const { streams } = await readNewestLines(logql, query, range, engineLines, signal);
  const lines = streams.flatMap(({ labels, entries }) =>
    entries.map(({ timeNs, line, structuredMetadata }): ShapedLine => ({
      timeNs,
      text: line,
      service: labelValue(labels, 'service_name'),
      level: labelValue(structuredMetadata, 'detected_level'),
    })),
  );
  return {
    lines: lines.length,
    shapes: countShapes(lines),
    sampled: null,
    isCut: lines.length >= engineLines,
  };
}
