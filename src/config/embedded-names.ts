// Which addresses of a user's files mean this Clew: the host names that compose files use (`loki`, `tempo`, `mimir` …), and loopback
// addresses on the ports that this Clew's APIs have. Its OTLP ports are not among them: they are the receivers' own affair.

export type EmbeddedName =
  | 'loki'
  | 'tempo'
  | 'mimir'
  | 'prometheus'
  | 'pyroscope'
  | 'otel-collector'
  /** Clew's own UI port, which serves every API. */
  | 'clew';

const hostNames: readonly EmbeddedName[] = [
  'loki',
  'tempo',
  'mimir',
  'prometheus',
  'pyroscope',
  'otel-collector',
];

/** The ports that Clew serves before `--port-shift` is added. */
export const defaultPorts = {
  ui: 3000,
  loki: 3100,
  tempo: 3200,
  mimir: 9009,
  otlpGrpc: 4317,
  otlpHttp: 4318,
} as const;

export interface EmbeddedNamesOptions {
  /** `embedded: {loki: false}` turns a name off; `{logs.internal: true}` makes another host name mean this Clew. */
  readonly overrides: Readonly<Record<string, boolean>>;
  readonly portShift: number;
}

export interface EmbeddedNameTable {
  /** What an address (`tempo:4317`, `http://loki:3100/loki/api/v1/push`) means here; undefined: a server elsewhere. */
  nameOf(address: string): EmbeddedName | undefined;
  isEmbedded(address: string): boolean;
}

export function createEmbeddedNames(options: EmbeddedNamesOptions): EmbeddedNameTable {
  const byHost = new Map<string, EmbeddedName>(hostNames.map((name) => [name, name]));
  for (const [host, isOurs] of Object.entries(options.overrides)) {
    if (!isOurs) byHost.delete(host.toLowerCase());
    else if (!byHost.has(host.toLowerCase())) byHost.set(host.toLowerCase(), 'clew');
  }
  const byPort = new Map<number, EmbeddedName>([
    [defaultPorts.ui + options.portShift, 'clew'],
    [defaultPorts.loki + options.portShift, 'loki'],
    [defaultPorts.tempo + options.portShift, 'tempo'],
    [defaultPorts.mimir + options.portShift, 'mimir'],
  ]);
  const nameOf = (address: string): EmbeddedName | undefined => {
    const parsed = parseAddress(address);
    if (parsed === undefined) return undefined;
    if (isLoopbackHost(parsed.host))
      return parsed.port === undefined ? undefined : byPort.get(parsed.port);
    return byHost.get(parsed.host);
  };
  return { nameOf, isEmbedded: (address) => nameOf(address) !== undefined };
}

export interface Address {
  /** Lower case, without brackets; may be empty (`:4317`). */
  readonly host: string;
  readonly port: number | undefined;
}

/** Host and port of `host:port`, a URL, or a gRPC target (`dns:///host:port`); undefined when it is none of them. */
export function parseAddress(text: string): Address | undefined {
  const bare = text
    .trim()
    .replace(/^[a-z][a-z0-9+.-]*:\/\/\/?/i, '')
    .replace(/^dns:/i, '')
    .replace(/^[^/@]*@/, '')
    .replace(/[/?#].*$/s, '');
  const [, bracketed, plain, port] =
    /^(?:\[([^\]]*)\]|([^:[\]]*))(?::(\d{1,5}))?$/.exec(bare) ?? [];
  const host = bracketed ?? plain;
  if (host === undefined || (port !== undefined && Number(port) > 65_535)) return undefined;
  return { host: host.toLowerCase(), port: port === undefined ? undefined : Number(port) };
}

/** Addresses under which this machine reaches itself; the unspecified ones count, for a client's connection to them stays here. */
export function isLoopbackHost(host: string): boolean {
  return (
    host === '' ||
    host === 'localhost' ||
    host.endsWith('.localhost') ||
    host === '::1' ||
    host === '::' ||
    host === '0.0.0.0' ||
    /^127(?:\.\d{1,3}){3}$/.test(host)
  );
}
