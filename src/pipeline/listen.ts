// Where listeners bind: loopback in both address families unless the user allowed more, whatever host the YAML names. A port in use is
// one sentence that names the port and the flag.

import type { Server } from 'node:http';
import { Failure } from '../base/errors.ts';
import { isLoopbackHost, parseAddress } from '../config/embedded-names.ts';
import type { ComponentSettings } from './component.ts';

export interface ListenTarget {
  /** In order; the first must succeed, the others may be missing on this machine (`::1` without IPv6). */
  readonly hosts: readonly string[];
  /** The shift is in; 0: any free port. */
  readonly port: number;
  /** What the YAML asks for and does not get: this machine only, instead of everybody. */
  readonly confined: string | undefined;
}

const loopbackHosts: readonly string[] = ['127.0.0.1', '::1'];

/** Reads `host:port`; undefined when it is none. An empty host is left empty. */
export function parseEndpoint(endpoint: string): { host: string; port: number } | undefined {
  const address = parseAddress(endpoint);
  return address?.port === undefined ? undefined : { host: address.host, port: address.port };
}

/** Decides where to bind. */
export function listenTarget(
  endpoint: string | undefined,
  defaultPort: number,
  settings: Pick<ComponentSettings, 'portShift' | 'bindAnywhere' | 'listenHost'>,
): ListenTarget {
  const parsed = endpoint === undefined ? undefined : parseEndpoint(endpoint);
  const written = parsed?.port ?? defaultPort;
  const port = written === 0 ? 0 : written + settings.portShift;
  if (port > 65_535)
    throw new Failure(
      'config',
      `port ${written} with --port-shift ${settings.portShift} is above 65535`,
    );
  const host = parsed?.host ?? settings.listenHost;
  const unspecified = host === '' || host === '0.0.0.0' || host === '::';
  if (isLoopbackHost(host) && !unspecified)
    return { hosts: loopbackHosts, port, confined: undefined };
  if (settings.bindAnywhere)
    return { hosts: unspecified ? ['0.0.0.0', '::1'] : [host], port, confined: undefined };
  return { hosts: loopbackHosts, port, confined: endpoint };
}

/** One warning for all the listeners of a component. */
export function warnConfined(
  targets: readonly (ListenTarget | undefined)[],
  logger: ComponentSettings['logger'],
): void {
  const endpoints = targets.flatMap((target) => target?.confined ?? []);
  if (endpoints.length > 0)
    logger.warn(
      'listening on this machine only; use --insecure to accept connections from others',
      {
        endpoints: endpoints.join(', '),
      },
    );
}

/** Whether a further host's failure to bind only means that this machine does not have it. */
export function isMissingFamily(thrown: unknown): boolean {
  const code = errorCode(thrown);
  return code === 'EADDRNOTAVAIL' || code === 'EAFNOSUPPORT';
}

/** `thrown` as the one sentence that the user reads. */
export function listenFailure(thrown: unknown, host: string, port: number, what: string): Failure {
  const code = errorCode(thrown);
  const reason =
    code === 'EADDRINUSE'
      ? "is in use; stop what uses it, or move all of Clew's ports with --port-shift"
      : code === 'EACCES'
        ? 'may not be opened by this user; choose one above 1023'
        : `cannot be opened (${code ?? 'unknown reason'})`;
  return new Failure('config', `port ${port} for ${what} on ${host} ${reason}`, { cause: thrown });
}

function errorCode(thrown: unknown): string | undefined {
  if (!(thrown instanceof Error)) return undefined;
  if ('code' in thrown && typeof thrown.code === 'string') return thrown.code;
  // The gRPC library reports the code in its message only.
  return /\b(E[A-Z]{4,})\b/.exec(thrown.message)?.[1];
}

export interface HttpListener {
  readonly port: number;
  /** Takes no new connection, waits for running requests until `signal` fires. */
  close(signal: AbortSignal): Promise<void>;
}

/** One server for each host of the target, all on one port. */
export async function listenHttp(
  target: ListenTarget,
  what: string,
  createServer: () => Server,
): Promise<HttpListener> {
  const servers: Server[] = [];
  let { port } = target;
  for (const [at, host] of target.hosts.entries()) {
    const server = createServer();
    try {
      await listen(server, host, port);
    } catch (thrown) {
      // With port 0 the other family's port of that number may be somebody else's.
      if (at > 0 && (isMissingFamily(thrown) || target.port === 0)) continue;
      await Promise.all(servers.map((open) => closeServer(open, AbortSignal.abort())));
      throw listenFailure(thrown, host, port, what);
    }
    servers.push(server);
    const address = server.address();
    if (address !== null && typeof address === 'object') port = address.port;
  }
  return {
    port,
    close: async (signal) => {
      await Promise.all(servers.map((server) => closeServer(server, signal)));
    },
  };
}

function listen(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host, port, ipv6Only: host === '::1' }, () => {
      server.removeListener('error', reject);
      resolve();
    });
  });
}

function closeServer(server: Server, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const cut = (): void => server.closeAllConnections();
    server.close(() => {
      signal.removeEventListener('abort', cut);
      resolve();
    });
    server.closeIdleConnections();
    if (signal.aborted) cut();
    else signal.addEventListener('abort', cut, { once: true });
  });
}
