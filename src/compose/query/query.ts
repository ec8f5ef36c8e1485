// `clew query LANGUAGE 'QUERY'`: asks the running Clew, or files with engines in memory, and prints the answer.

import type { Clock } from '../../base/clock.ts';
import { asFailure, Failure } from '../../base/errors.ts';
import type { Arguments } from '../../cli/arguments.ts';
import { printAnswer } from '../../cli/query/answer-text.ts';
import { printQueryFailure } from '../../cli/query/failure-text.ts';
import {
  type ApiAnswer,
  apiRequestOf,
  type Ask,
  askServer,
  type QueryLanguage,
  queryLanguages,
  type QueryShape,
} from '../../cli/query/request.ts';
import { readRunning } from '../../cli/running.ts';
import { printNotes } from '../../query/language/notes.ts';
import { loadSettings } from '../configuration.ts';
import { openFileApi } from './file-apis.ts';
import { readTextFiles, type TimeExtent } from './files.ts';
import { periodOf } from './times.ts';
import { type UnderstoodQuery, understandQuery } from './understand.ts';

export interface QueryHost {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly folder: string;
  readonly clock: Clock;
  readonly print: (text: string) => void;
  readonly tell: (message: string) => void;
}

const usage = `clew query logql|promql|traceql 'QUERY' [--explain] [--at TIME | --from TIME --to TIME --step DURATION] [--limit N] [--json]`;

type Signal = 'logs' | 'metrics' | 'traces';

/** The files that a language needs, and the others that it may ask about. */
const signals: Readonly<Record<QueryLanguage, { own: Signal; others: readonly Signal[] }>> = {
  logql: { own: 'logs', others: ['traces'] },
  promql: { own: 'metrics', others: [] },
  traceql: { own: 'traces', others: ['logs'] },
};

/** Entries that Loki's and Tempo's APIs give when no limit is asked for. */
const limitDefaults: Readonly<Partial<Record<QueryShape, number>>> = { lines: 100, traces: 20 };

function isLanguage(text: string | undefined): text is QueryLanguage {
  return (queryLanguages as readonly string[]).includes(text ?? '');
}

function readLimit(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw new Failure(
    'config',
    `--limit: expected a whole number above zero, got ${JSON.stringify(text)}`,
  );
}

/** Whether files are asked; those that the language has no use for are a mistake, not to be passed over. */
function asksFiles(language: QueryLanguage, { query }: Arguments): boolean {
  const { own, others } = signals[language];
  for (const signal of ['logs', 'metrics', 'traces'] as const) {
    if (query[signal].length === 0 || signal === own) continue;
    if (!others.includes(signal))
      throw new Failure('config', `--${signal}: ${language} asks ${own}, which --${own} gives`);
    if (query[own].length === 0)
      throw new Failure('config', `--${signal} goes with --${own}, which ${language} asks`);
  }
  return query[own].length > 0;
}

interface Target {
  readonly ask: Ask;
  readonly extent: TimeExtent | undefined;
}

function openTarget(
  language: QueryLanguage,
  args: Arguments,
  { env, folder, clock }: QueryHost,
): Target {
  if (asksFiles(language, args)) {
    const { logs, metrics, traces } = args.query;
    const files = {
      logs: readTextFiles(folder, logs),
      metrics: readTextFiles(folder, metrics),
      traces: readTextFiles(folder, traces),
    };
    return openFileApi(language, files, clock);
  }
  const url = args.run.url ?? readRunning(loadSettings(args.flags, env, folder).data).url;
  return { ask: askServer(url), extent: undefined };
}

/** What an API says when it refuses. */
function refusalOf({ status, body }: ApiAnswer): Failure {
  let message = body.trim();
  try {
    const { error } = JSON.parse(body) as { readonly error?: unknown };
    if (typeof error === 'string') message = error;
  } catch {
    // Loki and Tempo answer plain text.
  }
  const code = status === 404 ? 'not-found' : status >= 500 ? 'unavailable' : 'execution';
  return new Failure(code, message === '' ? `the answer was ${status} without a reason` : message);
}

/** The exit code. */
export async function query(args: Arguments, host: QueryHost): Promise<number> {
  const [language, text, ...more] = args.rest;
  if (!isLanguage(language) || text === undefined || more.length > 0) {
    host.tell(`usage: ${usage}`);
    return 1;
  }
  const limit = readLimit(args.query.limit);
  let understood: UnderstoodQuery;
  try {
    understood = understandQuery(language, text);
  } catch (error) {
    host.tell(`clew query: ${printQueryFailure(text, asFailure(error))}`);
    return 1;
  }
  const { shape } = understood;
  const period = (extent: TimeExtent | undefined): ReturnType<typeof periodOf> =>
    periodOf({ flags: args.query, shape, nowNs: host.clock.nowNs(), extent });
  if (args.query.explain && !asksFiles(language, args)) {
    host.print(understood.explain(period(undefined)) + printNotes(understood.notes));
    return 0;
  }
  const target = openTarget(language, args, host);
  const asked = period(target.extent);
  if (args.query.explain) {
    host.print(understood.explain(asked) + printNotes(understood.notes));
    return 0;
  }
  const answer = await target.ask(
    apiRequestOf({ query: text, shape, period: asked, limit, categorize: !args.query.json }),
  );
  if (answer.status !== 200) {
    host.tell(`clew query: ${printQueryFailure(text, refusalOf(answer))}`);
    return 1;
  }
  if (args.query.json) {
    host.print(`${answer.body.trimEnd()}\n`);
    return 0;
  }
  const { text: table, items, remarks } = printAnswer(answer.body);
  host.print(table);
  for (const remark of remarks) host.tell(remark);
  if (items === 0) for (const { message } of understood.notes) host.tell(`note: ${message}`);
  if (items === (limit ?? limitDefaults[shape]))
    host.tell(`${items} ${shape}, the limit: there may be more, --limit N asks for them`);
  return 0;
}
