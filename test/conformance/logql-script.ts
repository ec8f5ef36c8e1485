// Reads scripts of LogQL evaluations (`clear`, `load`, `eval instant|range`, expectations) and runs them on an engine.
// The format is that of the logqltest files, which our own scripts in src/query/logql/testdata share.

import { parseGoFloat } from '../../src/query/language/go-number.ts';
import { unquoteGo } from '../../src/query/language/go-string.ts';
import { parseGoDurationNs } from '../../src/base/duration.ts';
import { Failure } from '../../src/base/errors.ts';
import { assertDefined } from '../../src/base/assert.ts';
import { FakeClock } from '../../src/base/clock.ts';
import { compareUtf8, type Label, type Labels } from '../../src/model/labels.ts';
import type { LogqlEngine, LogqlSeries } from '../../src/query/logql/engine.ts';
import { createLogqlEngine } from '../../src/query/logql/execute/engine.ts';
import { printLabels } from '../../src/query/logql/execute/range-aggregation.ts';
import { MemoryLogSource } from '../../src/query/logql/execute/memory-source.ts';

export interface ScriptLog {
  readonly timeNs: bigint;
  readonly labels: Labels;
  readonly line: string;
  readonly metadata: Labels;
}

interface Eval {
  readonly line: number;
  readonly query: string;
  readonly kind: 'instant' | 'range';
  readonly startNs: bigint;
  readonly endNs: bigint;
  readonly stepNs: bigint;
  readonly expectations: string[];
}

export type Command =
  | { readonly kind: 'clear' }
  | { readonly kind: 'load'; readonly logs: readonly ScriptLog[] }
  | { readonly kind: 'eval'; readonly eval: Eval };

/** The text without a `#` comment outside of quotes. */
function withoutComment(line: string): string {
  let quote = '';
  for (let at = 0; at < line.length; at++) {
    const char = line[at] ?? '';
    if (quote === '') {
      if (char === '#') return line.slice(0, at).trimEnd();
      if (char === '"' || char === '`') quote = char;
    } else if (char === '\\' && quote === '"') at++;
    else if (char === quote) quote = '';
  }
  return line.trimEnd();
}

function given<T>(value: T | undefined | null): T {
  return assertDefined(value, 'the script has this part');
}

const literal = /"(?:[^"\\]|\\.)*"|`[^`]*`/y;

function pairsOf(text: string, separator: RegExp): Label[] {
  const labels: Label[] = [];
  let at = 0;
  while (at < text.length) {
    const name = /[\w]+\s*=\s*/y;
    name.lastIndex = at;
    const found = name.exec(text);
    if (found === null) throw new Error(`cannot read labels: ${text}`);
    at += found[0].length;
    literal.lastIndex = at;
    const value = given(literal.exec(text))[0];
    at += value.length;
    labels.push({ name: found[0].replace(/\s*=\s*$/, ''), value: unquoteGo(value) });
    separator.lastIndex = at;
    at += separator.exec(text)?.[0].length ?? 0;
  }
  return labels.sort((a, b) => compareUtf8(a.name, b.name));
}

/** The end of the `{…}` at the start of the text. */
function selectorEnd(text: string): number {
  for (let at = 0; at < text.length; at++) {
    literal.lastIndex = at;
    const quoted = literal.exec(text)?.[0];
    if (quoted !== undefined) at += quoted.length - 1;
    else if (text[at] === '}') return at + 1;
  }
  throw new Error(`no closing brace: ${text}`);
}

export function readLabels(text: string): Labels {
  return pairsOf(text.trim().slice(1, -1).trim(), /\s*,\s*/y);
}

const loadTail =
  /^\s*@\s*(\S+)\s*(?:\[repeat every (\S+)\s+for\s+(\d+)\])?\s*(?:\[metadata\s+(.*)\])?\s*$/;

function loadLine(text: string): ScriptLog[] {
  const end = selectorEnd(text);
  const labels = readLabels(text.slice(0, end));
  const rest = text.slice(end).trimStart();
  literal.lastIndex = 0;
  const line = given(literal.exec(rest))[0];
  const tail = loadTail.exec(rest.slice(line.length));
  if (tail === null) throw new Error(`cannot read load line: ${text}`);
  const [, at = '0', every = '0', count = '1', metadataText = ''] = tail;
  const metadata = pairsOf(metadataText.trim(), /[\s,]+/y);
  const startNs = parseGoDurationNs(at);
  const everyNs = parseGoDurationNs(every);
  return Array.from({ length: Number(count) }, (_, index) => ({
    timeNs: startNs + BigInt(index) * everyNs,
    labels,
    line: unquoteGo(line).replaceAll('{{.i}}', String(index)),
    metadata,
  }));
}

const evalInstant = /^eval instant at (\S+)\s+(.*)$/s;
const evalRange = /^eval range from (\S+) to (\S+) step (\S+)\s+(.*)$/s;

function evalOf(text: string, line: number): Eval {
  const instant = evalInstant.exec(text);
  if (instant !== null) {
    const timeNs = parseGoDurationNs(given(instant[1]));
    const query = given(instant[2]);
    return {
      line,
      query,
      kind: 'instant',
      startNs: timeNs,
      endNs: timeNs,
      stepNs: 0n,
      expectations: [],
    };
  }
  const range = given(evalRange.exec(text));
  const [startNs, endNs, stepNs] = range.slice(1, 4).map((part) => parseGoDurationNs(part));
  return {
    line,
    query: given(range[4]),
    kind: 'range',
    startNs: given(startNs),
    endNs: given(endNs),
    stepNs: given(stepNs),
    expectations: [],
  };
}

export function readScript(text: string): Command[] {
  const commands: Command[] = [];
  let block: 'load' | 'eval' | undefined;
  let logs: ScriptLog[] = [];
  text.split('\n').forEach((raw, at) => {
    const line = withoutComment(raw);
    if (line.trim() === '') return;
    if (!/^\s/.test(line)) {
      block = undefined;
      if (line === 'clear') commands.push({ kind: 'clear' });
      else if (line === 'load') {
        block = 'load';
        logs = [];
        commands.push({ kind: 'load', logs });
      } else if (line.startsWith('eval')) {
        block = 'eval';
        commands.push({ kind: 'eval', eval: evalOf(line, at + 1) });
      } else throw new Error(`line ${at + 1}: unknown command: ${line}`);
    } else if (block === 'load') logs.push(...loadLine(line.trim()));
    else {
      const last = commands.at(-1);
      if (last?.kind !== 'eval') throw new Error(`line ${at + 1}: stray line`);
      last.eval.expectations.push(line.trim());
    }
  });
  return commands;
}

// --------------------------------------------------------------------------------------- expectations

/** `1 _ 3`, `1+2x3`, `1x3`; undefined is a gap. */
function valuesOf(text: string): (number | undefined)[] {
  return text.split(/\s+/).flatMap((word) => {
    const gap = /^_(?:x(\d+))?$/.exec(word);
    if (gap !== null) return Array.from({ length: Number(gap[1] ?? 1) }, () => undefined);
    const progression = /^(-?[\d.]+)(?:([+-])([\d.]+))?x(\d+)$/.exec(word);
    if (progression !== null) {
      const [, start = '0', sign = '+', delta = '0', count = '0'] = progression;
      const step = Number(delta) * (sign === '-' ? -1 : 1);
      return Array.from({ length: Number(count) + 1 }, (_, index) => Number(start) + index * step);
    }
    const value = parseGoFloat(word);
    if (value === undefined) throw new Error(`cannot read value ${word}`);
    return [value];
  });
}

function near(a: number, b: number): boolean {
  if (Number.isNaN(a) || Number.isNaN(b)) return Number.isNaN(a) && Number.isNaN(b);
  if (a === b) return true;
  if (!Number.isFinite(a) || !Number.isFinite(b)) return false;
  return Math.abs(a - b) / Math.min(Math.abs(a) + Math.abs(b), Number.MAX_VALUE) < 1e-6;
}

function show(series: readonly { labels: Labels; values: (number | undefined)[] }[]): string {
  if (series.length === 0) return '(empty)';
  return series
    .map(
      ({ labels, values }) =>
        `${printLabels(labels)} ${values.map((value) => value ?? '_').join(' ')}`,
    )
    .join('\n    ');
}

function atSteps(series: LogqlSeries, wanted: Eval): (number | undefined)[] {
  if (wanted.kind === 'instant') return [series.values[0]];
  const steps = Number((wanted.endNs - wanted.startNs) / wanted.stepNs) + 1;
  return Array.from({ length: steps }, (_, step) => {
    const timeMs = Number((wanted.startNs + BigInt(step) * wanted.stepNs) / 1_000_000n);
    const at = series.timestampsMs.indexOf(timeMs);
    return at < 0 ? undefined : series.values[at];
  });
}

function expectedFailure(expectation: string): ((message: string) => boolean) | undefined {
  const fail = /^expect fail(?:\s+(msg|regex):\s*(.*))?$/.exec(expectation);
  if (fail === null) return undefined;
  const [, kind, text = ''] = fail;
  if (kind === 'msg') return (message) => message.includes(text);
  if (kind === 'regex') return (message) => new RegExp(text).test(message);
  return () => true;
}

/** Where a script runs: what takes its lines and answers its queries. */
export interface ScriptHost {
  readonly engine: LogqlEngine;
  /** What is added to all times. */
  readonly shiftNs: bigint;
  tenant(): string;
  clear(): void;
  load(logs: readonly ScriptLog[]): Promise<void>;
}

function memoryHost(): ScriptHost {
  const source = new MemoryLogSource();
  return {
    engine: createLogqlEngine({ logs: source, clock: new FakeClock(0) }),
    shiftNs: 0n,
    tenant: () => 't',
    clear: () => source.clear(),
    load: async (logs) => {
      await Promise.resolve();
      for (const log of logs) source.add({ tenant: 't', ...log });
    },
  };
}

/** Undefined when the evaluation does as expected, else what it did instead. */
async function runEval(host: ScriptHost, scripted: Eval): Promise<string | undefined> {
  const wanted = {
    ...scripted,
    startNs: scripted.startNs + host.shiftNs,
    endNs: scripted.endNs + host.shiftNs,
  };
  const expectations = wanted.expectations.filter((line) => !line.startsWith('skip '));
  const failure = expectations.map(expectedFailure).find((predicate) => predicate !== undefined);
  let result;
  try {
    result = await host.engine.query(
      { ...wanted, tenants: [host.tenant()], intervalNs: 0n, limit: 1000, direction: 'backward' },
      new AbortController().signal,
    );
  } catch (error) {
    if (!(error instanceof Failure) || error.code === 'internal') throw error;
    if (failure === undefined) return `failed: ${error.message}`;
    return failure(error.message) ? undefined : `failed otherwise: ${error.message}`;
  }
  if (failure !== undefined) return 'did not fail';
  const { data } = result;
  if (data.kind === 'scalar') {
    const value = parseGoFloat(expectations[0] ?? '');
    return value !== undefined && near(value, data.value) ? undefined : `scalar ${data.value}`;
  }
  if (data.kind === 'streams') return 'streams';
  const actual = data.series.map((series) => ({
    labels: series.labels,
    values: atSteps(series, wanted),
  }));
  const ordered = expectations.includes('expect ordered');
  const expected = expectations
    .filter((line) => line.startsWith('{'))
    .map((line) => {
      const end = selectorEnd(line);
      return { labels: readLabels(line.slice(0, end)), values: valuesOf(line.slice(end).trim()) };
    });
  const key = (series: { labels: Labels }): string => printLabels(series.labels);
  if (!ordered) {
    actual.sort((a, b) => compareUtf8(key(a), key(b)));
    expected.sort((a, b) => compareUtf8(key(a), key(b)));
  }
  const same =
    actual.length === expected.length &&
    actual.every((series, at) => {
      const other = given(expected[at]);
      return (
        key(series) === key(other) &&
        series.values.length === other.values.length &&
        series.values.every((value, step) => {
          const want = other.values[step];
          return value === undefined || want === undefined ? value === want : near(value, want);
        })
      );
    });
  return same ? undefined : `got\n    ${show(actual)}\n  expected\n    ${show(expected)}`;
}

export interface ScriptOutcome {
  readonly evals: number;
  readonly problems: readonly {
    readonly line: number;
    readonly query: string;
    readonly problem: string;
  }[];
}

/** Runs a script, over memory when no other host is given. */
export async function runScript(
  text: string,
  host: ScriptHost = memoryHost(),
): Promise<ScriptOutcome> {
  const problems: { line: number; query: string; problem: string }[] = [];
  let evals = 0;
  for (const command of readScript(text)) {
    if (command.kind === 'clear') host.clear();
    else if (command.kind === 'load') await host.load(command.logs);
    else {
      evals++;
      const problem = await runEval(host, command.eval);
      if (problem !== undefined)
        problems.push({ line: command.eval.line, query: command.eval.query, problem });
    }
  }
  return { evals, problems };
}
