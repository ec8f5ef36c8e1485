// The sender of the benches, a process of its own: `tsx send.ts '{…}'` posts generated OTLP requests over several
// connections, one request at a time on each, and prints what came of it as JSON. Raw sockets, for an HTTP client would
// cost as much as the server that is measured.

import { createConnection, type Socket } from 'node:net';
import { RequestTemplate, type SentSignal } from './request-template.ts';
import { quantile, rounded } from './report.ts';

export interface SendOptions {
  readonly signal: SentSignal;
  readonly port: number;
  readonly rowsPerRequest: number;
  readonly connections: number;
  /** Stops after so many seconds or so many rows, whichever is first. */
  readonly seconds: number;
  readonly rowsMax?: number | undefined;
  /** Rows a second; undefined: as fast as answers come. */
  readonly rowsPerSecond?: number | undefined;
  /** Number of the first row. */
  readonly first?: number | undefined;
  /** Rows lie evenly between these times (milliseconds since the epoch) instead of in the present. */
  readonly fromMs?: number | undefined;
  readonly toMs?: number | undefined;
}

export interface SendResult {
  readonly rows: number;
  readonly requests: number;
  readonly bytes: number;
  /** Answers that were no 200, by status; those rows are not counted. */
  readonly refused: Readonly<Record<string, number>>;
  readonly seconds: number;
  readonly cpuSeconds: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly maxMs: number;
}

const templatesPerConnection = 3;

class Connection {
  readonly #socket: Socket;
  readonly #path: string;
  #received: Buffer = Buffer.alloc(0);
  #answer: ((status: number) => void) | undefined;
  #broken: Error | undefined;

  constructor(socket: Socket, path: string) {
    this.#socket = socket;
    this.#path = path;
    socket.setNoDelay(true);
    socket.on('data', (chunk: Buffer) => this.#receive(chunk));
    socket.on('error', (error) => (this.#broken = error));
    socket.on('close', () => {
      this.#broken ??= new Error('the connection was closed');
      this.#answer?.(0);
    });
  }

  post(body: Uint8Array): Promise<number> {
    if (this.#broken !== undefined) throw this.#broken;
    this.#socket.cork();
    this.#socket.write(
      `POST ${this.#path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-protobuf\r\nContent-Length: ${body.length}\r\n\r\n`,
    );
    this.#socket.write(body);
    this.#socket.uncork();
    return new Promise((resolve) => {
      this.#answer = resolve;
    });
  }

  end(): void {
    this.#socket.destroy();
  }

  #receive(chunk: Buffer): void {
    this.#received = this.#received.length === 0 ? chunk : Buffer.concat([this.#received, chunk]);
    const headEnd = this.#received.indexOf('\r\n\r\n');
    if (headEnd < 0) return;
    const head = this.#received.toString('latin1', 0, headEnd);
    const length = Number(/^content-length: (\d+)/im.exec(head)?.[1] ?? 0);
    if (this.#received.length < headEnd + 4 + length) return;
    this.#received = Buffer.alloc(0);
    const answer = this.#answer;
    this.#answer = undefined;
    answer?.(Number(head.slice(9, 12)));
  }
}

function connect(port: number, path: string): Promise<Connection> {
  return new Promise((resolve, reject) => {
    const socket = createConnection({ host: '127.0.0.1', port }, () =>
      resolve(new Connection(socket, path)),
    );
    socket.once('error', reject);
  });
}

function timesOf(options: SendOptions, from: number): (at: number) => bigint {
  const { fromMs, toMs, rowsMax, first = 0 } = options;
  if (fromMs === undefined || toMs === undefined || rowsMax === undefined) {
    const now = BigInt(Date.now()) * 1_000_000n;
    return (at) => now + BigInt(at);
  }
  const step = ((toMs - fromMs) * 1e6) / rowsMax;
  const start = BigInt(fromMs) * 1_000_000n;
  return (at) => start + BigInt(Math.floor((from - first + at) * step));
}

export async function send(options: SendOptions): Promise<SendResult> {
  const { signal, rowsPerRequest, rowsMax = Number.POSITIVE_INFINITY, first = 0 } = options;
  const path = signal === 'logs' ? '/v1/logs' : '/v1/traces';
  const latencies: number[] = [];
  const refused: Record<string, number> = {};
  let rows = 0;
  let bytes = 0;
  let next = first;
  const templates = Array.from(
    { length: options.connections * templatesPerConnection },
    (_, at) => new RequestTemplate(signal, at * rowsPerRequest, rowsPerRequest),
  );
  const cpuBefore = process.cpuUsage();
  const started = performance.now();
  const endAt = started + options.seconds * 1000;
  const work = async (_: unknown, nth: number): Promise<void> => {
    const connection = await connect(options.port, path);
    for (let turn = 0; performance.now() < endAt && next - first < rowsMax; turn++) {
      const from = next;
      next += rowsPerRequest;
      if (options.rowsPerSecond !== undefined) {
        const dueAt = started + ((from - first) / options.rowsPerSecond) * 1000;
        const early = dueAt - performance.now();
        if (early > 1) await new Promise((resolve) => setTimeout(resolve, early));
      }
      const template = templates[nth * templatesPerConnection + (turn % templatesPerConnection)];
      if (template === undefined) return;
      template.renumber(from, timesOf(options, from));
      const sent = performance.now();
      const status = await connection.post(template.bytes);
      latencies.push(performance.now() - sent);
      if (status === 200) {
        rows += template.rows;
        bytes += template.bytes.length;
      } else refused[status] = (refused[status] ?? 0) + 1;
    }
    connection.end();
  };
  await Promise.all(Array.from({ length: options.connections }, work));
  const cpu = process.cpuUsage(cpuBefore);
  return {
    rows,
    requests: latencies.length,
    bytes,
    refused,
    seconds: (performance.now() - started) / 1000,
    cpuSeconds: (cpu.user + cpu.system) / 1e6,
    p50Ms: rounded(quantile(latencies, 0.5)),
    p99Ms: rounded(quantile(latencies, 0.99)),
    maxMs: rounded(Math.max(0, ...latencies)),
  };
}

if (process.argv[2]?.startsWith('{') === true)
  console.log(JSON.stringify(await send(JSON.parse(process.argv[2]) as SendOptions)));
