// What a text that somebody pastes holds: IDs of traces in any form, an instant, and the part of it that a stored log
// line would have. Decides by shape alone; whether such a thing exists is for others to ask.

import { normalizeTraceId, type TraceIdForm } from '../../model/trace-id/normalize.ts';

export interface PastedId {
  /** 32 hex digits. */
  readonly traceId: string;
  /** 16 hex digits when the text names a span too, else empty. */
  readonly spanId: string;
  readonly givenAs: TraceIdForm;
  /** Whether there is more in the text than the ID. */
  readonly isInside: boolean;
}

/** What is looked at of a longer text. */
export const pastedLengthMax = 20_000;
const idsMax = 4;
/** Shorter than this, a number with its zeroes trimmed is more likely a word being typed. */
const trimmedLengthMin = 8;

const idInText =
  /\b(?:[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}|[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}|[0-9a-f]{32}|[0-9a-f]{16})\b/gi;

/** The IDs that the text is or has inside, each once; whole 128-bit ones before those that may be a span's. */
export function idsInText(given: string): readonly PastedId[] {
  const text = given.slice(0, pastedLengthMax).trim();
  const whole = recognized(withoutHeaderName(trimQuotes(text)), false);
  if (whole !== undefined) return [whole];
  const found = new Map<string, PastedId>();
  for (const [part] of text.matchAll(idInText)) {
    const id = recognized(part, true);
    if (id !== undefined && !found.has(id.traceId)) found.set(id.traceId, id);
  }
  const isShort = ({ givenAs }: PastedId): number => (givenAs === 'hex16' ? 1 : 0);
  return [...found.values()].toSorted((a, b) => isShort(a) - isShort(b)).slice(0, idsMax);
}

/** Without quotes and blanks around, or a comma behind; in one pass each, however many there are. */
function trimQuotes(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && '"\'` \t\n'.includes(text[start] ?? '')) start++;
  while (end > start && '"\'`,; \t\n'.includes(text[end - 1] ?? '')) end--;
  return text.slice(start, end);
}

/** `traceparent: `, `b3=`, `X-Amzn-Trace-Id: ` and the like; and the `0x` before a hexadecimal number. */
function withoutHeaderName(text: string): string {
  const bare = text.replace(
    /^(?:traceparent|b3|(?:x-)?amzn-trace-id|x-amzn-trace-id|uber-trace-id|x-b3-traceid|trace[-_. ]?id|span[-_. ]?id)\s*[:=]\s*/i,
    '',
  );
  return trimQuotes(bare).replace(/^0x(?=[0-9a-f]{1,32}$)/i, '');
}

function recognized(text: string, isInside: boolean): PastedId | undefined {
  const id = normalizeTraceId(text);
  if (id === undefined) return undefined;
  // A time of day has the same signs as a header of Jaeger's, only fewer.
  if (id.givenAs === 'jaeger' && text.length < 2 * trimmedLengthMin) return undefined;
  if (id.givenAs === 'trimmed' && (text.length < trimmedLengthMin || !/\d/.test(text))) {
    return undefined;
  }
  return { ...id, isInside };
}

const formWords: Partial<Record<TraceIdForm, string>> = {
  traceparent: 'traceparent',
  b3: 'B3 header',
  jaeger: 'Jaeger header',
  xray: 'X-Ray trace ID',
  gcp: 'Google Cloud trace',
  decimal: 'trace ID, decimal as Datadog has it',
  base64: 'trace ID, base64',
};

/** `trace ID, 64-bit`, `traceparent`: what the shape of an ID says. */
export function wordsForId({ traceId, givenAs, isInside }: PastedId): string {
  const where = isInside ? ' in this text' : '';
  const form = formWords[givenAs];
  if (form !== undefined) return `${form}${where}`;
  if (traceId.startsWith('0'.repeat(16))) return `trace ID, 64-bit${where}`;
  return `trace ID, 128-bit${where}`;
}

const nsPerMs = 1_000_000n;
const dayMs = 86_400_000;

const dateAndTime =
  /(\d{4})-(\d{2})-(\d{2})[T ](\d{2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?\s?(Z|UTC|[+-]\d{2}:?\d{2})?/;
const timeAlone = /(?:^|[^\d:])(\d{2}):(\d{2}):(\d{2})(?:[.,](\d{1,9}))?(?![\d:])/;
const epoch = /(?:^|[^\d])(1\d{12}|1\d{18})(?!\d)/;
/** Times stand at the beginning of a line, or in its first field. */
const timeWithin = 400;

/** The instants that the text's time may mean: several when it names no zone. */
export function instantsInText(
  given: string,
  offsetMinutes: number,
  nowMs: number,
): readonly bigint[] {
  const text = given.slice(0, timeWithin);
  const full = dateAndTime.exec(text);
  if (full !== null) {
    const [, year, month, day, hour, minute, second = '0', fraction = '', zone] = full;
    const ms = Date.UTC(
      Number(year),
      Number(month) - 1,
      Number(day),
      Number(hour),
      Number(minute),
      Number(second),
    );
    const ns = BigInt(ms) * nsPerMs + BigInt(fraction.padEnd(9, '0'));
    return zone === undefined
      ? inZones(ns, [offsetMinutes, 0])
      : inZones(ns, [minutesOfZone(zone)]);
  }
  const number = epoch.exec(text)?.[1];
  if (number !== undefined) return [BigInt(number) * (number.length === 13 ? nsPerMs : 1n)];
  const time = timeAlone.exec(text);
  if (time === null) return [];
  const [, hour, minute, second, fraction = ''] = time;
  const ofDayMs = (Number(hour) * 3600 + Number(minute) * 60 + Number(second)) * 1000;
  const latest = [...new Set([offsetMinutes, 0])].map((offset) => {
    const dayStart = Math.floor((nowMs + offset * 60_000) / dayMs) * dayMs - offset * 60_000;
    const at = dayStart + ofDayMs;
    // A time of day that is still to come was yesterday's. A minute is for clocks that run ahead.
    return at > nowMs + 60_000 ? at - dayMs : at;
  });
  return latest.map((ms) => BigInt(ms) * nsPerMs + BigInt(fraction.padEnd(9, '0')));
}

function inZones(ns: bigint, offsets: readonly number[]): readonly bigint[] {
  return [...new Set(offsets)].map((minutes) => ns - BigInt(minutes) * 60_000n * nsPerMs);
}

function minutesOfZone(zone: string): number {
  const parts = /^([+-])(\d{2}):?(\d{2})$/.exec(zone);
  if (parts === null) return 0;
  const minutes = Number(parts[2]) * 60 + Number(parts[3]);
  return parts[1] === '-' ? -minutes : minutes;
}

const fragmentLengthMin = 8;
/** Longer than this, the beginning of a line finds it as well. */
const fragmentLengthMax = 400;
const fragmentsMax = 4;

const prefixes: readonly RegExp[] = [
  // A time, with or without a date, and what may be around it.
  /^[[("']?(?:\d{4}-\d{2}-\d{2}[T ])?\d{2}:\d{2}:\d{2}(?:[.,]\d+)?\s?(?:Z|UTC|[+-]\d{2}:?\d{2})?[\])"']?\s+/,
  // A severity as a letter or a word, or both.
  /^(?:[[(<]?(?:TRACE|DEBUG|INFO|WARN(?:ING)?|ERROR|FATAL|[TDIWEF])[\])>]?:?\s+){1,2}/i,
  // A service's name, as Clew's own list has it.
  /^[\w.-]+\s+/,
];

/** What a stored line may contain of the pasted one, the longest first: with and without what a viewer puts before it. */
export function lineFragments(given: string): readonly string[] {
  const lines = given.slice(0, pastedLengthMax).split('\n');
  let rest = (lines.find((line) => line.trim().length >= fragmentLengthMin) ?? '').trim();
  const fragments = [rest];
  for (const prefix of prefixes) {
    const stripped = rest.replace(prefix, '');
    if (stripped !== rest) fragments.push(stripped.trim());
    rest = stripped;
  }
  return [
    ...new Set(
      fragments
        .filter((fragment) => fragment.length >= fragmentLengthMin)
        .map((fragment) => fragment.slice(0, fragmentLengthMax)),
    ),
  ].slice(0, fragmentsMax);
}
