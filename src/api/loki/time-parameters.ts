// Times and durations as Loki's API takes them: integers of up to ten digits are seconds, longer ones nanoseconds; with
// a dot it is float seconds; else RFC 3339.

import { parsePrometheusDurationNs } from '../../base/duration.ts';
import { Failure } from '../../base/errors.ts';
import { parseDecimalSecondsNs, parseRfc3339Ns } from '../http/parameters.ts';

/** Points a series that a range query may have (Loki's own limit). */
export const pointsMax = 11_000;
const hourNs = 3_600_000_000_000n;
const secondNs = 1_000_000_000n;

export function parseLokiTimeNs(text: string): bigint | undefined {
  if (/^-?\d+$/.test(text)) {
    const digits = text.startsWith('-') ? text.length - 1 : text.length;
    return digits <= 10 ? BigInt(text) * secondNs : digits <= 19 ? BigInt(text) : undefined;
  }
  return text.includes('.') && !text.includes(':')
    ? parseDecimalSecondsNs(text)
    : parseRfc3339Ns(text);
}

function timeParameter(parameters: URLSearchParams, name: string): bigint | undefined {
  const text = parameters.get(name);
  if (text === null || text === '') return undefined;
  const time = parseLokiTimeNs(text);
  if (time !== undefined) return time;
  throw new Failure(
    'invalid-data',
    `could not parse '${name}' parameter: expected seconds, nanoseconds or an RFC 3339 time, got ${JSON.stringify(text.slice(0, 60))}`,
  );
}

/** Float seconds or a Prometheus duration. */
export function durationParameterNs(parameters: URLSearchParams, name: string): bigint | undefined {
  const text = parameters.get(name);
  if (text === null || text === '') return undefined;
  const seconds = parseDecimalSecondsNs(text);
  if (seconds !== undefined) return seconds;
  try {
    return parsePrometheusDurationNs(text);
  } catch (error) {
    throw new Failure(
      'invalid-data',
      `could not parse '${name}' parameter: expected seconds or a duration such as 30s, got ${JSON.stringify(text.slice(0, 60))}`,
      { cause: error },
    );
  }
}

export interface LokiRange {
  readonly startNs: bigint;
  readonly endNs: bigint;
}

/** `start`, `end` and `since` with Loki's defaults: the last hour. */
export function readRange(parameters: URLSearchParams, nowNs: bigint): LokiRange {
  const since = durationParameterNs(parameters, 'since') ?? hourNs;
  const endNs = timeParameter(parameters, 'end') ?? nowNs;
  const startNs = timeParameter(parameters, 'start') ?? (endNs < nowNs ? endNs : nowNs) - since;
  if (endNs < startNs) {
    throw new Failure('invalid-data', 'end timestamp must not be before or equal to start time');
  }
  return { startNs, endNs };
}

/** The evaluation time of an instant query. */
export function readInstant(parameters: URLSearchParams, nowNs: bigint): bigint {
  return timeParameter(parameters, 'time') ?? nowNs;
}

/** `step` with Loki's default, checked against the cap on points. */
export function readStepNs(parameters: URLSearchParams, range: LokiRange): bigint {
  const given = durationParameterNs(parameters, 'step');
  const lengthNs = range.endNs - range.startNs;
  const wholeSeconds = lengthNs / 250n / secondNs;
  const stepNs = given ?? (wholeSeconds > 1n ? wholeSeconds : 1n) * secondNs;
  if (stepNs <= 0n) {
    throw new Failure(
      'invalid-data',
      'zero or negative query resolution step widths are not accepted. Try a positive integer',
    );
  }
  if (lengthNs / stepNs > BigInt(pointsMax)) {
    throw new Failure(
      'invalid-data',
      'exceeded maximum resolution of 11,000 points per time series. Try increasing the value of the step parameter',
    );
  }
  return stepNs;
}

export function readIntervalNs(parameters: URLSearchParams): bigint {
  const interval = durationParameterNs(parameters, 'interval') ?? 0n;
  if (interval < 0n) throw new Failure('invalid-data', 'interval must be >= 0');
  return interval;
}

export function readDirection(parameters: URLSearchParams): 'forward' | 'backward' {
  const text = parameters.get('direction') ?? '';
  const direction = text.toLowerCase();
  if (direction === '' || direction === 'backward') return 'backward';
  if (direction === 'forward') return 'forward';
  throw new Failure('invalid-data', `invalid direction '${text.slice(0, 40)}'`);
}
