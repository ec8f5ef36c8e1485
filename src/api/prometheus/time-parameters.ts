// Times and durations as Prometheus's API takes them: float unix seconds or RFC 3339; integers are always seconds.

import { parsePrometheusDurationNs } from '../../base/duration.ts';
import { Failure } from '../../base/errors.ts';
import { parseDecimalSecondsNs, parseRfc3339Ns } from '../http/parameters.ts';

/** Points a series that a range query may have. */
const pointsMax = 11_000;
/** Go's `minTime` and `maxTime` that Prometheus's own clients send for "everything". */
const minTimeMs = -8_640_000_000_000_000;
const maxTimeMs = 8_640_000_000_000_000;

function invalid(name: string, cause: string): Failure {
  return new Failure('invalid-data', `invalid parameter "${name}": ${cause}`);
}

function roundNsToMs(ns: bigint): number {
  return Number((ns + 500_000n) / 1_000_000n);
}

export function parseTimeMs(text: string): number | undefined {
  if (text === '-292273086-05-16T16:47:06Z') return minTimeMs;
  if (text === '292277025-08-18T07:12:54.999999999Z') return maxTimeMs;
  const ns = parseDecimalSecondsNs(text) ?? parseRfc3339Ns(text);
  return ns === undefined ? undefined : roundNsToMs(ns);
}

export function timeParameterMs(
  parameters: URLSearchParams,
  name: string,
  fallbackMs: number | undefined,
): number {
  const text = parameters.get(name) ?? '';
  if (text === '' && fallbackMs !== undefined) return fallbackMs;
  const time = parseTimeMs(text);
  if (time === undefined)
    throw invalid(name, `cannot parse ${JSON.stringify(text.slice(0, 60))} to a valid timestamp`);
  return time;
}

export function durationParameterMs(parameters: URLSearchParams, name: string): number | undefined {
  const text = parameters.get(name);
  if (text === null || text === '') return undefined;
  const seconds = parseDecimalSecondsNs(text);
  if (seconds !== undefined) return roundNsToMs(seconds);
  try {
    return roundNsToMs(parsePrometheusDurationNs(text));
  } catch (error) {
    throw new Failure(
      'invalid-data',
      `invalid parameter "${name}": cannot parse ${JSON.stringify(text.slice(0, 60))} to a valid duration`,
      { cause: error },
    );
  }
}

export interface EvaluationRange {
  readonly startMs: number;
  readonly endMs: number;
  readonly stepMs: number;
}

/** `start`, `end` and `step` of a range query, all required. */
export function readEvaluationRange(parameters: URLSearchParams): EvaluationRange {
  const startMs = timeParameterMs(parameters, 'start', undefined);
  const endMs = timeParameterMs(parameters, 'end', undefined);
  if (endMs < startMs) throw invalid('end', 'end timestamp must not be before start time');
  const stepMs = durationParameterMs(parameters, 'step');
  if (stepMs === undefined) throw invalid('step', 'cannot parse "" to a valid duration');
  if (stepMs <= 0)
    throw invalid(
      'step',
      'zero or negative query resolution step widths are not accepted. Try a positive integer',
    );
  if ((endMs - startMs) / stepMs > pointsMax) {
    throw new Failure(
      'invalid-data',
      'exceeded maximum resolution of 11,000 points per timeseries. Try decreasing the query resolution (?step=XX)',
    );
  }
  return { startMs, endMs, stepMs };
}

export function readTimeoutMs(parameters: URLSearchParams, longestMs: number): number {
  return Math.min(durationParameterMs(parameters, 'timeout') ?? longestMs, longestMs);
}
