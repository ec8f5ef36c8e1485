// Grafana's own proxy paths, `/api/datasources/proxy/uid/{uid}/…`: an embedded datasource is answered by the API of its port,
// a foreign one by the server that `datasources.yaml` names, with the headers that the file gives.

import type { Datasource, DatasourceType } from '../../model/datasource.ts';

export type PortHandler = (request: Request) => Response | Promise<Response>;

export interface DatasourceProxyOptions {
  readonly datasources: readonly Datasource[];
  readonly embedded: Readonly<Partial<Record<DatasourceType, PortHandler>>>;
  readonly timeoutMs: number;
}

/** Headers that belong to one connection, or that would tell a foreign server about this one's visitors. */
const droppedHeaders = [
  'host',
  'connection',
  'content-length',
  'cookie',
  'origin',
  'referer',
  'accept-encoding',
  'transfer-encoding',
];

const proxyPath = /^\/api\/datasources\/proxy\/uid\/([^/]+)(\/.*)?$/;

export interface ProxyPath {
  readonly uid: string;
  /** What the datasource's own server would be asked. */
  readonly rest: string;
}

/** Undefined when the path is no proxy path. */
export function parseProxyPath(path: string): ProxyPath | undefined {
  const parts = proxyPath.exec(path);
  if (parts === null) return undefined;
  const [, written = '', rest = '/'] = parts;
  try {
    return { uid: decodeURIComponent(written), rest };
  } catch {
    // A stray `%` is no escape: no datasource is called so.
    return { uid: written, rest };
  }
}

/** Undefined when the path is no proxy path. */
export function createDatasourceProxy(
  options: DatasourceProxyOptions,
): (request: Request) => Promise<Response> | undefined {
  return (request) => {
    const url = new URL(request.url);
    const path = parseProxyPath(url.pathname);
    return path === undefined ? undefined : proxy(request, url, path, options);
  };
}

async function proxy(
  request: Request,
  url: URL,
  { uid, rest }: ProxyPath,
  { datasources, embedded, timeoutMs }: DatasourceProxyOptions,
): Promise<Response> {
  const datasource = datasources.find((one) => one.uid === uid);
  if (datasource === undefined)
    return plain(404, `no datasource has the uid ${JSON.stringify(uid.slice(0, 100))}`);
  const base = new URL(datasource.url);
  const path = `${base.pathname.replace(/\/$/, '')}${rest}`;
  if (datasource.embedded) {
    const handler = embedded[datasource.type];
    if (handler === undefined)
      return plain(501, `Clew does not answer for datasources of type ${datasource.plugin}`);
    const own = new Request(at(url, path, url.search), request);
    setHeaders(own.headers, datasource);
    return await handler(own);
  }
  const headers = new Headers(request.headers);
  for (const name of droppedHeaders) headers.delete(name);
  setHeaders(headers, datasource);
  try {
    const answer = await fetch(at(base, path, url.search), {
      method: request.method,
      headers,
      body:
        request.method === 'GET' || request.method === 'HEAD' ? null : await request.arrayBuffer(),
      redirect: 'manual',
      signal: AbortSignal.any([request.signal, AbortSignal.timeout(timeoutMs)]),
    });
    // `fetch` has inflated the body: its coding and length no longer hold.
    const passed = new Headers(answer.headers);
    for (const name of ['content-encoding', 'content-length', 'set-cookie', 'transfer-encoding'])
      passed.delete(name);
    return new Response(answer.body, { status: answer.status, headers: passed });
  } catch {
    return plain(
      502,
      `the server of datasource ${JSON.stringify(datasource.name)} does not answer`,
    );
  }
}

/** The file's headers go before the request's own: they may say whose data it is. */
function setHeaders(headers: Headers, datasource: Datasource): void {
  for (const [name, value] of Object.entries(datasource.headers)) headers.set(name, value);
}

/** Set part by part: as a relative URL, a path that begins with `//` would name another server. */
function at(server: URL, path: string, search: string): URL {
  const target = new URL(server);
  target.pathname = path;
  target.search = search;
  return target;
}

function plain(status: number, message: string): Response {
  return new Response(`${message}\n`, {
    status,
    headers: { 'content-type': 'text/plain; charset=utf-8' },
  });
}
