// `detected_level` as Loki computes it on the way in: from structured metadata, stream labels, OTLP's severity number,
// a JSON or logfmt key of the line, and last a word in its text. Works on the line's bytes.

import { type AttributeColumns, attributeKind } from './attribute-columns.ts';
import { printAttributeText } from './attributes.ts';
import type { Labels } from './labels.ts';
import { sanitizeLabelName } from './log-labels.ts';
import { bodyKind, type LogsBatch } from './logs-batch.ts';

export const unknownLevel = 'unknown';

/** Names that hold a level, in Loki's spelling and order. */
export const levelKeys: readonly string[] = [
  'level',
  'LEVEL',
  'Level',
  'log.level',
  'severity',
  'SEVERITY',
  'Severity',
  'SeverityText',
  'lvl',
  'LVL',
  'Lvl',
  'severity_text',
  'Severity_Text',
  'SEVERITY_TEXT',
];

const levelKeySet: ReadonlySet<string> = new Set(levelKeys);
const keyLengths: ReadonlySet<number> = new Set(levelKeys.map((key) => key.length));

/** Spellings that mean one of Loki's levels, in lower case. */
const levelOfWord: ReadonlyMap<string, string> = new Map([
  ['trace', 'trace'],
  ['trc', 'trace'],
  ['debug', 'debug'],
  ['dbg', 'debug'],
  ['info', 'info'],
  ['inf', 'info'],
  ['information', 'info'],
  ['warn', 'warn'],
  ['wrn', 'warn'],
  ['warning', 'warn'],
  ['error', 'error'],
  ['err', 'error'],
  ['critical', 'critical'],
  ['fatal', 'fatal'],
]);

/** Words that the scan of a text without keys looks for. */
const scannedWords: ReadonlySet<string> = new Set([
  'trace',
  'debug',
  'fatal',
  'critical',
  'error',
  'err',
  'warning',
  'warn',
  'info',
]);

/** By first letter, the lengths of the words above as bits. */
const scannedLengths: Uint32Array = new Uint32Array(256);
for (const word of scannedWords) {
  const first = word.charCodeAt(0);
  scannedLengths[first] = (scannedLengths[first] ?? 0) | (1 << word.length);
}

const wordLengthMax = 11;
/** Loki looks for the key in the first two levels of a JSON line. */
const jsonDepthMax = 2;

const [quote, backslash, openBrace, closeBrace] = [0x22, 0x5c, 0x7b, 0x7d];

/** One of Loki's levels for its usual spellings; any other text as it is. */
export function normalizeLevel(value: string): string {
  return levelOfWord.get(value.toLowerCase()) ?? value;
}

function levelOfSeverityNumber(severity: number): string {
  if (severity <= 0 || severity > 24) return '';
  return ['trace', 'debug', 'info', 'warn', 'error', 'fatal'][(severity - 1) >> 2] ?? '';
}

const wordByte: Uint8Array = new Uint8Array(256);
for (let code = 0; code < 128; code++) {
  const char = String.fromCharCode(code);
  wordByte[code] = /[A-Za-z0-9_]/.test(char) ? 1 : 0;
}

function ascii(bytes: Uint8Array, start: number, end: number): string {
  let text = '';
  for (let at = start; at < end; at++) text += String.fromCharCode(bytes[at] ?? 0);
  return text;
}

function isLevelKey(bytes: Uint8Array, start: number, end: number): boolean {
  if (!keyLengths.has(end - start)) return false;
  const first = (bytes[start] ?? 0) | 32;
  // All names start with "l" or "s".
  return (first === 0x6c || first === 0x73) && levelKeySet.has(ascii(bytes, start, end));
}

function levelOfBytes(bytes: Uint8Array, start: number, end: number): string {
  const length = end - start;
  if (length < 3 || length > wordLengthMax) return '';
  return levelOfWord.get(ascii(bytes, start, end).toLowerCase()) ?? '';
}

/** End of the JSON string whose opening quote is at `at`: behind the closing quote, or `end`. */
function stringEnd(bytes: Uint8Array, at: number, end: number): number {
  for (let i = at + 1; i < end; i++) {
    const byte = bytes[i];
    if (byte === backslash) i++;
    else if (byte === quote) return i + 1;
  }
  return end;
}

function skipSpace(bytes: Uint8Array, at: number, end: number): number {
  while (at < end && (bytes[at] ?? 0) <= 0x20) at++;
  return at;
}

/** Level under the first such key in the first two levels of a JSON object, or empty. */
function levelOfJson(bytes: Uint8Array, start: number, end: number): string {
  let depth = 0;
  // Keys inside of lists do not count: `listDepth` is how many lists are open.
  let listDepth = 0;
  let at = start;
  while (at < end) {
    const byte = bytes[at];
    if (byte === openBrace) depth++;
    else if (byte === closeBrace) depth--;
    else if (byte === 0x5b) listDepth++;
    else if (byte === 0x5d) listDepth--;
    else if (byte === quote) {
      const keyEnd = stringEnd(bytes, at, end);
      const colon = skipSpace(bytes, keyEnd, end);
      const isKey = bytes[colon] === 0x3a && colon < end;
      if (
        isKey &&
        listDepth === 0 &&
        depth <= jsonDepthMax &&
        isLevelKey(bytes, at + 1, keyEnd - 1)
      ) {
        const value = skipSpace(bytes, colon + 1, end);
        if (bytes[value] === quote && value < end) {
          return levelOfBytes(bytes, value + 1, stringEnd(bytes, value, end) - 1);
        }
      }
      at = keyEnd;
      continue;
    }
    at++;
  }
  return '';
}

/** Level under the first such key of a logfmt line, or empty. */
function levelOfLogfmt(bytes: Uint8Array, start: number, end: number): string {
  let tokenStart = start;
  for (let at = start; at < end; at++) {
    const byte = bytes[at] ?? 0;
    if (byte <= 0x20) {
      tokenStart = at + 1;
    } else if (byte === 0x3d) {
      const quoted = bytes[at + 1] === quote && at + 1 < end;
      const valueStart = quoted ? at + 2 : at + 1;
      let valueEnd = valueStart;
      if (quoted) valueEnd = stringEnd(bytes, at + 1, end) - 1;
      else while (valueEnd < end && (bytes[valueEnd] ?? 0) > 0x20) valueEnd++;
      if (isLevelKey(bytes, tokenStart, at)) return levelOfBytes(bytes, valueStart, valueEnd);
      at = valueEnd;
      tokenStart = at + 1;
    }
  }
  return '';
}

/** The earliest word that names a level, or `unknown`. */
function levelOfWords(bytes: Uint8Array, start: number, end: number): string {
  let at = start;
  while (at < end) {
    if (wordByte[bytes[at] ?? 0] === 0) {
      at++;
      continue;
    }
    const wordStart = at;
    while (at < end && wordByte[bytes[at] ?? 0] === 1) at++;
    const firstLetter = (bytes[wordStart] ?? 0) | 32;
    // Most words are of no length that a level with this first letter has: they cost no text.
    if (((scannedLengths[firstLetter] ?? 0) & (1 << Math.min(at - wordStart, 31))) === 0) continue;
    const word = ascii(bytes, wordStart, at).toLowerCase();
    if (scannedWords.has(word)) return levelOfWord.get(word) ?? unknownLevel;
  }
  return unknownLevel;
}

function levelOfLine(bytes: Uint8Array, start: number, length: number): string {
  const end = start + length;
  const first = skipSpace(bytes, start, end);
  const level =
    bytes[first] === openBrace && first < end
      ? levelOfJson(bytes, first, end)
      : levelOfLogfmt(bytes, start, end);
  return level === '' ? levelOfWords(bytes, start, end) : level;
}

/**
 * What a key of structured metadata means here: 0 nothing, 1 `detected_level` itself, 2 + i the i-th level key, and last
 * `severity_number`, which is metadata when OTLP came by way of the push API.
 */
interface LevelKeyIds {
  readonly ranks: number[];
  any: boolean;
}

const rankOfName: ReadonlyMap<string, number> = new Map([
  ['detected_level', 1],
  ...levelKeys.map((key, at): [string, number] => [key, at + 2]),
  ['severity_number', levelKeys.length + 2],
]);
const severityNumberRank = levelKeys.length + 2;
const idsOfColumns: WeakMap<AttributeColumns, LevelKeyIds> = new WeakMap();

function levelKeyIds(columns: AttributeColumns): LevelKeyIds {
  let known = idsOfColumns.get(columns);
  if (known === undefined) {
    known = { ranks: [], any: false };
    idsOfColumns.set(columns, known);
  }
  while (known.ranks.length < columns.keys.length) {
    const key = columns.keys[known.ranks.length] ?? '';
    const keyRank = rankOfName.get(key) ?? rankOfName.get(sanitizeLabelName(key)) ?? 0;
    known.ranks.push(keyRank);
    if (keyRank !== 0) known.any = true;
  }
  return known;
}

/** Entry with the best rank in the row, or -1. */
function levelEntry(columns: AttributeColumns, row: number): { entry: number; rank: number } {
  const { ranks, any } = levelKeyIds(columns);
  let best = { entry: -1, rank: Number.POSITIVE_INFINITY };
  if (!any) return best;
  const end = columns.offsets.at(row + 1);
  for (let entry = columns.offsets.at(row); entry < end; entry++) {
    const entryRank = ranks[columns.keyIds.at(entry)] ?? 0;
    const counts = entryRank !== 0 && columns.kinds.at(entry) !== attributeKind.empty;
    if (counts && entryRank <= best.rank) best = { entry, rank: entryRank };
  }
  return best;
}

const severityTextRank = rankOfName.get('severity_text') ?? 0;
const levelsOfLabels: WeakMap<Labels, string> = new WeakMap();

function levelOfLabels(labels: Labels): string {
  const known = levelsOfLabels.get(labels);
  if (known !== undefined) return known;
  let level = '';
  for (const key of levelKeys) {
    const value = labels.find(({ name }) => name === key)?.value ?? '';
    if (value === '') continue;
    level = normalizeLevel(value);
    break;
  }
  levelsOfLabels.set(labels, level);
  return level;
}

/**
 * Never empty: one of trace, debug, info, warn, error, critical, fatal, unknown, or a label's own text when Loki does
 * not know it. `streamLabels` are those under which the row is stored.
 */
export function detectLevel(batch: LogsBatch, row: number, streamLabels: Labels): string {
  const { entry, rank } = levelEntry(batch.attributes, row);
  const metadata = (): string =>
    normalizeLevel(printAttributeText(batch.attributes.valueAt(entry)));
  if (rank === 1) return metadata() || unknownLevel;
  const fromLabels = levelOfLabels(streamLabels);
  if (fromLabels !== '') return fromLabels;
  // The record's severity text is structured metadata by the name `severity_text`.
  const hasText = batch.severityText.lengths.at(row) > 0;
  if (entry >= 0 && rank !== severityNumberRank && (rank < severityTextRank || !hasText)) {
    const level = metadata();
    if (level !== '') return level;
  }
  const severityLength = batch.severityText.lengths.at(row);
  if (severityLength > 0) {
    const start = batch.severityText.starts.at(row);
    const known = levelOfBytes(batch.arena.bytes, start, start + severityLength);
    return known === '' ? normalizeLevel(batch.severityText.textAt(row)) : known;
  }
  const fromNumber = levelOfSeverityNumber(batch.severityNumber.at(row));
  if (fromNumber !== '') return fromNumber;
  if (rank === severityNumberRank) {
    const number = Number(printAttributeText(batch.attributes.valueAt(entry)));
    if (Number.isInteger(number)) return levelOfSeverityNumber(number) || unknownLevel;
  }
  if (batch.bodyKind.at(row) === bodyKind.empty) return unknownLevel;
  return levelOfLine(batch.arena.bytes, batch.body.starts.at(row), batch.body.lengths.at(row));
}

const encoder = new TextEncoder();

/** The level of a line of which nothing else is known. */
export function detectLevelOfText(line: string): string {
  const bytes = encoder.encode(line);
  return levelOfLine(bytes, 0, bytes.length);
}
