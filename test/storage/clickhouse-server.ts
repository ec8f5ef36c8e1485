// A small server that answers as much of ClickHouse's HTTP interface as the remote driver uses, from an embedded
// ClickHouse: so that the driver's suite runs where no server is at hand. Failures come as a server sends them: with
// status 500 and the exception's code while nothing was sent, else within the body.

import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Failure } from '../../src/base/errors.ts';
import { silentLogger } from '../../src/runtime/logger.ts';
import { EmbeddedDatabase } from '../../src/storage/drivers/embedded/embedded-database.ts';
import type { EngineLimits } from '../../src/storage/drivers/embedded/engine-settings.ts';
import type { Sql } from '../../src/storage/sql/sql.ts';

const tag = 'abcdefghijklmnop';
/** Parameters of the URL that are not ClickHouse settings. */
const plainParameters = new Set(['query', 'query_id', 'database', 'default_format', 'session_id']);

export interface ClickHouseServer {
  readonly url: string;
  close(): Promise<void>;
}

async function readBody(request: IncomingMessage): Promise<Buffer> {
  const pieces: Buffer[] = [];
  for await (const piece of request) pieces.push(piece as Buffer);
  return Buffer.concat(pieces);
}

/** Settles too when the client has gone. */
function drained(response: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const settle = (): void => {
      response.off('drain', settle);
      response.off('close', settle);
      resolve();
    };
    response.on('drain', settle);
    response.on('close', settle);
  });
}

function exceptionText(thrown: unknown): string {
  if (thrown instanceof Failure && thrown.cause instanceof Error) return thrown.cause.message;
  if (thrown instanceof Failure && thrown.code === 'canceled')
    return 'Code: 394. DB::Exception: Query was cancelled. (QUERY_WAS_CANCELLED)';
  if (thrown instanceof Failure && thrown.code === 'timeout')
    return 'Code: 159. DB::Exception: Timeout exceeded. (TIMEOUT_EXCEEDED)';
  return `Code: 1001. DB::Exception: ${String(thrown)} (STD_EXCEPTION)`;
}

export async function startClickHouseServer(limits: EngineLimits): Promise<ClickHouseServer> {
  const folder = mkdtempSync(join(tmpdir(), 'clew-server-'));
  const database = await EmbeddedDatabase.open({ folder, logger: silentLogger, limits });
  const running = new Map<string, AbortController>();

  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://server');
    const body = await readBody(request);
    if (pathname === '/ping') {
      response.end('Ok.\n');
      return;
    }
    const inUrl = searchParams.get('query');
    const query = inUrl ?? body.toString();
    const text: Sql = { kind: 'text', text: query };
    response.setHeader('X-ClickHouse-Exception-Tag', tag);
    const killed = /^KILL QUERY WHERE query_id = '([^']*)'/.exec(query)?.[1];
    if (killed !== undefined) {
      running.get(killed)?.abort();
      response.end();
      return;
    }
    const insert = /^INSERT INTO `(\w+)` \(([^)]*)\) FORMAT Native$/.exec(query);
    if (insert?.[1] !== undefined) {
      const columns = (insert[2] ?? '').split(', ').map((column) => column.replaceAll('`', ''));
      await database.insert(insert[1], columns, body);
      response.end();
      return;
    }
    if (!/^\s*(?:SELECT|WITH)\b/i.test(query)) {
      await database.execute(text);
      response.end();
      return;
    }
    const settings: Record<string, string | number> = {};
    for (const [name, value] of searchParams)
      if (!plainParameters.has(name) && name !== 'max_execution_time')
        settings[name] = /^\d+$/.test(value) ? Number(value) : value;
    const controller = new AbortController();
    const id = searchParams.get('query_id') ?? '';
    running.set(id, controller);
    try {
      const options = {
        signal: controller.signal,
        settings,
        timeoutMs: Number(searchParams.get('max_execution_time') ?? 60) * 1000,
      };
      if (searchParams.get('default_format') === 'Native') {
        for await (const chunk of database.blocks(text, options)) {
          // In two pieces: a client must not rely on where they are cut.
          const half = Math.floor(chunk.length / 2);
          response.write(chunk.subarray(0, half));
          if (!response.write(chunk.subarray(half))) await drained(response);
          if (response.destroyed) break;
        }
      } else {
        for (const row of await database.rows(text, options))
          response.write(`${JSON.stringify(row)}\n`);
      }
    } finally {
      running.delete(id);
    }
    response.end();
  };

  const server = createServer((request, response) => {
    serve(request, response).catch((thrown: unknown) => {
      const message = exceptionText(thrown);
      if (response.headersSent) {
        const length = Buffer.byteLength(`${message}\n`);
        response.end(
          `\r\n__exception__\r\n${tag}\r\n${message}\n${length} ${tag}\r\n__exception__\r\n`,
        );
        return;
      }
      response.statusCode = 500;
      response.setHeader('X-ClickHouse-Exception-Code', /Code: (\d+)/.exec(message)?.[1] ?? '0');
      response.end(message);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await database.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
