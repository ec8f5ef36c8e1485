// The command line: a subcommand, the flags of `config/settings.ts`, and what stands behind `--`.

import { parseArgs } from 'node:util';
import { Failure } from '../base/errors.ts';
import { settingFlags } from '../config/settings.ts';

export const subcommands = [
  'start',
  'demo',
  'run',
  'query',
  'export',
  'check',
  'version',
  'help',
] as const;
export type Subcommand = (typeof subcommands)[number];

/** Flags that are no settings of the server. */
export interface RunFlags {
  /** `--service NAME` of `clew run`. */
  readonly service: string | undefined;
  /** `--url` of a running Clew. */
  readonly url: string | undefined;
}

/** Flags of `clew query`; times and numbers as written. */
export interface QueryFlags {
  readonly explain: boolean;
  readonly json: boolean;
  readonly at: string | undefined;
  readonly from: string | undefined;
  readonly to: string | undefined;
  readonly step: string | undefined;
  readonly limit: string | undefined;
  /** Files to ask instead of a server. */
  readonly logs: readonly string[];
  readonly metrics: readonly string[];
  readonly traces: readonly string[];
}

/** Flags of `clew export`, beside `--from` and `--to`. */
export interface ExportFlags {
  readonly format: string | undefined;
  readonly output: string | undefined;
}

export interface Arguments {
  readonly subcommand: Subcommand;
  /** By flag name. */
  readonly flags: Readonly<Record<string, unknown>>;
  readonly run: RunFlags;
  readonly query: QueryFlags;
  readonly export: ExportFlags;
  /** Positional arguments, and everything behind `--`. */
  readonly rest: readonly string[];
}

function isSubcommand(text: string): text is Subcommand {
  return (subcommands as readonly string[]).includes(text);
}

const text = { type: 'string' } as const;
const toggle = { type: 'boolean' } as const;
const texts = { type: 'string', multiple: true } as const;

const queryOptions = {
  explain: toggle,
  json: toggle,
  at: text,
  from: text,
  to: text,
  step: text,
  limit: text,
  logs: texts,
  metrics: texts,
  traces: texts,
};

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function textsOf(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.map(String) : [];
}

/** Fails with `config`, naming the flag. */
export function parseArguments(argv: readonly string[]): Arguments {
  const first = argv[0];
  if (first === '--help' || first === '-h') return parseArguments(['help', ...argv.slice(1)]);
  if (first === '--version' || first === '-v') return parseArguments(['version', ...argv.slice(1)]);
  const named = first !== undefined && !first.startsWith('-');
  if (named && !isSubcommand(first)) {
    throw new Failure(
      'config',
      `unknown subcommand ${JSON.stringify(first)}: expected one of ${subcommands.join(', ')}`,
    );
  }
  const subcommand: Subcommand = named && isSubcommand(first) ? first : 'start';
  const options = Object.fromEntries(
    settingFlags.map(({ flag, kind }) => [
      flag,
      {
        type: kind === 'switch' ? ('boolean' as const) : ('string' as const),
        multiple: kind === 'list',
      },
    ]),
  );
  try {
    const { values, positionals } = parseArgs({
      args: named ? argv.slice(1) : [...argv],
      options: {
        ...options,
        ...queryOptions,
        format: text,
        output: text,
        service: text,
        url: text,
        help: { type: 'boolean', short: 'h' },
      },
      allowPositionals: true,
      strict: true,
    });
    const { service, url, help, ...others } = values as Record<string, unknown>;
    const { format, output, ...rest } = others;
    const { explain, json, at, from, to, step, limit, logs, metrics, traces, ...flags } = rest;
    return {
      subcommand: help === true ? 'help' : subcommand,
      flags,
      run: {
        service: textOf(service),
        url: textOf(url),
      },
      query: {
        explain: explain === true,
        json: json === true,
        at: textOf(at),
        from: textOf(from),
        to: textOf(to),
        step: textOf(step),
        limit: textOf(limit),
        logs: textsOf(logs),
        metrics: textsOf(metrics),
        traces: textsOf(traces),
      },
      export: { format: textOf(format), output: textOf(output) },
      rest: positionals,
    };
  } catch (error) {
    const reason = error instanceof Error ? error.message.split('. ')[0] : String(error);
    throw new Failure('config', `${reason}; see clew --help`, { cause: error });
  }
}

/** What `clew --help` prints. */
export function helpText(): string {
  const width = Math.max(...settingFlags.map(({ flag }) => flag.length)) + 4;
  const flags = settingFlags.map(({ flag, kind, fallback, description, env }) => {
    const name = `--${flag}`.padEnd(width);
    const preset = kind === 'switch' || fallback === '' ? '' : ` (${fallback})`;
    return `  ${name}  ${description}${preset}; ${env}`;
  });
  return `clew: logs, traces and metrics with their correlation, in one process

  clew [start] [flags]                 run Clew
  clew demo [flags]                    run Clew and a demo shop in it: seven services, steady visitors, incidents to find;
                                       its packages are fetched from npm once, into the data folder
  clew run [--service NAME] -- COMMAND run an app so that otel-collector, loki, tempo … lead to the running Clew, and its
                                       output is read as logs; --data DIR or --url URL says which Clew
  clew query logql|promql|traceql 'QUERY'
                                       ask the running Clew (--data DIR or --url URL says which), or files without one:
                                       --logs f.ndjson, --metrics f.prom, --traces f.json; --at TIME, or --from TIME
                                       --to TIME --step DURATION; --limit N, --json, --explain prints the plan
  clew export logs 'LOGQL'             every line of the query, without a limit, from the running Clew (--data DIR or
                                       --url URL): --from TIME --to TIME, --format ndjson|csv, --output FILE
  clew check FILES…                    check Collector configurations and datasources.yaml files
  clew version

flags of start, each with its environment variable and a key of the same name in clew.yaml
${flags.join('\n')}
`;
}
