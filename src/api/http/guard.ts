// What keeps a web page in the user's browser from attacking a server on localhost: the `Host` header must be a name
// of ours (DNS rebinding), and whatever changes state or opens a WebSocket must not come from a foreign `Origin`.

import type { IncomingMessage } from 'node:http';

export interface GuardOptions {
  /** Host names, without port, that requests may use. */
  readonly allowedHosts: ReadonlySet<string>;
  /** Origins (`https://example.org`) that may write although their host is not allowed. */
  readonly allowedOrigins: ReadonlySet<string>;
  /** Set when the user bound foreign addresses with `--insecure`: any `Host` is fine. */
  readonly anyHost: boolean;
}

/** Names under which a local Clew is reached: loopback, and the host names of a compose file. */
export const localHosts: readonly string[] = [
  'localhost',
  '127.0.0.1',
  '::1',
  'loki',
  'tempo',
  'mimir',
  'prometheus',
  'pyroscope',
  'otel-collector',
  'grafana',
  'host.docker.internal',
];

/** `example.org:80` and `[::1]:80` without port and brackets, lower-case. */
export function hostName(host: string): string {
  const bracketed = /^\[([^\]]*)\](?::\d*)?$/.exec(host);
  return (bracketed?.[1] ?? host.replace(/:\d*$/, '')).toLowerCase();
}

function isLocal(name: string, options: GuardOptions): boolean {
  return options.allowedHosts.has(name) || name.endsWith('.localhost');
}

/** Why the request is refused, or undefined when it may pass. */
export function refusalOf(request: IncomingMessage, options: GuardOptions): string | undefined {
  const host = request.headers.host ?? '';
  if (!options.anyHost && host !== '' && !isLocal(hostName(host), options)) {
    return `host ${JSON.stringify(host)} is not one of this server's names; start with --allow-host to add it`;
  }
  const origin = request.headers.origin;
  const reads =
    request.method === 'GET' || request.method === 'HEAD' || request.method === 'OPTIONS';
  const upgrades = request.headers.upgrade !== undefined;
  if (origin === undefined || (reads && !upgrades) || options.allowedOrigins.has(origin))
    return undefined;
  let name: string;
  try {
    name = hostName(new URL(origin).host);
  } catch {
    name = '';
  }
  const sameSite = name !== '' && name === hostName(host);
  if (sameSite || isLocal(name, options)) return undefined;
  return `origin ${JSON.stringify(origin)} may not write here; start with --allow-origin to add it`;
}
