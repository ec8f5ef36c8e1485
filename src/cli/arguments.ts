// The command line: a subcommand, the flags of `config/settings.ts`, and what stands behind `--`.

import { parseArgs } from 'node:util';
import { Failure } from '../base/errors.ts';
import { settingFlags } from '../config/settings.ts';

export const subcommands = ['start', 'run', 'check', 'version', 'help'] as const;
export type Subcommand = (typeof subcommands)[number];

/** Flags that are no settings of the server. */
export interface RunFlags {
  /** `--service NAME` of `clew run`. */
  readonly service: string | undefined;
  /** `--url` of a running Clew. */
  readonly url: string | undefined;
}

export interface Arguments {
  readonly subcommand: Subcommand;
  /** By flag name. */
  readonly flags: Readonly<Record<string, unknown>>;
  readonly run: RunFlags;
  /** Positional arguments, and everything behind `--`. */
  readonly rest: readonly string[];
}

function isSubcommand(text: string): text is Subcommand {
  return (subcommands as readonly string[]).includes(text);
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
        service: { type: 'string' },
        url: { type: 'string' },
        help: { type: 'boolean', short: 'h' },
      },
      allowPositionals: true,
      strict: true,
    });
    const { service, url, help, ...flags } = values as Record<string, unknown>;
    return {
      subcommand: help === true ? 'help' : subcommand,
      flags,
      run: {
        service: typeof service === 'string' ? service : undefined,
        url: typeof url === 'string' ? url : undefined,
      },
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
  clew run [--service NAME] -- COMMAND run an app so that otel-collector, loki, tempo … lead to the running Clew, and its
                                       output is read as logs; --data DIR or --url URL says which Clew
  clew check FILES…                    check Collector configurations and datasources.yaml files
  clew version

flags of start, each with its environment variable and a key of the same name in clew.yaml
${flags.join('\n')}
`;
}
