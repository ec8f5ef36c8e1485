// The whole result of a log query as a stream: page by page from storage, each only when the client has taken the last,
// without an end but the result's. A client that goes away stops the SQL.

import { Failure } from '../../base/errors.ts';
import type { LogCursor } from '../../query/sources.ts';
import { withDeadline } from '../http/deadline.ts';
import { readDirection, readRange } from '../loki/time-parameters.ts';
import type { ExploreDependencies } from './dependencies.ts';
import { csvHead, csvRows, jsonRows, type RowPrinter } from './export-rows.ts';
import { parseLogLines, readFitting, readLogQuery } from './log-query.ts';
import { cursorOf, type FoundLine, inOrder } from './logs.ts';

/** Lines of a page: few where they are long, so that a page is some megabytes. */
const pageLinesFirst = 1000;
const pageLinesMax = 5000;
/** Storage reads about as many at least: with fewer a page, lines of a megabyte would be read again and again. */
const pageLinesMin = 50;
const pageCharactersWanted = 4_000_000;
/** What is sent at a time: small enough that the rows of a page do not gather before they are encoded. */
const pieceCharacters = 256 * 1024;
const columnsMax = 200;

type Format = 'ndjson' | 'csv';

const types: Readonly<Record<Format, string>> = {
  ndjson: 'application/x-ndjson',
  csv: 'text/csv; charset=utf-8',
};

interface Page {
  readonly lines: readonly FoundLine[];
  /** Undefined: it is the last page. */
  readonly next: LogCursor | undefined;
}

function readFormat(parameters: URLSearchParams): Format {
  const format = parameters.get('format') ?? 'ndjson';
  if (format === 'ndjson' || format === 'csv') return format;
  throw new Failure(
    'invalid-data',
    `invalid format ${JSON.stringify(format.slice(0, 40))}: expected ndjson or csv`,
  );
}

/** The first page is read before anything is answered, so that a wrong query is an error like any other. */
export async function exportLogs(
  parameters: URLSearchParams,
  tenants: readonly string[],
  dependencies: Pick<ExploreDependencies, 'logql' | 'clock' | 'limits'>,
  clientSignal: AbortSignal,
): Promise<Response> {
  const { logql, clock, limits } = dependencies;
  const query = readLogQuery(parameters);
  parseLogLines(query);
  const format = readFormat(parameters);
  const range = readRange(parameters, clock.nowNs());
  const direction = readDirection(parameters);
  const columns = (parameters.get('columns') ?? '').split(',').filter((name) => name !== '');
  if (columns.length > columnsMax) {
    throw new Failure('limit', `more than ${columnsMax} columns asked for`);
  }
  const gone = new AbortController();
  const signal = AbortSignal.any([clientSignal, gone.signal]);
  const readLines = async (after: LogCursor | undefined, limit: number): Promise<Page> => {
    const { data } = await withDeadline(signal, limits.queryTimeoutMs, (bounded) =>
      logql.query(
        {
          query,
          tenants,
          kind: 'range',
          ...range,
          stepNs: 1_000_000_000n,
          intervalNs: 0n,
          limit,
          direction,
          after,
        },
        bounded,
      ),
    );
    const lines = data.kind === 'streams' ? inOrder(data.streams, direction) : [];
    const last = lines.at(-1);
    return {
      lines,
      next: last === undefined || lines.length < limit ? undefined : cursorOf(last),
    };
  };
  const read = (after: LogCursor | undefined, limit: number): Promise<Page> =>
    readFitting(limit, (fitting) => readLines(after, fitting));
  const first = await read(undefined, pageLinesFirst);
  const texts = printPages(first, read, {
    head: format === 'csv' ? `${csvHead(columns)}\n` : '',
    print: format === 'csv' ? csvRows(columns) : jsonRows(),
  });
  const name = `logs-${new Date(Number(range.startNs / 1_000_000n)).toISOString().replaceAll(':', '')}.${format}`;
  return new Response(streamOf(texts, gone), {
    headers: {
      'content-type': types[format],
      'content-disposition': `attachment; filename="${name}"`,
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
    },
  });
}

function nextLimit(lines: number, characters: number): number {
  if (lines === 0) return pageLinesFirst;
  const fitting = Math.floor(pageCharactersWanted / Math.max(1, characters / lines));
  return Math.min(pageLinesMax, Math.max(pageLinesMin, fitting));
}

/** While a page is printed storage looks for the next one. */
async function* printPages(
  first: Page,
  read: (after: LogCursor | undefined, limit: number) => Promise<Page>,
  { head, print }: { readonly head: string; readonly print: RowPrinter },
): AsyncGenerator<string> {
  let text = head;
  let limit: number | undefined;
  let page = first;
  for (;;) {
    const { lines, next } = page;
    // How long lines are is known of the page before; of the first one, when it is printed.
    const reading = next === undefined || limit === undefined ? undefined : read(next, limit);
    // Its failure is met when it is awaited.
    reading?.catch(() => undefined);
    let characters = 0;
    for (const line of lines) {
      const row = print(line);
      characters += row.length;
      text += `${row}\n`;
      if (text.length < pieceCharacters) continue;
      yield text;
      text = '';
    }
    if (next === undefined) break;
    limit = nextLimit(lines.length, characters);
    page = await (reading ?? read(next, limit));
  }
  if (text !== '') yield text;
}

function streamOf(
  texts: AsyncGenerator<string>,
  gone: AbortController,
): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  return new ReadableStream<Uint8Array>(
    {
      pull: async (controller) => {
        const { done, value } = await texts.next();
        if (done === true) controller.close();
        else controller.enqueue(encoder.encode(value));
      },
      cancel: () => gone.abort(),
    },
    // One page ahead, no more.
    { highWaterMark: 1 },
  );
}
