// The settings of the program itself: each is a flag (`--port-shift 100`), an environment variable (`CLEW_PORT_SHIFT`) and a key of
// `clew.yaml` (`port-shift: 100`), in this order of precedence, and has a default. One schema checks all three.

import { z } from 'zod';
import { parseGoDurationNs, parsePrometheusDurationNs } from '../base/duration.ts';
import { parseByteSize } from './byte-size.ts';
import { didYouMean } from './nearest.ts';
import type { Problem } from './problem.ts';
import { isYamlMap, readYamlDocuments, type YamlSource } from './yaml-documents.ts';

export interface Settings {
  readonly data: string;
  readonly retentionMs: number;
  readonly diskBytes: number;
  readonly portShift: number;
  /** Empty: look for `otel-collector-config.yaml` in the working folder, else the built-in pipelines. */
  readonly config: readonly string[];
  /** Empty: look for `datasources.yaml` in the working folder. */
  readonly datasources: readonly string[];
  /** URL of a ClickHouse server; undefined: the embedded one. */
  readonly clickhouse: string | undefined;
  readonly listen: string;
  readonly insecure: boolean;
  /** Further host names that requests may use; loopback and the compose names always may. */
  readonly allowHosts: readonly string[];
  /** Web origins that may write. */
  readonly allowOrigins: readonly string[];
  /** Host names that (do not) mean this Clew, over the built-in ones. */
  readonly embedded: Readonly<Record<string, boolean>>;
  /** Whether every request must name its tenant. */
  readonly tenants: boolean;
  readonly logLevel: 'debug' | 'info' | 'warn' | 'error';
  readonly bodyBytesMax: number;
  readonly queryTimeoutMs: number;
  readonly queryMemoryBytes: number;
}

export type SettingKind = 'text' | 'switch' | 'list';

/** One setting as `--help` and the arguments' parser see it. */
export interface SettingFlag {
  /** Without dashes: `port-shift`. */
  readonly flag: string;
  readonly env: string;
  readonly kind: SettingKind;
  readonly key: keyof Settings;
  readonly fallback: string;
  readonly description: string;
}

interface Field<T> extends Omit<SettingFlag, 'flag' | 'env' | 'key'> {
  readonly schema: z.ZodType<T>;
}

const text = z.union([z.string(), z.number()]).transform(String);

const durationMs = text.transform((written, context) => {
  for (const parse of [parsePrometheusDurationNs, parseGoDurationNs]) {
    try {
      return Number(parse(written)) / 1e6;
    } catch {
      // The other spelling may fit; when none does the issue below says so.
    }
  }
  return issue(context, `expected a duration such as "7d" or "1h30m", got "${written}"`);
});

const byteSize = text.transform(
  (written, context) =>
    parseByteSize(written) ??
    issue(context, `expected a size such as "20GB" or "512MiB", got "${written}"`),
);

const integer = (min: number, max: number): z.ZodType<number> =>
  text.transform((written, context) => {
    const value = /^-?\d+$/.test(written) ? Number(written) : Number.NaN;
    return value >= min && value <= max
      ? value
      : issue(context, `expected an integer from ${min} to ${max}, got "${written}"`);
  });

const switched = z.union([z.boolean(), z.string()]).transform((written, context) => {
  if (typeof written === 'boolean') return written;
  if (/^(?:true|1|yes|on)$/i.test(written)) return true;
  if (/^(?:false|0|no|off|)$/i.test(written)) return false;
  return issue(context, `expected true or false, got "${written}"`);
});

/** Several files: a list, or one text with commas. */
const texts = z.union([z.string(), z.array(z.string())]).transform((written) =>
  [written].flat().flatMap((part) =>
    part
      .split(',')
      .map((item) => item.trim())
      .filter((item) => item !== ''),
  ),
);

const httpUrl = text.transform((written, context) => {
  if (written === '') return undefined;
  if (/^https?:\/\/[^\s/]+/.test(written)) return written;
  return issue(context, `expected a URL such as "http://clickhouse:8123", got "${written}"`);
});

/** `loki=false,tempo=false`, or a map in the file. */
const hostSwitches = z
  .union([z.string(), z.array(z.string()), z.record(z.string(), z.unknown())])
  .transform((written, context): Record<string, boolean> => {
    const entries: (readonly [string, unknown])[] =
      typeof written === 'string' || Array.isArray(written)
        ? [written]
            .flat()
            .flatMap((part) => part.split(','))
            .filter((part) => part.trim() !== '')
            .map((part) => {
              const [host = '', value = 'true'] = part.split('=', 2);
              return [host.trim(), value.trim()] as const;
            })
        : Object.entries(written);
    const switches: Record<string, boolean> = {};
    for (const [host, value] of entries) {
      const parsed = switched.safeParse(value);
      if (!parsed.success) return issue(context, `expected true or false for the host "${host}"`);
      switches[host] = parsed.data;
    }
    return switches;
  });

const fields: { readonly [Key in keyof Settings]: Field<Settings[Key]> } = {
  data: field(text, 'text', './data', 'folder of the embedded store'),
  retentionMs: field(durationMs, 'text', '7d', 'how long telemetry is kept'),
  diskBytes: field(byteSize, 'text', '20GB', 'how much disk telemetry may take'),
  portShift: field(integer(0, 50_000), 'text', '0', 'added to every port that Clew listens on'),
  config: field(texts, 'list', '', 'OpenTelemetry Collector configuration; later files win'),
  datasources: field(texts, 'list', '', 'Grafana data source provisioning'),
  clickhouse: field(httpUrl, 'text', '', 'URL of a ClickHouse server instead of the embedded one'),
  listen: field(text, 'text', '127.0.0.1', 'address that the listeners bind'),
  insecure: field(switched, 'switch', 'false', 'bind other addresses without authentication'),
  allowHosts: field(texts, 'list', '', 'further host names that requests may use'),
  allowOrigins: field(texts, 'list', '', 'web origins that may write'),
  embedded: field(hostSwitches, 'list', '', 'host names that (do not) mean this Clew: loki=false'),
  tenants: field(switched, 'switch', 'false', 'every request names its tenant: X-Scope-OrgID'),
  logLevel: field(
    z.enum(['debug', 'info', 'warn', 'error']),
    'text',
    'info',
    'debug, info, warn or error',
  ),
  bodyBytesMax: field(
    byteSize,
    'text',
    '100MiB',
    'largest body of a Loki push or remote write, decompressed',
  ),
  queryTimeoutMs: field(durationMs, 'text', '2m', 'how long one query may take'),
  queryMemoryBytes: field(byteSize, 'text', '1GB', 'how much memory one query may take'),
};

const flagNames: { readonly [Key in keyof Settings]: string } = {
  data: 'data',
  retentionMs: 'retention',
  diskBytes: 'disk',
  portShift: 'port-shift',
  config: 'config',
  datasources: 'datasources',
  clickhouse: 'clickhouse',
  listen: 'listen',
  insecure: 'insecure',
  allowHosts: 'allow-host',
  allowOrigins: 'allow-origin',
  embedded: 'embedded',
  tenants: 'tenants',
  logLevel: 'log-level',
  bodyBytesMax: 'body-max',
  queryTimeoutMs: 'query-timeout',
  queryMemoryBytes: 'query-memory',
};

function field<T>(
  schema: z.ZodType<T>,
  kind: SettingKind,
  fallback: string,
  description: string,
): Field<T> {
  return { schema, kind, fallback, description };
}

function issue(context: z.RefinementCtx, message: string): never {
  context.addIssue({ code: 'custom', message });
  return z.NEVER;
}

/** Every setting, in the order in which `--help` names them. */
export const settingFlags: readonly SettingFlag[] = settingKeys().map((key) => ({
  flag: flagNames[key],
  env: `CLEW_${flagNames[key].toUpperCase().replaceAll('-', '_')}`,
  key,
  kind: fields[key].kind,
  fallback: fields[key].fallback,
  description: fields[key].description,
}));

function settingKeys(): readonly (keyof Settings)[] {
  // `fields` is typed to have exactly these keys.
  return Object.keys(fields) as (keyof Settings)[];
}

export interface SettingSources {
  /** By flag name, as `parseArgs` returns them. */
  readonly flags: Readonly<Record<string, unknown>>;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** `clew.yaml`, when there is one. */
  readonly file?: YamlSource | undefined;
}

export interface ReadSettings {
  /** Undefined when there are problems. */
  readonly settings: Settings | undefined;
  readonly problems: readonly Problem[];
}

export function readSettings(sources: SettingSources): ReadSettings {
  const problems: Problem[] = [];
  const documents = readYamlDocuments(sources.file === undefined ? [] : [sources.file]);
  problems.push(...documents.problems);
  const file = isYamlMap(documents.tree) ? documents.tree : {};
  if (documents.tree !== undefined && !isYamlMap(documents.tree))
    problems.push(documents.problemAt([], 'expected a map of settings'));
  const known = settingFlags.map(({ flag }) => flag);
  for (const key of Object.keys(file))
    if (!known.includes(key))
      problems.push(documents.problemAt([key], `unknown setting${didYouMean(key, known)}`));
  const values: Record<string, unknown> = {};
  for (const setting of settingFlags) {
    const { flag, env, key, fallback } = setting;
    const candidates: readonly (readonly [unknown, (message: string) => Problem])[] = [
      [sources.flags[flag], (message) => ({ source: `--${flag}`, path: [], message })],
      [sources.env[env], (message) => ({ source: env, path: [], message })],
      [file[flag] ?? undefined, (message) => documents.problemAt([flag], message)],
    ];
    const [value, problemOf] = candidates.find(([given]) => given !== undefined) ?? [
      fallback,
      undefined,
    ];
    const parsed = fields[key].schema.safeParse(value);
    if (parsed.success) values[key] = parsed.data;
    else
      problems.push(
        ...parsed.error.issues.map(({ message }) =>
          problemOf === undefined ? { source: `--${flag}`, path: [], message } : problemOf(message),
        ),
      );
  }
  // Each value passed the schema of its key, and every key was visited.
  return {
    settings: problems.length === 0 ? (values as unknown as Settings) : undefined,
    problems,
  };
}
