// What the surveys share: the selection as one exact condition, and a sample of its rows when they are many.

import type { LogSelection } from '../../query/sources.ts';
import type { Sample } from '../../query/log-survey-source.ts';
import { timeCondition } from '../attributes/read-blocks.ts';
import type { SenderCatalog } from '../attributes/sender-catalog.ts';
import type { Database } from '../database.ts';
import { planCount } from '../logs/count-logs.ts';
import { type Sql, sql } from '../sql/sql.ts';

export interface SurveySettings {
  readonly database: Database;
  readonly catalog: SenderCatalog;
}

/** Up to so many rows are all looked at; of more, a sample of about `sampleRows`. */
export const surveyedRowsMax: number = 400_000;
const sampleRows = 200_000;

/** The rows of a selection, without any that another tenant or time has; undefined when SQL cannot say it exactly. */
export async function selectedLines(
  { database }: SurveySettings,
  selection: LogSelection,
  signal: AbortSignal,
): Promise<{ readonly tenants: readonly string[]; readonly where: Sql } | 'empty' | undefined> {
  const request = { ...selection, groupBy: [], stepNs: undefined, measure: 'lines' } as const;
  const plan = await planCount(database, request, signal);
  if (plan === undefined || plan === 'empty') return plan;
  const time = timeCondition(selection.startNs, selection.endNs);
  return { tenants: plan.tenants, where: sql`${plan.condition} AND ${time}` };
}

export interface SampleOf {
  /** To be added to the condition. */
  readonly condition: Sql;
  /** One row stands for so many. */
  readonly scale: number;
  /** What to say of it, once it is known how many rows were in it. */
  readonly describe: (looked: number) => Sample | null;
}

/** Every row has the same chance, and the same rows are chosen each time. */
export function sampleOf(lines: number): SampleOf {
  if (lines <= surveyedRowsMax) return { condition: sql`1`, scale: 1, describe: () => null };
  const scale = Math.ceil(lines / sampleRows);
  return {
    condition: sql`intHash64(seq) % ${scale} = 0`,
    scale,
    describe: (looked) => ({ looked, of: lines }),
  };
}
