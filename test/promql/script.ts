// promqltest scripts as data: loads, clears and evaluations with what is expected of them.

import type { Labels } from '../../src/model/labels.ts';
import { unquoteGo } from '../../src/query/language/go-string.ts';
import {
  parseSequence,
  parseSeriesLine,
  parseStarts,
  scriptDurationMs,
  type ScriptValue,
} from './series-notation.ts';

export interface LoadedSeries {
  readonly labels: Labels;
  readonly values: readonly ScriptValue[];
  /** Offsets of start timestamps to the samples. */
  readonly starts: readonly (number | undefined)[];
}

export interface TextExpectation {
  readonly kind: 'fail' | 'warn' | 'info' | 'no_warn' | 'no_info';
  readonly message?: string;
  readonly pattern?: RegExp;
}

export interface ExpectedSeries {
  readonly labels: Labels;
  readonly values: readonly ScriptValue[];
}

export interface EvalCommand {
  readonly kind: 'eval';
  readonly line: number;
  readonly query: string;
  readonly isRange: boolean;
  readonly startMs: number;
  readonly endMs: number;
  readonly stepMs: number;
  readonly ordered: boolean;
  readonly texts: readonly TextExpectation[];
  readonly expected:
    | { readonly kind: 'scalar'; readonly value: number }
    | { readonly kind: 'string'; readonly value: string }
    | { readonly kind: 'series'; readonly series: readonly ExpectedSeries[] };
  /** Where the samples of an expected range vector lie. */
  readonly rangeVector: { readonly startMs: number; readonly stepMs: number } | undefined;
}

export type ScriptCommand =
  | { readonly kind: 'clear' }
  | {
      readonly kind: 'load';
      readonly stepMs: number;
      readonly withCustomBuckets: boolean;
      readonly series: readonly LoadedSeries[];
    }
  | EvalCommand;

function parseLoad(
  stepMs: number,
  withCustomBuckets: boolean,
  lines: readonly string[],
): ScriptCommand {
  const starts = new Map<string, (number | undefined)[]>();
  const series: { labels: Labels; values: ScriptValue[] }[] = [];
  for (const line of lines) {
    const parsed = parseSeriesLine(line);
    if (parsed === undefined) throw new Error(`not a series: ${line}`);
    if (parsed.isStart) starts.set(JSON.stringify(parsed.labels), parseStarts(parsed.rest));
    else series.push({ labels: parsed.labels, values: parseSequence(parsed.rest) });
  }
  return {
    kind: 'load',
    stepMs,
    withCustomBuckets,
    series: series.map((one) => ({ ...one, starts: starts.get(JSON.stringify(one.labels)) ?? [] })),
  };
}

function parseText(
  kind: TextExpectation['kind'],
  how: string | undefined,
  what: string,
): TextExpectation {
  if (how === 'msg') return { kind, message: what.trim() };
  if (how === 'regex') return { kind, pattern: new RegExp(what.trim()) };
  return { kind };
}

class EvalBuilder {
  readonly texts: TextExpectation[] = [];
  ordered: boolean = false;
  rangeVector: EvalCommand['rangeVector'];
  readonly series: ExpectedSeries[] = [];
  value: number | undefined;
  text: string | undefined;

  add(line: string): void {
    const text = /^expect (fail|warn|info|no_warn|no_info)(?:\s+(msg|regex):(.*))?$/.exec(line);
    if (text !== null) {
      this.texts.push(parseText(text[1] as TextExpectation['kind'], text[2], text[3] ?? ''));
      return;
    }
    if (/^expect ordered$/.test(line)) {
      this.ordered = true;
      return;
    }
    const range = /^expect range vector from (\S+) to (\S+) step (\S+)$/.exec(line);
    if (range !== null) {
      this.rangeVector = {
        startMs: scriptDurationMs(range?.[1] ?? ''),
        stepMs: scriptDurationMs(range?.[3] ?? ''),
      };
      return;
    }
    const string = /^expect string (.*)$/.exec(line);
    if (string !== null) {
      this.text = unquoteGo(string?.[1] ?? '');
      return;
    }
    const failure = /^expected_fail_(message|regexp)\s+(.*)$/.exec(line);
    if (failure !== null) {
      this.texts.push(
        parseText('fail', failure[1] === 'message' ? 'msg' : 'regex', failure?.[2] ?? ''),
      );
      return;
    }
    const number = /^(?:[+-]?(?:\d|\.\d|[iI]nf|[nN]a[nN]))/.test(line) && !line.includes('{');
    if (number) {
      const [only] = parseSequence(line);
      if (only?.kind !== 'float') throw new Error(`not a number: ${line}`);
      this.value = only.value;
      return;
    }
    const series = parseSeriesLine(line);
    if (series === undefined) throw new Error(`unexpected line: ${line}`);
    this.series.push({ labels: series.labels, values: parseSequence(series.rest) });
  }
}

function parseEval(head: string, lines: readonly string[], line: number): EvalCommand {
  const instant = /^eval(?:_(fail|warn|ordered|info))?\s+instant\s+at\s+(\S+)\s+(.+)$/.exec(head);
  const range =
    /^eval(?:_(fail|warn|info))?\s+range\s+from\s+(\S+)\s+to\s+(\S+)\s+step\s+(\S+)\s+(.+)$/.exec(
      head,
    );
  const found = instant ?? range;
  if (found === null) throw new Error(`bad eval: ${head}`);
  const builder = new EvalBuilder();
  const mode = found[1];
  if (mode === 'ordered') builder.ordered = true;
  else if (mode !== undefined) builder.texts.push({ kind: mode as TextExpectation['kind'] });
  for (const one of lines) builder.add(one);
  const startMs = scriptDurationMs(found?.[2] ?? '');
  return {
    kind: 'eval',
    line,
    query: (instant === null ? (range?.[5] ?? '') : (instant?.[3] ?? '')).trim(),
    isRange: instant === null,
    startMs,
    endMs: instant === null ? scriptDurationMs(range?.[3] ?? '') : startMs,
    stepMs: instant === null ? scriptDurationMs(range?.[4] ?? '') : 0,
    ordered: builder.ordered,
    texts: builder.texts,
    expected:
      builder.text !== undefined
        ? { kind: 'string', value: builder.text }
        : builder.value !== undefined
          ? { kind: 'scalar', value: builder.value }
          : { kind: 'series', series: builder.series },
    rangeVector: builder.rangeVector,
  };
}

/** The commands of a script; throws an Error that names the line when it is malformed. */
export function parseScript(text: string): ScriptCommand[] {
  const lines = text.split('\n').map((line) => {
    const trimmed = line.trim();
    return trimmed.startsWith('#') ? '' : trimmed;
  });
  const commands: ScriptCommand[] = [];
  for (let at = 0; at < lines.length; at++) {
    const head = lines[at] ?? '';
    if (head === '') continue;
    const first = at;
    const block: string[] = [];
    if (head !== 'clear') {
      while (at + 1 < lines.length && lines[at + 1] !== '') block.push(lines[++at] ?? '');
    }
    try {
      const load = /^load(_with_nhcb)?\s+(\S+)$/.exec(head);
      if (head === 'clear') commands.push({ kind: 'clear' });
      else if (load !== null) {
        commands.push(parseLoad(scriptDurationMs(load?.[2] ?? ''), load[1] !== undefined, block));
      } else commands.push(parseEval(head, block, first + 1));
    } catch (error) {
      throw new Error(`line ${first + 1}: ${(error as Error).message}`, { cause: error });
    }
  }
  return commands;
}
