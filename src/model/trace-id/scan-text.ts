// Finds trace IDs in the bytes of a log line without parsing it: beside a key in JSON (at any depth, escaped or not),
// logfmt or prose, in a `traceparent`, or as 32 bare hex digits. A line that has none costs a few dozen byte reads: the
// word "trace" is looked for in strides of its length, a run of 32 hex digits in strides of 32.

import type { TraceIdSource } from '../log-record.ts';
import { encodeHex, hexDigitValue } from '../../base/hex.ts';
import { type NormalizedTraceId, normalizeSpanId, normalizeTraceId } from './normalize.ts';

export interface TraceIdCandidate {
  /** 32 lower-case hex digits. */
  readonly traceId: string;
  /** 16 lower-case hex digits, or empty. */
  readonly spanId: string;
  readonly source: TraceIdSource;
}

export const candidatesMax = 4;

/** Occurrences of a key's word that are looked at in one line; a line that talks of traces all along is prose. */
const keysMax = 64;
/** How far behind `"trace":{` its `"id"` may be. */
const nestedBytesMax = 256;
const valueBytesMax = 160;
/**
 * An ID that lost its leading zeroes has lost few. Fewer digits beside a key, or none of a to f among them, are a
 * counter, a time or an abbreviation.
 */
const trimmedDigitsMin = 12;

const [hexClass, letterClass, valueClass] = [1, 2, 4];
/** Bits of what a byte may be part of: a hex digit, a word, a value beside a key. */
const classOf: Uint8Array = new Uint8Array(256);
for (let code = 0; code < 128; code++) {
  const char = String.fromCharCode(code);
  classOf[code] =
    (hexDigitValue(code) >= 0 ? hexClass : 0) |
    (/[0-9A-Za-z]/.test(char) ? letterClass : 0) |
    (/[0-9A-Za-z+/=_:.;-]/.test(char) ? valueClass : 0);
}

const [quote, apostrophe, backslash, dash, space] = [0x22, 0x27, 0x5c, 0x2d, 0x20];

function has(byte: number | undefined, mask: number): boolean {
  return byte !== undefined && ((classOf[byte] ?? 0) & mask) !== 0;
}

/** How far the end of the needle may be moved on after reading a byte there (Horspool), either case. */
function strideTable(word: string): Uint8Array {
  const table = new Uint8Array(256).fill(word.length);
  for (let at = 0; at < word.length - 1; at++) {
    const code = word.charCodeAt(at);
    table[code] = word.length - 1 - at;
    table[code - 32] = word.length - 1 - at;
  }
  return table;
}

interface Needle {
  readonly codes: readonly number[];
  readonly strides: Uint8Array;
}

function needle(word: string): Needle {
  return {
    codes: Array.from(word, (char) => char.charCodeAt(0)),
    strides: strideTable(word),
  };
}

const traceWord: Needle = needle('trace');
const spanWord: Needle = needle('span');

function startsWith(
  bytes: Uint8Array,
  at: number,
  end: number,
  lowerCodes: readonly number[],
): boolean {
  if (at + lowerCodes.length > end) return false;
  for (let i = 0; i < lowerCodes.length; i++) {
    if (((bytes[at + i] ?? 0) | 32) !== lowerCodes[i]) return false;
  }
  return true;
}

/** First place of the word in any case, or -1. */
function indexOfWord(bytes: Uint8Array, from: number, end: number, word: Needle): number {
  const length = word.codes.length;
  const lastCode = word.codes[length - 1];
  let at = from + length - 1;
  while (at < end) {
    const byte = bytes[at] ?? 0;
    if ((byte | 32) === lastCode && startsWith(bytes, at - length + 1, end, word.codes)) {
      return at - length + 1;
    }
    at += word.strides[byte] ?? length;
  }
  return -1;
}

/** At most some hundred bytes, as one text; what is not ASCII becomes some other character, never a digit. */
function text(bytes: Uint8Array, start: number, end: number): string {
  let out = '';
  for (let at = start; at < end; at++) out += String.fromCharCode(bytes[at] ?? 0);
  return out;
}

function hexEnd(bytes: Uint8Array, at: number, end: number): number {
  while (at < end && has(bytes[at], hexClass)) at++;
  return at;
}

const idScratch: Uint8Array = new Uint8Array(16);

/** 32 or 16 hex digits in lower case; empty when they are all zeroes. */
function hexText(bytes: Uint8Array, start: number, end: number): string {
  const width = (end - start) >> 1;
  let any = 0;
  for (let at = 0; at < width; at++) {
    const high = hexDigitValue(bytes[start + at * 2] ?? 0);
    const value = (high << 4) | hexDigitValue(bytes[start + at * 2 + 1] ?? 0);
    idScratch[at] = value;
    any |= value;
  }
  return any === 0 ? '' : encodeHex(idScratch, 0, width);
}

/** Whether a word begins here: behind something that is no letter, or at a capital in camel case. */
function beginsWord(bytes: Uint8Array, start: number, at: number): boolean {
  if (at === start) return true;
  const before = bytes[at - 1];
  if (!has(before, letterClass)) return true;
  const isCapital = (bytes[at] ?? 0) < 97;
  return isCapital && (before ?? 0) >= 97;
}

const [idCodes, parentCodes] = ['id', 'parent'].map((word) =>
  Array.from(word, (char) => char.charCodeAt(0)),
) as [number[], number[]];

type KeyKind = 'strong' | 'weak' | 'traceparent';

/** What the word at `at` is the key of, and where the key ends; undefined when it is no key. */
function keyAt(
  bytes: Uint8Array,
  start: number,
  end: number,
  at: number,
  wordLength: number,
): { readonly kind: KeyKind; readonly end: number } | undefined {
  if (!beginsWord(bytes, start, at)) return undefined;
  let next = at + wordLength;
  const separated = next < end && [0x5f, dash, 0x2e, space].includes(bytes[next] ?? 0);
  const afterSeparator = separated ? next + 1 : next;
  if (wordLength === 5 && startsWith(bytes, afterSeparator, end, parentCodes)) {
    next = afterSeparator + 6;
    return has(bytes[next], letterClass) && next < end
      ? undefined
      : { kind: 'traceparent', end: next };
  }
  if (startsWith(bytes, afterSeparator, end, idCodes)) {
    next = afterSeparator + 2;
    if (next >= end || !has(bytes[next], letterClass)) return { kind: 'strong', end: next };
    return undefined;
  }
  return next < end && has(bytes[next], letterClass) ? undefined : { kind: 'weak', end: next };
}

function skipDecoration(bytes: Uint8Array, at: number, end: number): number {
  while (at < end) {
    const byte = bytes[at] ?? 0;
    const decorates =
      byte === space ||
      byte === quote ||
      byte === apostrophe ||
      byte === backslash ||
      byte === 0x60 ||
      byte === 0x5b ||
      byte === 0x28 ||
      byte === 0x3c;
    if (!decorates) break;
    at++;
  }
  return at;
}

/** Where the value of a key begins: behind `:`, `=`, `=>` or, in prose, a space; -1 when nothing follows. */
function valueAt(
  bytes: Uint8Array,
  keyEnd: number,
  end: number,
): { readonly at: number; readonly assigned: boolean } | undefined {
  let at = keyEnd;
  while (at < end && [quote, apostrophe, backslash, space, 0x5d].includes(bytes[at] ?? 0)) at++;
  const byte = bytes[at];
  const assigned = at < end && (byte === 0x3a || byte === 0x3d);
  if (assigned) {
    at++;
    if (byte === 0x3d && bytes[at] === 0x3e) at++;
  } else if (at === keyEnd || bytes[keyEnd] !== space) {
    return undefined;
  }
  at = skipDecoration(bytes, at, end);
  return at < end ? { at, assigned } : undefined;
}

/** Value of the `"id"` directly inside the object that begins at `at`. */
function nestedIdAt(bytes: Uint8Array, at: number, lineEnd: number): number {
  const end = Math.min(lineEnd, at + nestedBytesMax);
  let depth = 0;
  for (let i = at; i < end; i++) {
    const byte = bytes[i];
    if (byte === 0x7b) depth++;
    else if (byte === 0x7d && --depth === 0) return -1;
    else if (
      depth === 1 &&
      startsWith(bytes, i, end, idCodes) &&
      !has(bytes[i - 1], letterClass) &&
      !has(bytes[i + 2], letterClass)
    ) {
      const value = valueAt(bytes, i + 2, end);
      if (value !== undefined && value.assigned) return value.at;
    }
  }
  return -1;
}

function isStrict(id: NormalizedTraceId): boolean {
  return id.givenAs !== 'trimmed' && id.givenAs !== 'base64' && id.givenAs !== 'decimal';
}

/** The ID beside a key, or undefined; a weak key takes only what cannot be anything else. */
export function traceIdBesideKey(value: string, strict: boolean): NormalizedTraceId | undefined {
  const id = normalizeTraceId(value);
  if (id === undefined) return undefined;
  const isShort = value.length < trimmedDigitsMin || !/[a-f]/i.test(value);
  if (id.givenAs === 'trimmed' && isShort) return undefined;
  return strict && !isStrict(id) ? undefined : id;
}

function readTraceId(
  bytes: Uint8Array,
  at: number,
  lineEnd: number,
  strict: boolean,
): NormalizedTraceId | undefined {
  const end = Math.min(lineEnd, at + valueBytesMax);
  const digitsEnd = hexEnd(bytes, at, end);
  if (digitsEnd - at === 32 && (digitsEnd === lineEnd || !has(bytes[digitsEnd], valueClass))) {
    const traceId = hexText(bytes, at, digitsEnd);
    return traceId === '' ? undefined : { traceId, spanId: '', givenAs: 'hex32' };
  }
  let valueEnd = digitsEnd;
  while (valueEnd < end && has(bytes[valueEnd], valueClass)) valueEnd++;
  const whole = traceIdBesideKey(text(bytes, at, valueEnd), strict);
  if (whole !== undefined) return whole;
  let idEnd = digitsEnd;
  while (idEnd < valueEnd && (has(bytes[idEnd], hexClass) || bytes[idEnd] === dash)) idEnd++;
  if (idEnd === valueEnd || has(bytes[idEnd], letterClass)) return undefined;
  return traceIdBesideKey(text(bytes, at, idEnd), strict);
}

/** First span ID beside a key of its own, or empty. */
function findSpanId(bytes: Uint8Array, start: number, end: number): string {
  let at = start;
  for (let tries = 0; tries < keysMax; tries++) {
    at = indexOfWord(bytes, at, end, spanWord);
    if (at < 0) return '';
    const word = at;
    at += 4;
    const key = keyAt(bytes, start, end, word, 4);
    if (key === undefined) continue;
    const before = text(bytes, Math.max(start, word - 7), word).toLowerCase();
    if (/parent[^a-z0-9]?$/.test(before)) continue;
    let value = valueAt(bytes, key.end, end)?.at ?? -1;
    if (value < 0) continue;
    if (key.kind === 'weak') {
      if (bytes[value] !== 0x7b) continue;
      value = nestedIdAt(bytes, value, end);
      if (value < 0) continue;
    }
    const digitsEnd = hexEnd(bytes, value, end);
    if (digitsEnd - value === 16 && (digitsEnd === end || !has(bytes[digitsEnd], letterClass))) {
      const spanId = hexText(bytes, value, digitsEnd);
      if (spanId !== '') return spanId;
    }
    let valueEnd = value;
    const valueLimit = Math.min(end, value + 32);
    while (valueEnd < valueLimit && has(bytes[valueEnd], letterClass)) valueEnd++;
    if (valueEnd - value < trimmedDigitsMin) continue;
    const spanId = normalizeSpanId(text(bytes, value, valueEnd));
    if (spanId !== undefined) return spanId;
  }
  return '';
}

/** Adds a candidate unless it is there or there are enough; a known one gains a span ID that it lacks. */
export function addCandidate(found: TraceIdCandidate[], candidate: TraceIdCandidate): void {
  for (let at = 0; at < found.length; at++) {
    const known = found[at];
    if (known === undefined || known.traceId !== candidate.traceId) continue;
    if (known.spanId === '' && candidate.spanId !== '') {
      found[at] = { ...known, spanId: candidate.spanId };
    }
    return;
  }
  if (found.length < candidatesMax) found.push(candidate);
}

function scanKeys(bytes: Uint8Array, start: number, end: number, found: TraceIdCandidate[]): void {
  let spanId: string | undefined;
  let at = start;
  for (let tries = 0; tries < keysMax; tries++) {
    at = indexOfWord(bytes, at, end, traceWord);
    if (at < 0) return;
    const key = keyAt(bytes, start, end, at, 5);
    at += 5;
    if (key === undefined) continue;
    const value = valueAt(bytes, key.end, end);
    if (value === undefined || (key.kind === 'weak' && !value.assigned)) continue;
    let valueStart = value.at;
    let strict = key.kind === 'weak' || !value.assigned;
    if (key.kind === 'weak' && bytes[valueStart] === 0x7b) {
      valueStart = nestedIdAt(bytes, valueStart, end);
      if (valueStart < 0) continue;
      strict = false;
    }
    const id = readTraceId(bytes, valueStart, end, strict);
    if (id === undefined) continue;
    if (key.kind === 'traceparent' && id.givenAs !== 'traceparent') continue;
    // The line's own span ID belongs to the first trace ID that brings none.
    if (id.spanId === '') spanId ??= findSpanId(bytes, start, end);
    addCandidate(found, {
      traceId: id.traceId,
      spanId: id.spanId === '' ? (spanId ?? '') : id.spanId,
      source: id.givenAs === 'traceparent' ? 'traceparent' : 'key',
    });
    if (id.spanId === '') spanId = '';
    at = Math.max(at, valueStart);
  }
}

function isHexRun(bytes: Uint8Array, from: number, to: number, end: number): boolean {
  if (to > end) return false;
  for (let at = from; at < to; at++) if (!has(bytes[at], hexClass)) return false;
  return true;
}

/** The span ID of the traceparent whose trace ID is at `from`, or undefined when it is none. */
function traceparentSpan(
  bytes: Uint8Array,
  start: number,
  from: number,
  end: number,
): string | undefined {
  const to = from + 32;
  const fits =
    from - 3 >= start &&
    bytes[from - 1] === dash &&
    isHexRun(bytes, from - 3, from - 1, end) &&
    to + 20 <= end &&
    bytes[to] === dash &&
    isHexRun(bytes, to + 1, to + 17, end) &&
    bytes[to + 17] === dash &&
    isHexRun(bytes, to + 18, to + 20, end);
  return fits ? hexText(bytes, to + 1, to + 17) : undefined;
}

function scanBareHex(
  bytes: Uint8Array,
  start: number,
  end: number,
  found: TraceIdCandidate[],
): void {
  let unread = start;
  // Any run of 32 has a digit at each stride of 32.
  let at = start + 31;
  while (at < end && found.length < candidatesMax) {
    if (!has(bytes[at], hexClass)) {
      unread = at + 1;
      at += 32;
      continue;
    }
    let from = at;
    while (from > unread && has(bytes[from - 1], hexClass)) from--;
    let to = at + 1;
    while (to < end && has(bytes[to], hexClass)) to++;
    const alone =
      (from === start || !has(bytes[from - 1], letterClass)) &&
      (to === end || !has(bytes[to], letterClass));
    if (to - from === 32 && alone) {
      const traceId = hexText(bytes, from, to);
      const spanId = traceparentSpan(bytes, start, from, end);
      const source = spanId === undefined ? 'text' : 'traceparent';
      if (traceId !== '') addCandidate(found, { traceId, spanId: spanId ?? '', source });
    }
    unread = to;
    at = to + 32;
  }
}

/** Adds what the bytes from `start` to `end` name, until there are four in all. */
export function scanTraceIds(
  bytes: Uint8Array,
  start: number,
  end: number,
  found: TraceIdCandidate[],
): void {
  scanKeys(bytes, start, end, found);
  scanBareHex(bytes, start, end, found);
}
