// The whole result of a log query as a stream: page by page from storage, each only when the client has taken the last,
// without an end but the result's. A client that goes away stops the SQL.

import { labelsToRecord, labelValue, type Labels } from '../../model/labels.ts';
import { Failure } from '../../base/errors.ts';
import type { LogCursor } from '../../query/sources.ts';
import { withDeadline } from '../http/deadline.ts';
import { readDirection, readRange } from '../loki/time-parameters.ts';
import type { ExploreDependencies } from './dependencies.ts';
import { parseLogLines, readLogQuery } from './log-query.ts';
import { cursorOf, type FoundLine, inOrder } from './logs.ts';

/** Lines of a page: few where they are long, so that a page is some megabytes. */
const pageLinesFirst = 1000;
const pageLinesMax = 5000;
const pageCharactersWanted = 4_000_000;
const columnsMax = 200;

type Format = 'ndjson' | 'csv';

const types: Readonly<Record<Format, string>> = {
  ndjson: 'application/x-ndjson',
  csv: 'text/csv; charset=utf-8',
};

interface Page {
  readonly text: string;
  readonly next: LogCursor | undefined;
  readonly limit: number;
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
  const print = format === 'csv' ? csvRow(columns) : jsonRow;
  const gone = new AbortController();
  const signal = AbortSignal.any([clientSignal, gone.signal]);
  const read = async (after: LogCursor | undefined, limit: number): Promise<Page> => {
    const result = await withDeadline(signal, limits.queryTimeoutMs, (bounded) =>
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
    const found = result.data.kind === 'streams' ? inOrder(result.data.streams, direction) : [];
    const text = found.map((one) => `${print(one)}\n`).join('');
    const last = found.at(-1);
    return {
      text,
      next: last === undefined || found.length < limit ? undefined : cursorOf(last),
      limit: nextLimit(found.length, text.length),
    };
  };
  const head = format === 'csv' ? `${csvHead(columns)}\n` : '';
  const first = await read(undefined, pageLinesFirst);
  const name = `logs-${new Date(Number(range.startNs / 1_000_000n)).toISOString().replaceAll(':', '')}.${format}`;
  return new Response(pagesOf({ ...first, text: head + first.text }, read, gone), {
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
  return Math.min(pageLinesMax, Math.max(1, fitting));
}

function pagesOf(
  first: Page,
  read: (after: LogCursor | undefined, limit: number) => Promise<Page>,
  gone: AbortController,
): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  let page: Page | undefined = first;
  return new ReadableStream<Uint8Array>(
    {
      pull: async (controller) => {
        if (page === undefined) {
          controller.close();
          return;
        }
        if (page.text !== '') controller.enqueue(encoder.encode(page.text));
        const { next, limit }: Page = page;
        page = next === undefined ? undefined : await read(next, limit);
        if (page === undefined) controller.close();
      },
      cancel: () => gone.abort(),
    },
    // One page ahead, no more.
    { highWaterMark: 1 },
  );
}

function timeText(timeNs: bigint): string {
  const seconds = new Date(Number(timeNs / 1_000_000n)).toISOString().slice(0, 19);
  return `${seconds}.${(timeNs % 1_000_000_000n).toString().padStart(9, '0')}Z`;
}

function jsonRow({ entry, labels }: FoundLine): string {
  return JSON.stringify({
    time: timeText(entry.timeNs),
    labels: labelsToRecord(labels),
    metadata: labelsToRecord(entry.structuredMetadata),
    ...(entry.parsed.length === 0 ? {} : { parsed: labelsToRecord(entry.parsed) }),
    line: entry.line,
  });
}

const fixedColumns = ['time', 'level', 'service'];

function csvHead(columns: readonly string[]): string {
  const named = columns.length === 0 ? ['trace_id', 'fields'] : columns;
  return [...fixedColumns, ...named, 'line'].map(csvCell).join(',');
}

/** With columns these alone; without any, everything that the line has in one cell of JSON. */
function csvRow(columns: readonly string[]): (line: FoundLine) => string {
  return ({ entry, labels }) => {
    const { structuredMetadata, parsed } = entry;
    const find = (name: string): string =>
      labelValue(parsed, name) || labelValue(structuredMetadata, name) || labelValue(labels, name);
    const all = (): Labels => [...labels, ...structuredMetadata, ...parsed];
    const named =
      columns.length === 0
        ? [find('trace_id'), JSON.stringify(labelsToRecord(all()))]
        : columns.map(find);
    return [
      timeText(entry.timeNs),
      find('detected_level'),
      find('service_name'),
      ...named,
      entry.line,
    ]
      .map(csvCell)
      .join(',');
  };
}

/** RFC 4180. */
function csvCell(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
