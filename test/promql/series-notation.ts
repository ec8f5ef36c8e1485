// The notation of promqltest scripts for label sets, sequences of samples and histograms.

import { parsePrometheusDurationNs } from '../../src/base/duration.ts';
import { parseGoFloat } from '../../src/base/float.ts';
import { labelsFromEntries, type Labels } from '../../src/model/labels.ts';
import type { CounterResetHint, NativeHistogram } from '../../src/model/native-histogram.ts';
import { unquoteGo } from '../../src/query/language/go-string.ts';
import {
  addHistograms,
  emptyHistogram,
  subtractHistograms,
} from '../../src/query/promql/histogram/arithmetic.ts';

export type ScriptValue =
  | { readonly kind: 'gap' }
  | { readonly kind: 'stale' }
  | { readonly kind: 'float'; readonly value: number }
  | {
      readonly kind: 'histogram';
      readonly histogram: NativeHistogram;
      readonly hintGiven: boolean;
    };

export interface SeriesLine {
  readonly labels: Labels;
  /** The line gives start timestamps (offsets to the samples) instead of values. */
  readonly isStart: boolean;
  readonly rest: string;
}

/** `5m`, `-30s`, `1.5` (seconds), to milliseconds. */
export function scriptDurationMs(text: string): number {
  const negative = text.startsWith('-');
  const bare = text.replace(/^[+-]/, '');
  const plain = /^[\d.]+$/.test(bare);
  const ms = plain ? Number(bare) * 1000 : Number(parsePrometheusDurationNs(bare) / 1_000_000n);
  return negative ? -ms : ms;
}

function parseBraces(text: string): { labels: [string, string][]; length: number } {
  const labels: [string, string][] = [];
  const part =
    /\s*(?:(\}))|\s*,|\s*([A-Za-z_]\w*|"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')\s*(?:=\s*("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|`[^`]*`))?/y;
  part.lastIndex = 1;
  for (;;) {
    const found = part.exec(text);
    if (found === null) throw new Error(`bad labels in ${text}`);
    if (found[1] !== undefined) return { labels, length: part.lastIndex };
    if (found[2] === undefined) continue;
    const name = /^["']/.test(found[2]) ? unquoteGo(found[2]) : found[2];
    if (found[3] === undefined) labels.push(['__name__', name]);
    else labels.push([name, unquoteGo(found[3])]);
  }
}

/** Splits `metric{a="b"} 1 2 3`; undefined when the line does not begin with a series. */
export function parseSeriesLine(line: string): SeriesLine | undefined {
  const name = /^[A-Za-z_:][\w:]*/.exec(line)?.[0] ?? '';
  let rest = line.slice(name.length);
  const entries: [string, string][] = name === '' ? [] : [['__name__', name]];
  if (rest.startsWith('{') && !rest.startsWith('{{')) {
    const braces = parseBraces(rest);
    entries.push(...braces.labels);
    rest = rest.slice(braces.length);
  } else if (name === '') return undefined;
  const isStart = rest.startsWith('@st');
  if (isStart) rest = rest.slice(3);
  return { labels: labelsFromEntries(entries), isStart, rest: rest.trim() };
}

const hints: Readonly<Record<string, CounterResetHint>> = {
  unknown: 'unknown',
  reset: 'reset',
  not_reset: 'not-reset',
  gauge: 'gauge',
};

function numbers(text: string | undefined): number[] {
  const inner = (text ?? '').replace(/^\[|\]$/g, '').trim();
  return inner === '' ? [] : inner.split(/\s+/).map((one) => parseGoFloat(one) ?? Number.NaN);
}

/** `schema:1 sum:3 buckets:[1 2]`, without the double braces. */
export function parseHistogram(text: string): { histogram: NativeHistogram; hintGiven: boolean } {
  const fields = new Map<string, string>();
  for (const found of text.matchAll(/(\w+)\s*:\s*(\[[^\]]*\]|[^\s\]]+)/g)) {
    fields.set(found[1] ?? '', found[2] ?? '');
  }
  const number = (name: string): number => parseGoFloat(fields.get(name) ?? '0') ?? Number.NaN;
  const buckets = numbers(fields.get('buckets'));
  const negative = numbers(fields.get('n_buckets'));
  const hint = fields.get('counter_reset_hint');
  const spans = (offset: number, length: number): { offset: number; length: number }[] =>
    length === 0 ? [] : [{ offset, length }];
  return {
    histogram: {
      ...emptyHistogram,
      counterResetHint: hints[hint ?? 'unknown'] ?? 'unknown',
      schema: number('schema'),
      sum: number('sum'),
      count: number('count'),
      zeroCount: number('z_bucket'),
      zeroThreshold: number('z_bucket_w'),
      positiveSpans: spans(number('offset'), buckets.length),
      positiveBuckets: buckets,
      negativeSpans: spans(number('n_offset'), negative.length),
      negativeBuckets: negative,
      customValues: numbers(fields.get('custom_values')),
    },
    hintGiven: hint !== undefined,
  };
}

function histogramSequence(token: RegExpExecArray): ScriptValue[] {
  const first = parseHistogram(token[1] ?? '');
  const values: ScriptValue[] = [{ kind: 'histogram', ...first }];
  const times = Number(token[4] ?? 0);
  if (token[3] === undefined) {
    for (let at = 0; at < times; at++) values.push({ kind: 'histogram', ...first });
    return values;
  }
  const increment = parseHistogram(token[3]);
  const combine = token[2] === '+' ? addHistograms : subtractHistograms;
  let current = first.histogram;
  for (let at = 0; at < times; at++) {
    const next = combine(current, increment.histogram);
    if (next === undefined) throw new Error('histograms of a sequence do not fit together');
    current = next.histogram;
    values.push({ kind: 'histogram', histogram: current, hintGiven: increment.hintGiven });
  }
  return values;
}

const float = String.raw`[+-]?(?:Inf|NaN|inf|nan|(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)`;
const histogramToken = /\{\{(.*?)\}\}(?:([+-])\{\{(.*?)\}\})?(?:x(\d+))?(?=\s|$)/y;
const floatToken = new RegExp(
  `(${float})(?:([+-](?:Inf|NaN|(?:\\d+\\.?\\d*|\\.\\d+)(?:[eE][+-]?\\d+)?))?x(\\d+))?(?=\\s|$)`,
  'y',
);
const wordToken = /(_|stale)(?:x(\d+))?(?=\s|$)/y;

function repeat<T>(value: T, times: number): T[] {
  return Array.from({ length: times }, () => value);
}

/** `1 2 _ 3+4x5 stale {{count:1}}x3`. */
export function parseSequence(text: string): ScriptValue[] {
  const values: ScriptValue[] = [];
  let at = 0;
  while (at < text.length) {
    if (/\s/.test(text[at] ?? '')) {
      at++;
      continue;
    }
    histogramToken.lastIndex = floatToken.lastIndex = wordToken.lastIndex = at;
    const word = wordToken.exec(text);
    const histogram = histogramToken.exec(text);
    const number = floatToken.exec(text);
    const token = word ?? histogram ?? number;
    if (token === null) throw new Error(`bad value at ${JSON.stringify(text.slice(at, at + 40))}`);
    at += token[0].length;
    if (word !== null) {
      const kind = word[1] === '_' ? 'gap' : 'stale';
      // `_x3` is three gaps, `stalex3` four markers: only gaps do not count the first one twice.
      const times = word[2] === undefined ? 1 : Number(word[2]) + (kind === 'gap' ? 0 : 1);
      values.push(...repeat<ScriptValue>({ kind }, times));
    } else if (histogram !== null) values.push(...histogramSequence(histogram));
    else if (number !== null) {
      const first = parseGoFloat(number[1] ?? '') ?? Number.NaN;
      const step = number[2] === undefined ? 0 : (parseGoFloat(number[2]) ?? Number.NaN);
      for (let index = 0; index <= Number(number[3] ?? 0); index++) {
        values.push({ kind: 'float', value: first + step * index });
      }
    }
  }
  return values;
}

const startToken =
  /(_|[+-]?\d+(?:\.\d+)?(?:[a-z]+)?(?:\d+[a-z]+)*)(?:([+-]\d+(?:[a-z]+)?(?:\d+[a-z]+)*)?x(\d+))?(?=\s|$)/y;

/** Start timestamps as offsets to their samples in milliseconds; undefined where unknown. */
export function parseStarts(text: string): (number | undefined)[] {
  const starts: (number | undefined)[] = [];
  let at = 0;
  while (at < text.length) {
    if (/\s/.test(text[at] ?? '')) {
      at++;
      continue;
    }
    startToken.lastIndex = at;
    const token = startToken.exec(text);
    if (token === null) throw new Error(`bad start at ${JSON.stringify(text.slice(at, at + 40))}`);
    at += token[0].length;
    const times = Number(token[3] ?? 0);
    if (token[1] === '_') starts.push(...repeat(undefined, token[3] === undefined ? 1 : times));
    else {
      const first = scriptDurationMs(token[1] ?? '');
      const step = token[2] === undefined ? 0 : scriptDurationMs(token[2]);
      for (let index = 0; index <= times; index++) starts.push(first + step * index);
    }
  }
  return starts;
}
