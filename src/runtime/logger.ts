// Clew's own log: JSON lines on standard error, one object a line. Messages are short, lower-case, without a trailing
// stop; what varies goes into fields.

export type LogLevel = 'debug' | 'info' | 'warn' | 'error';
export type LogFields = Readonly<Record<string, string | number | boolean | bigint | undefined>>;

export interface Logger {
  debug(message: string, fields?: LogFields): void;
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
  /** A logger whose every line carries these fields too. */
  with(fields: LogFields): Logger;
}

const rank: Readonly<Record<LogLevel, number>> = { debug: 0, info: 1, warn: 2, error: 3 };

export interface LoggerOptions {
  readonly level: LogLevel;
  readonly nowMs: () => number;
  /** Takes whole lines, newline included. */
  readonly write: (line: string) => void;
  readonly fields?: LogFields | undefined;
}

export function createLogger(options: LoggerOptions): Logger {
  const log = (level: LogLevel, message: string, fields: LogFields = {}): void => {
    if (rank[level] < rank[options.level]) return;
    const line = {
      time: new Date(options.nowMs()).toISOString(),
      level,
      message,
      ...options.fields,
      ...fields,
    };
    options.write(
      `${JSON.stringify(line, (_, value: unknown) => (typeof value === 'bigint' ? value.toString() : value))}\n`,
    );
  };
  return {
    debug: (message, fields) => log('debug', message, fields),
    info: (message, fields) => log('info', message, fields),
    warn: (message, fields) => log('warn', message, fields),
    error: (message, fields) => log('error', message, fields),
    with: (fields) => createLogger({ ...options, fields: { ...options.fields, ...fields } }),
  };
}

/** For tests and for parts that must be silent. */
export const silentLogger: Logger = createLogger({
  level: 'error',
  nowMs: () => 0,
  write: () => undefined,
});
