// Lines by their shape: ClickHouse puts a gap in the place of every word with a digit and counts what is then the same,
// so that of a million lines some hundreds of shapes come out. The miner makes patterns of these.

import {
  gapWord,
  type LineShape,
  shapeCharactersMax,
  type ShapeSurvey,
} from '../../query/log-survey-source.ts';
import type { LogSelection } from '../../query/sources.ts';
import { sql } from '../sql/sql.ts';
import { sampleOf, selectedLines, type SurveySettings } from './selected-lines.ts';

/** Shapes that leave ClickHouse, the commonest first. */
const shapesMax = 10_000;

interface ShapeRow {
  readonly shape: string;
  readonly service_text: string;
  readonly level_text: string;
  readonly lines: string;
  readonly example: string;
  readonly first_ns: string;
  readonly last_ns: string;
}

export async function surveyShapes(
  settings: SurveySettings,
  selection: LogSelection,
  signal: AbortSignal,
): Promise<ShapeSurvey | undefined> {
  const selected = await selectedLines(settings, selection, signal);
  if (selected === undefined) return undefined;
  if (selected === 'empty') return { lines: 0, shapes: [], sampled: null };
  const { database } = settings;
  const { where } = selected;
  const [counted] = await database.rows<{ lines: string }>(
    sql`SELECT count() AS lines FROM logs WHERE ${where}`,
    { signal },
  );
  const lines = Number(counted?.lines ?? 0);
  const sample = sampleOf(lines);
  const rows = await database.rows<ShapeRow>(
    sql`SELECT concat(replaceRegexpAll(first_line, ${gapWord}, '<_>'), if(is_whole, '', '<_>')) AS shape,
        toString(service) AS service_text, toString(level) AS level_text, count() AS lines, any(first_line) AS example,
        min(toUnixTimestamp64Nano(ts)) AS first_ns, max(toUnixTimestamp64Nano(ts)) AS last_ns
      FROM (SELECT ts, service, level, substringUTF8(body, 1, ${shapeCharactersMax}) AS head,
          position(head, '\n') AS line_end, if(line_end > 0, substring(head, 1, line_end - 1), head) AS first_line,
          length(first_line) = length(body) AS is_whole
        FROM logs WHERE ${where} AND ${sample.condition})
      GROUP BY shape, service_text, level_text ORDER BY lines DESC, shape LIMIT ${shapesMax}`,
    { signal },
  );
  return {
    lines,
    shapes: rows.map((row): LineShape => ({
      shape: row.shape,
      service: row.service_text,
      level: row.level_text,
      lines: Number(row.lines) * sample.scale,
      example: row.example,
      firstNs: BigInt(row.first_ns),
      lastNs: BigInt(row.last_ns),
    })),
    sampled: sample.describe(Math.round(lines / sample.scale)),
  };
}
