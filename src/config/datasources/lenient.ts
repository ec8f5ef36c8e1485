// Reading of YAML that must never fail on what it does not know: a missing or odd value is its default. Texts are interpolated on the way.

import { isYamlMap } from '../yaml-documents.ts';

export class LenientMap {
  readonly path: readonly string[];
  readonly #value: unknown;
  readonly #interpolate: (text: string, path: readonly string[]) => string;

  constructor(
    value: unknown,
    path: readonly string[],
    interpolate: (text: string, path: readonly string[]) => string,
  ) {
    this.#value = value;
    this.path = path;
    this.#interpolate = interpolate;
  }

  /** Whether there is a map at all. */
  get exists(): boolean {
    return isYamlMap(this.#value);
  }

  keys(): readonly string[] {
    return isYamlMap(this.#value) ? Object.keys(this.#value) : [];
  }

  /** Of several spellings of a key the first one present. */
  #raw(keys: readonly string[]): { readonly key: string; readonly value: unknown } {
    const map = isYamlMap(this.#value) ? this.#value : {};
    const key = keys.find((candidate) => (map[candidate] ?? null) !== null) ?? keys[0] ?? '';
    return { key, value: map[key] };
  }

  text(...keys: readonly string[]): string {
    const { key, value } = this.#raw(keys);
    if (typeof value === 'string') return this.#interpolate(value, [...this.path, key]);
    return typeof value === 'number' || typeof value === 'boolean' ? String(value) : '';
  }

  /** As Go's ParseBool. */
  flag(...keys: readonly string[]): boolean {
    return /^(?:1|t|true)$/i.test(this.text(...keys));
  }

  number(key: string): number {
    return Number(this.text(key)) || 0;
  }

  map(...keys: readonly string[]): LenientMap {
    const { key, value } = this.#raw(keys);
    return new LenientMap(value, [...this.path, key], this.#interpolate);
  }

  /** Items of a list; each is a map or, when written as a bare text, a map without keys and that text. */
  list(key: string): readonly LenientItem[] {
    const { value } = this.#raw([key]);
    if (!Array.isArray(value)) return [];
    return value.map((item: unknown, at) => {
      const path = [...this.path, key, String(at)];
      return {
        map: new LenientMap(item, path, this.#interpolate),
        text: typeof item === 'string' ? this.#interpolate(item, path) : undefined,
      };
    });
  }
}

export interface LenientItem {
  readonly map: LenientMap;
  /** Set when the item is a bare text. */
  readonly text: string | undefined;
}
