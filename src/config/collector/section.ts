// Strict reading of one section of a Collector's YAML: each key is asked for by name and kind, wrong kinds and keys that nobody asked for
// are problems, and every problem names its path. Components check their own sections with it.

import { Failure } from '../../base/errors.ts';
import { parseGoDurationNs } from '../../base/duration.ts';
import { didYouMean } from '../nearest.ts';
import { isYamlMap, type YamlMap, yamlMap } from '../yaml-documents.ts';
import { ExpandedValue } from './expand.ts';

export type SectionProblem = (path: readonly string[], message: string) => void;

export interface NumberBounds {
  readonly min?: number | undefined;
  readonly max?: number | undefined;
}

export class Section {
  readonly path: readonly string[];
  readonly #problem: SectionProblem;
  readonly #map: YamlMap;
  readonly #asked: Set<string> = new Set();

  /** `raw` may be null (`batch:`): then every key has its default. */
  constructor(raw: unknown, problem: SectionProblem, path: readonly string[] = []) {
    this.path = path;
    this.#problem = problem;
    const value = valueOf(raw);
    if (value === null || value === undefined) this.#map = yamlMap([]);
    else if (isYamlMap(value)) this.#map = value;
    else {
      this.#map = yamlMap([]);
      problem(path, `expected a map, got ${describe(value)}`);
    }
  }

  /** Reports a problem of this section, or of what `inner` leads to in it. */
  report(message: string, ...inner: readonly string[]): void {
    this.#problem([...this.path, ...inner], message);
  }

  /** Whether the key is written, be it with null. */
  has(key: string): boolean {
    this.#asked.add(key);
    return key in this.#map;
  }

  keys(): readonly string[] {
    return Object.keys(this.#map);
  }

  /** The value as it stands: for sections that are accepted but not looked into. */
  raw(key: string): unknown {
    this.#asked.add(key);
    return this.#map[key];
  }

  section(key: string): Section {
    return new Section(this.raw(key), this.#problem, [...this.path, key]);
  }

  /** Undefined when the key is absent or null. */
  optionalString(key: string): string | undefined {
    const raw = this.raw(key);
    if (raw instanceof ExpandedValue) {
      if (typeof raw.value !== 'object' || raw.value === null) return raw.original;
    } else if (raw === null || raw === undefined || typeof raw === 'string')
      return raw ?? undefined;
    this.report(`expected a text, got ${describe(valueOf(raw))}`, key);
    return undefined;
  }

  string(key: string, fallback: string): string {
    return this.optionalString(key) ?? fallback;
  }

  oneOf<T extends string>(key: string, choices: readonly T[], fallback: T): T {
    const text = this.optionalString(key);
    if (text === undefined) return fallback;
    const choice = choices.find((candidate) => candidate === text);
    if (choice !== undefined) return choice;
    this.report(
      `expected ${choices.map((candidate) => JSON.stringify(candidate)).join(' or ')}, got ${JSON.stringify(text)}${didYouMean(text, choices)}`,
      key,
    );
    return fallback;
  }

  boolean(key: string, fallback: boolean): boolean {
    const value = valueOf(this.raw(key));
    if (value === null || value === undefined) return fallback;
    if (typeof value === 'boolean') return value;
    this.report(`expected true or false, got ${describe(value)}`, key);
    return fallback;
  }

  number(key: string, fallback: number, bounds: NumberBounds = {}): number {
    const value = valueOf(this.raw(key));
    if (value === null || value === undefined) return fallback;
    if (typeof value !== 'number' || Number.isNaN(value)) {
      this.report(`expected a number, got ${describe(value)}`, key);
      return fallback;
    }
    const { min = -Infinity, max = Infinity } = bounds;
    if (value >= min && value <= max) return value;
    this.report(
      value < min
        ? `must be at least ${min}, got ${value}`
        : `must be at most ${max}, got ${value}`,
      key,
    );
    return fallback;
  }

  integer(key: string, fallback: number, bounds: NumberBounds = {}): number {
    const value = this.number(key, fallback, bounds);
    if (Number.isSafeInteger(value)) return value;
    this.report(`expected an integer, got ${value}`, key);
    return fallback;
  }

  /** Go's duration text (`1m30s`); a bare integer counts nanoseconds, as in the Collector. */
  durationMs(key: string, fallback: number): number {
    const value = valueOf(this.raw(key));
    if (value === null || value === undefined) return fallback;
    if (typeof value === 'number' && Number.isSafeInteger(value)) return value / 1e6;
    if (typeof value === 'string') {
      try {
        return Number(parseGoDurationNs(value)) / 1e6;
      } catch (thrown) {
        if (!(thrown instanceof Failure)) throw thrown;
      }
    }
    this.report(`expected a duration such as "5s" or "1m30s", got ${describe(value)}`, key);
    return fallback;
  }

  /** A list of texts; one text is split at its commas, as in the Collector. */
  strings(key: string, fallback: readonly string[] = []): readonly string[] {
    const value = valueOf(this.raw(key));
    if (value === null || value === undefined) return fallback;
    if (typeof value === 'string') return value === '' ? [] : value.split(',');
    if (!Array.isArray(value)) {
      this.report(`expected a list of texts, got ${describe(value)}`, key);
      return fallback;
    }
    return value.flatMap((item: unknown, at) => {
      const text = item instanceof ExpandedValue ? item.original : item;
      if (typeof text === 'string') return [text];
      this.report(`expected a text, got ${describe(text)}`, key, String(at));
      return [];
    });
  }

  /** A map of texts, in the order written. */
  stringMap(key: string): readonly (readonly [string, string])[] {
    return this.section(key).stringEntries();
  }

  /** All keys of this section with their texts; null is the empty text. */
  stringEntries(): readonly (readonly [string, string])[] {
    return this.keys().map((name) => [name, this.string(name, '')] as const);
  }

  /** Accepts keys whose setting changes nothing in Clew. */
  ignore(...keys: readonly string[]): void {
    for (const key of keys) this.#asked.add(key);
  }

  /** Reports every key that nobody asked for. Call it last. */
  end(): void {
    for (const key of Object.keys(this.#map))
      if (!this.#asked.has(key))
        this.report(`invalid key "${key}"${didYouMean(key, this.#asked)}`, key);
  }
}

export function valueOf(raw: unknown): unknown {
  return raw instanceof ExpandedValue ? raw.value : raw;
}

/** What a person wrote, for "expected …, got …". */
export function describe(value: unknown): string {
  if (Array.isArray(value)) return 'a list';
  if (isYamlMap(value)) return 'a map';
  if (value === null || value === undefined) return 'nothing';
  const text = JSON.stringify(value) ?? typeof value;
  return text.length > 80 ? `${text.slice(0, 77)}…` : text;
}
