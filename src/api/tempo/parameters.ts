// Parameters of Tempo's API: search windows in unix seconds, metrics windows in several forms.

import { parseGoDurationNs, parsePrometheusDurationNs } from '../../base/duration.ts';
import { Failure } from '../../base/errors.ts';
import { parseDecimalSecondsNs, parseRfc3339Ns } from '../http/parameters.ts';
import type { TempoLimits } from './dependencies.ts';

const secondNs = 1_000_000_000n;
const hourNs = 3_600n * secondNs;

export interface Range {
  readonly startNs: bigint;
  readonly endNs: bigint;
}

function bad(message: string, cause?: unknown): Failure {
  return new Failure('invalid-data', message, { cause });
}

function unixSeconds(parameters: URLSearchParams, name: string): number {
  const text = parameters.get(name) ?? '';
  if (text === '') return 0;
  if (!/^\d{1,10}$/.test(text)) {
    throw bad(`invalid ${name}: expected unix seconds, got ${JSON.stringify(text.slice(0, 40))}`);
  }
  return Number(text);
}

/** `start` and `end` of search, tags and trace look-ups; undefined when neither is given. */
export function readSecondsRange(
  parameters: URLSearchParams,
  limits: TempoLimits,
): Range | undefined {
  const start = unixSeconds(parameters, 'start');
  const end = unixSeconds(parameters, 'end');
  if (start === 0 && end === 0) return undefined;
  if (end <= start) {
    throw bad(`http parameter start must be before end. received start=${start} end=${end}`);
  }
  if (limits.searchRangeMaxMs > 0 && (end - start) * 1000 > limits.searchRangeMaxMs) {
    const hours = Math.round(limits.searchRangeMaxMs / 3_600_000);
    throw bad(
      `range specified by start and end exceeds ${hours}h0m0s. received start=${start} end=${end}`,
    );
  }
  return { startNs: BigInt(start) * secondNs, endNs: BigInt(end) * secondNs };
}

export function readSearchLimit(parameters: URLSearchParams, limits: TempoLimits): number {
  const text = parameters.get('limit') ?? '';
  if (text === '') return limits.searchLimitDefault;
  const limit = /^-?\d{1,12}$/.test(text) ? Number(text) : Number.NaN;
  if (Number.isNaN(limit))
    throw bad(`invalid limit: expected a whole number, got ${JSON.stringify(text.slice(0, 40))}`);
  if (limit <= 0) throw bad('invalid limit: must be a positive number');
  if (limit > limits.searchLimitMax)
    throw bad(`limit ${limit} exceeds max limit ${limits.searchLimitMax}`);
  return limit;
}

export function readSpansPerSpanset(parameters: URLSearchParams, limits: TempoLimits): number {
  const text = parameters.get('spss') ?? '';
  if (text === '') return 3;
  const count = /^-?\d{1,12}$/.test(text) ? Number(text) : Number.NaN;
  if (Number.isNaN(count) || count < 0) {
    throw bad(
      `invalid spss: must be a non-negative number, got ${JSON.stringify(text.slice(0, 40))}`,
    );
  }
  if (count > limits.spansPerSpansetMax) {
    throw bad(`spans per span set exceeds ${limits.spansPerSpansetMax}. received ${count}`);
  }
  return count === 0 ? limits.spansPerSpansetMax : count;
}

/** A Go duration (`minDuration=100ms`), or undefined. */
export function goDuration(parameters: URLSearchParams, name: string): bigint | undefined {
  const text = parameters.get(name) ?? '';
  if (text === '') return undefined;
  try {
    return parseGoDurationNs(text);
  } catch (error) {
    throw bad(
      `invalid ${name}: expected a duration such as 100ms, got ${JSON.stringify(text.slice(0, 40))}`,
      error,
    );
  }
}

function anyTimeNs(text: string): bigint | undefined {
  if (/^\d+$/.test(text))
    return text.length <= 10
      ? BigInt(text) * secondNs
      : text.length <= 19
        ? BigInt(text)
        : undefined;
  return parseDecimalSecondsNs(text) ?? parseRfc3339Ns(text);
}

/** `start`, `end`, `since` of the metrics endpoints; default the last hour. */
export function readMetricsRange(parameters: URLSearchParams, nowNs: bigint): Range {
  const time = (name: string): bigint | undefined => {
    const text = parameters.get(name) ?? '';
    if (text === '') return undefined;
    const parsed = anyTimeNs(text);
    if (parsed === undefined)
      throw bad(`could not parse '${name}' parameter: ${JSON.stringify(text.slice(0, 60))}`);
    return parsed;
  };
  const endNs = time('end') ?? nowNs;
  const startNs = time('start') ?? endNs - (goDuration(parameters, 'since') ?? hourNs);
  if (endNs <= startNs) throw bad('end timestamp must not be before or equal to start time');
  return { startNs, endNs };
}

/** `step`: float seconds or a duration; default about 240 steps, at least a second each. */
export function readStep(parameters: URLSearchParams, range: Range, limits: TempoLimits): bigint {
  const text = parameters.get('step') ?? '';
  const lengthNs = range.endNs - range.startNs;
  let stepNs: bigint;
  if (text === '') {
    const seconds = lengthNs / 240n / secondNs;
    stepNs = (seconds > 1n ? seconds : 1n) * secondNs;
  } else {
    try {
      stepNs = parseDecimalSecondsNs(text) ?? parsePrometheusDurationNs(text);
    } catch (error) {
      throw bad(`could not parse 'step' parameter: ${JSON.stringify(text.slice(0, 60))}`, error);
    }
  }
  if (stepNs <= 0n) throw bad('step must be positive');
  if (lengthNs / stepNs > BigInt(limits.stepsMax)) {
    const least = lengthNs / BigInt(limits.stepsMax);
    throw bad(
      `step of ${stepNs / 1_000_000n}ms is too small, minimum step for given range is ${least / 1_000_000n}ms`,
    );
  }
  return stepNs;
}
