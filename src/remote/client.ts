// Asks a real Loki, Tempo or Prometheus that `datasources.yaml` names, with the headers that the file gives. What goes
// wrong there is told as a failure with the server's own words.

import { Failure, type FailureCode } from '../base/errors.ts';
import type { Datasource } from '../model/datasource.ts';

export interface RemoteClient {
  readonly name: string;
  getJson(path: string, parameters: RemoteParameters, signal: AbortSignal): Promise<unknown>;
  /** Undefined for 404. */
  getBytes(
    path: string,
    parameters: RemoteParameters,
    accept: string,
    signal: AbortSignal,
  ): Promise<Uint8Array | undefined>;
}

export type RemoteParameters = Readonly<Record<string, string>>;

/** A longer answer is refused: all of it is held in memory. */
const answerBytesMax = 128 * 1024 * 1024;
const wordsShownMax = 300;

const codes: Readonly<Record<number, FailureCode>> = {
  400: 'semantics',
  401: 'unavailable',
  403: 'unavailable',
  404: 'not-found',
  422: 'execution',
  429: 'overloaded',
  504: 'timeout',
};

export function createRemoteClient(datasource: Datasource, timeoutMs: number): RemoteClient {
  const server = `the server of datasource ${JSON.stringify(datasource.name)}`;
  const ask = async (
    path: string,
    parameters: RemoteParameters,
    accept: string,
    signal: AbortSignal,
  ): Promise<{ readonly status: number; readonly bytes: Uint8Array }> => {
    const url = new URL(datasource.url);
    url.pathname = `${url.pathname.replace(/\/$/, '')}${path}`;
    for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value);
    // Fetch refuses addresses with a name and password inside; they go as a header.
    const { username, password } = url;
    url.username = '';
    url.password = '';
    const login =
      username === ''
        ? {}
        : {
            authorization: `Basic ${btoa(`${decodeURIComponent(username)}:${decodeURIComponent(password)}`)}`,
          };
    let response: Response;
    try {
      response = await fetch(url, {
        headers: {
          accept,
          'x-loki-response-encoding-flags': 'categorize-labels',
          ...login,
          ...datasource.headers,
        },
        redirect: 'manual',
        signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
      });
    } catch (cause) {
      if (signal.aborted) throw new Failure('canceled', 'the request was canceled', { cause });
      throw new Failure('unavailable', `${server} does not answer at ${url.origin}`, { cause });
    }
    return { status: response.status, bytes: await readCapped(response, server) };
  };
  const refuse = (status: number, bytes: Uint8Array): never => {
    const words = new TextDecoder().decode(bytes.subarray(0, wordsShownMax)).trim();
    throw new Failure(codes[status] ?? 'unavailable', `${server} answered ${status}: ${words}`);
  };
  return {
    name: datasource.name,
    getJson: async (path, parameters, signal) => {
      const { status, bytes } = await ask(path, parameters, 'application/json', signal);
      if (status !== 200) refuse(status, bytes);
      try {
        return JSON.parse(new TextDecoder().decode(bytes)) as unknown;
      } catch (cause) {
        throw new Failure('unavailable', `${server} answered something that is no JSON`, { cause });
      }
    },
    getBytes: async (path, parameters, accept, signal) => {
      const { status, bytes } = await ask(path, parameters, accept, signal);
      if (status === 404) return undefined;
      if (status !== 200) refuse(status, bytes);
      return bytes;
    },
  };
}

async function readCapped(response: Response, server: string): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  if (response.body !== null) {
    for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>) {
      length += chunk.length;
      if (length > answerBytesMax) {
        throw new Failure('limit', `${server} answered more than ${answerBytesMax} bytes`);
      }
      chunks.push(chunk);
    }
  }
  return Buffer.concat(chunks, length);
}

/** The fields of a JSON object; none when it is something else. */
export function fieldsOf(json: unknown): Readonly<Record<string, unknown>> {
  return typeof json === 'object' && json !== null && !Array.isArray(json)
    ? (json as Readonly<Record<string, unknown>>)
    : {};
}

export function itemsOf(json: unknown): readonly unknown[] {
  return Array.isArray(json) ? json : [];
}
