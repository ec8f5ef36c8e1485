// Groups lines that differ only in some words into patterns, in one pass over their shapes (the idea of Drain, He et al.
// 2017: a tree of fixed depth leads to few candidates, and the most similar one takes the line in). Lines meet when they
// have the same signs between their words; where their words differ, the pattern gets a gap. Time is linear in what is
// added, memory is bounded: what finds no place any more is counted as such.

import type { LineShape } from '../../log-survey-source.ts';

export const gap = '<_>';

/** Patterns held; lines of shapes beyond are `unplaced`. */
export const patternsMax: number = 1000;
/** Patterns with the same signs between their words that a line is compared with. */
const siblingsMax = 48;
/** Words and signs of a line; the rest of it is a gap. */
const tokensMax = 160;
/** Share of the words that must be the same. */
const similarityMin = 0.5;

export interface MinedPattern {
  /** For `|>`: texts with `<_>` in between. */
  readonly pattern: string;
  readonly example: string;
  /** Lines of each window, in the order in which windows were numbered. */
  readonly lines: readonly number[];
  /** Lines by level and by service, of the first window. */
  readonly levels: ReadonlyMap<string, number>;
  readonly services: ReadonlyMap<string, number>;
  /** Of the first window; 0n when it has none. */
  readonly firstNs: bigint;
  readonly lastNs: bigint;
}

interface Cluster {
  readonly tokens: string[];
  example: string;
  readonly lines: number[];
  readonly levels: Map<string, number>;
  readonly services: Map<string, number>;
  firstNs: bigint;
  lastNs: bigint;
}

/** Gaps, words, and signs one by one; joined they are the text again. */
const tokens = /<_>|[^\s,;:=|&()[\]{}<>"'/]+|[\s\S]/g;

function isWord(token: string): boolean {
  return token === gap || token.length > 1 || /[^\s,;:=|&()[\]{}<>"'/]/.test(token);
}

function splitTokens(shape: string): string[] {
  const all = shape.match(tokens) ?? [];
  return all.length <= tokensMax ? all : [...all.slice(0, tokensMax), gap];
}

/** The signs between the words: only lines with the same can be one pattern. */
function skeletonOf(all: readonly string[]): string {
  return all.map((token) => (isWord(token) ? 'w' : token)).join('');
}

/** Of the words, how many are the same; a gap is nearly as good as the same word. */
function similarity(a: readonly string[], b: readonly string[]): number {
  let words = 0;
  let same = 0;
  for (let at = 0; at < a.length; at++) {
    const token = a[at] ?? '';
    if (!isWord(token)) continue;
    words++;
    if (token === b[at]) same++;
    else if (token === gap || b[at] === gap) same += 0.4;
  }
  return words === 0 ? 1 : same / words;
}

export class PatternMiner {
  readonly #siblings: Map<string, Cluster[]> = new Map();
  readonly #windows: number;
  #count: number = 0;
  readonly #unplaced: number[];

  /** Lines are counted apart for each of so many windows of time. */
  constructor(windows: number) {
    this.#windows = windows;
    this.#unplaced = Array.from({ length: windows }, () => 0);
  }

  /** Lines that found no place, of each window. */
  get unplaced(): readonly number[] {
    return this.#unplaced;
  }

  add(line: LineShape, window: number): void {
    const all = splitTokens(line.shape);
    const skeleton = skeletonOf(all);
    let siblings = this.#siblings.get(skeleton);
    if (siblings === undefined) this.#siblings.set(skeleton, (siblings = []));
    let cluster = this.#nearest(siblings, all);
    if (cluster === undefined) {
      if (this.#count >= patternsMax || siblings.length >= siblingsMax) {
        this.#unplaced[window] = (this.#unplaced[window] ?? 0) + line.lines;
        return;
      }
      cluster = this.#create(line, all);
      siblings.push(cluster);
    } else widen(cluster.tokens, all);
    count(cluster, line, window);
  }

  #nearest(siblings: readonly Cluster[], all: readonly string[]): Cluster | undefined {
    let best: Cluster | undefined;
    let bestSimilarity = similarityMin;
    for (const sibling of siblings) {
      const found = similarity(sibling.tokens, all);
      if (found < bestSimilarity || (found === bestSimilarity && best !== undefined)) continue;
      best = sibling;
      bestSimilarity = found;
    }
    return best;
  }

  #create({ example }: LineShape, all: string[]): Cluster {
    this.#count++;
    return {
      tokens: all,
      example,
      lines: Array.from({ length: this.#windows }, () => 0),
      levels: new Map(),
      services: new Map(),
      firstNs: 0n,
      lastNs: 0n,
    };
  }

  /** Those with the most lines in any window first. Patterns that came to read alike are one. */
  patterns(): MinedPattern[] {
    const byText = new Map<string, Cluster>();
    for (const cluster of [...this.#siblings.values()].flat()) {
      const text = printPattern(cluster.tokens);
      const twin = byText.get(text);
      if (twin === undefined) byText.set(text, cluster);
      else merge(twin, cluster);
    }
    return [...byText]
      .map(([pattern, cluster]): MinedPattern => ({ ...cluster, pattern }))
      .toSorted((a, b) => Math.max(...b.lines) - Math.max(...a.lines));
  }
}

function widen(into: string[], all: readonly string[]): void {
  for (let at = 0; at < into.length; at++) if (into[at] !== all[at]) into[at] = gap;
}

function grow(counts: Map<string, number>, key: string, by: number): void {
  counts.set(key, (counts.get(key) ?? 0) + by);
}

function count(cluster: Cluster, line: LineShape, window: number): void {
  cluster.lines[window] = (cluster.lines[window] ?? 0) + line.lines;
  if (window !== 0) return;
  grow(cluster.levels, line.level, line.lines);
  grow(cluster.services, line.service, line.lines);
  seen(cluster, line.firstNs, line.lastNs);
}

function seen(cluster: Cluster, firstNs: bigint, lastNs: bigint): void {
  if (cluster.firstNs === 0n || firstNs < cluster.firstNs) cluster.firstNs = firstNs;
  if (lastNs > cluster.lastNs) cluster.lastNs = lastNs;
}

function merge(into: Cluster, from: Cluster): void {
  from.lines.forEach((lines, window) => {
    into.lines[window] = (into.lines[window] ?? 0) + lines;
  });
  for (const [level, lines] of from.levels) grow(into.levels, level, lines);
  for (const [service, lines] of from.services) grow(into.services, service, lines);
  if (from.lastNs > 0n) seen(into, from.firstNs, from.lastNs);
}

/** As `|>` reads it: what would look like a gap with a name is a gap, and gaps do not touch. */
export function printPattern(all: readonly string[]): string {
  return all
    .join('')
    .replaceAll(/<[A-Za-z_][0-9A-Za-z_]*>/g, gap)
    .replaceAll(/(?:<_>){2,}/g, gap);
}
