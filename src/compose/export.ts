// `clew export logs 'LOGQL'`: every line of a query from the running Clew, through its HTTP API, into a file or to standard
// output. A file is whole or not there: lines go beside it first.

import { createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { resolve } from 'node:path';
import { Readable, Transform, type Writable } from 'node:stream';
import type { ReadableStream as NodeReadableStream } from 'node:stream/web';
import { pipeline } from 'node:stream/promises';
import type { Clock } from '../base/clock.ts';
import { asFailure, Failure } from '../base/errors.ts';
import { ExportedRows, type ExportFormat } from '../base/exported-rows.ts';
import type { Arguments } from '../cli/arguments.ts';
import { printQueryFailure } from '../cli/query/failure-text.ts';
import { readRunning } from '../cli/running.ts';
import { loadSettings } from './configuration.ts';
import { periodOf } from './query/times.ts';
import { understandQuery } from './query/understand.ts';

export interface ExportHost {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly folder: string;
  readonly clock: Clock;
  readonly standardOutput: Writable;
  readonly tell: (message: string) => void;
}

const usage = `clew export logs 'LOGQL' [--from TIME] [--to TIME] [--format ndjson|csv] [--output FILE]`;

function readFormat(text: string | undefined): ExportFormat {
  if (text === undefined || text === 'ndjson') return 'ndjson';
  if (text === 'csv') return text;
  throw new Failure('config', `--format: expected ndjson or csv, got ${JSON.stringify(text)}`);
}

/** What the screen's API says when it refuses. */
async function refusalOf(response: Response): Promise<Failure> {
  const text = await response.text();
  try {
    const { error } = JSON.parse(text) as {
      readonly error?: {
        readonly message?: string;
        readonly position?: { readonly start: number; readonly end: number };
      };
    };
    if (error?.message !== undefined)
      return new Failure(
        'execution',
        error.message,
        error.position === undefined ? {} : { position: error.position },
      );
  } catch {
    // Not of this API: the text itself is all there is.
  }
  return new Failure('unavailable', `the answer was ${response.status}: ${text.slice(0, 200)}`);
}

async function ask(url: string, parameters: URLSearchParams): Promise<Response> {
  const target = new URL('/api/explore/logs/export', url);
  target.search = parameters.toString();
  try {
    return await fetch(target);
  } catch (error) {
    const message = `no Clew answers at ${JSON.stringify(url)}`;
    throw new Failure('unavailable', message, { cause: error });
  }
}

function counting(rows: ExportedRows): Transform {
  return new Transform({
    transform: (chunk: Uint8Array, _, done) => {
      rows.add(chunk);
      done(null, chunk);
    },
  });
}

/** The number of rows that were written. */
async function write(
  body: Readable,
  rows: ExportedRows,
  path: string | undefined,
  standardOutput: Writable,
): Promise<void> {
  if (path === undefined) {
    await pipeline(body, counting(rows), standardOutput, { end: false });
    return;
  }
  const partial = `${path}.part`;
  try {
    await pipeline(body, counting(rows), createWriteStream(partial));
    await rename(partial, path);
  } catch (error) {
    await rm(partial, { force: true });
    throw error;
  }
}

/** The exit code. */
export async function exportSignal(args: Arguments, host: ExportHost): Promise<number> {
  const [signal, query, ...more] = args.rest;
  if (signal !== 'logs' || query === undefined || more.length > 0) {
    host.tell(`usage: ${usage}`);
    return 1;
  }
  const format = readFormat(args.export.format);
  try {
    if (understandQuery('logql', query).shape !== 'lines')
      throw new Failure('unsupported', 'the query computes numbers; an export is of lines');
  } catch (error) {
    host.tell(`clew export: ${printQueryFailure(query, asFailure(error))}`);
    return 1;
  }
  const { startNs, endNs } = periodOf({
    flags: { ...args.query, at: undefined, step: undefined },
    shape: 'lines',
    nowNs: host.clock.nowNs(),
    extent: undefined,
  });
  const url = args.run.url ?? readRunning(loadSettings(args.flags, host.env, host.folder).data).url;
  const parameters = new URLSearchParams({
    query,
    start: String(startNs),
    end: String(endNs),
    direction: 'forward',
    format,
  });
  const response = await ask(url, parameters);
  if (!response.ok || response.body === null) {
    host.tell(`clew export: ${printQueryFailure(query, await refusalOf(response))}`);
    return 1;
  }
  const rows = new ExportedRows(format);
  const { output } = args.export;
  const path = output === undefined ? undefined : resolve(host.folder, output);
  try {
    // One type with two declarations: the browser's and Node.js's own.
    const body = Readable.fromWeb(response.body as unknown as NodeReadableStream);
    await write(body, rows, path, host.standardOutput);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    const fate = path === undefined ? 'What was written is not all.' : 'Nothing was kept.';
    host.tell(`clew export: it broke off after ${rows.count} lines: ${reason}. ${fate}`);
    return 1;
  }
  host.tell(`${rows.count} lines${output === undefined ? '' : ` are in ${output}`}`);
  return 0;
}
