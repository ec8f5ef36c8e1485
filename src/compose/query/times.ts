// `--at`, `--from`, `--to`, `--step`: from words to the period of a query. What is left out is the last hour of a server,
// and the whole of files.

import { parseGoDurationNs, parsePrometheusDurationNs } from '../../base/duration.ts';
import { Failure } from '../../base/errors.ts';
import { parseDecimalSecondsNs, parseRfc3339Ns } from '../../api/http/parameters.ts';
import type { QueryPeriod, QueryShape } from '../../cli/query/request.ts';
import type { TimeExtent } from './files.ts';

const secondNs = 1_000_000_000n;
const hourNs = 3_600n * secondNs;
/** Steps of a range query that names none. */
const stepsWanted = 250n;

/** RFC 3339, a date, or Unix time in seconds, milliseconds, microseconds or nanoseconds by its length. */
export function parseTimeNs(text: string): bigint | undefined {
  if (/^\d{12,19}$/.test(text)) {
    const unit = text.length <= 14 ? 1_000_000n : text.length <= 17 ? 1000n : 1n;
    return BigInt(text) * unit;
  }
  if (/^\d{4}-\d{2}-\d{2}$/.test(text)) return parseRfc3339Ns(`${text}T00:00:00Z`);
  return parseDecimalSecondsNs(text) ?? parseRfc3339Ns(text);
}

function durationNs(text: string): bigint | undefined {
  for (const parse of [parsePrometheusDurationNs, parseGoDurationNs]) {
    try {
      return parse(text);
    } catch {
      // The other spelling may fit; the caller says so when none does.
    }
  }
  return undefined;
}

function timeFlag(flag: string, text: string, nowNs: bigint): bigint {
  const relative = /^now(?:-(.+))?$/.exec(text.trim());
  const ago = relative?.[1] === undefined ? 0n : durationNs(relative[1]);
  const time =
    relative === null ? parseTimeNs(text.trim()) : ago === undefined ? undefined : nowNs - ago;
  if (time !== undefined) return time;
  throw new Failure(
    'config',
    `--${flag}: expected a time such as 2026-05-04T12:00:00Z, 1777896000, now or now-15m, got ${JSON.stringify(text)}`,
  );
}

function stepFlag(text: string): bigint {
  const step = parseDecimalSecondsNs(text) ?? durationNs(text);
  if (step !== undefined && step > 0n) return step;
  throw new Failure(
    'config',
    `--step: expected a duration such as 30s or 1m, got ${JSON.stringify(text)}`,
  );
}

export interface TimeFlags {
  readonly at: string | undefined;
  readonly from: string | undefined;
  readonly to: string | undefined;
  readonly step: string | undefined;
}

export interface PeriodOptions {
  readonly flags: TimeFlags;
  readonly shape: QueryShape;
  readonly nowNs: bigint;
  /** Of the files that are asked; undefined for a server and for files that hold nothing. */
  readonly extent: TimeExtent | undefined;
}

/** What files hold, as a period whose end is exclusive but for series of steps. */
function wholeExtent(shape: QueryShape, { firstNs, lastNs }: TimeExtent): TimeExtent {
  switch (shape) {
    case 'samples':
    case 'line-samples':
      return { firstNs, lastNs };
    case 'lines':
      return { firstNs, lastNs: lastNs + 1n };
    case 'traces':
    case 'span-samples':
      // Whole seconds: a single trace has a rate of its spans in its second, not in its nanosecond.
      return {
        firstNs: (firstNs / secondNs) * secondNs,
        lastNs: (lastNs / secondNs + 1n) * secondNs,
      };
  }
}

/** Samples are asked at one time unless `--from`, `--to` or `--step` is given. */
export function periodOf({ flags, shape, nowNs, extent }: PeriodOptions): QueryPeriod {
  const { at, from, to, step } = flags;
  const isRange = from !== undefined || to !== undefined || step !== undefined;
  if (at !== undefined && isRange)
    throw new Failure(
      'config',
      '--at asks at one time and goes without --from, --to and --step, which ask for a range',
    );
  const whole = extent === undefined ? undefined : wholeExtent(shape, extent);
  const lastNs = whole?.lastNs ?? nowNs;
  const end = at === undefined ? to : at;
  const endNs = end === undefined ? lastNs : timeFlag(at === undefined ? 'to' : 'at', end, nowNs);
  const earliestNs = whole === undefined || whole.firstNs >= endNs ? endNs - hourNs : whole.firstNs;
  const startNs = from === undefined ? earliestNs : timeFlag('from', from, nowNs);
  if (endNs < startNs) throw new Failure('config', '--from is later than --to');
  const wholeSeconds = (endNs - startNs) / stepsWanted / secondNs;
  return {
    kind: isRange || shape === 'lines' || shape === 'traces' ? 'range' : 'instant',
    startNs,
    endNs,
    stepNs:
      step === undefined ? (wholeSeconds > 1n ? wholeSeconds : 1n) * secondNs : stepFlag(step),
  };
}
