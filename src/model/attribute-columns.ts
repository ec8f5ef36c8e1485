// The attributes of many records in columns: row `r` owns the entries offsets[r] .. offsets[r + 1]. Keys are
// numbers into a dictionary of the batch (few distinct, many repeated); text stays bytes in the batch's arena.

import type { ByteArena } from '../base/byte-arena.ts';
import { Uint32Column, Uint64Column, Uint8Column } from '../base/columns.ts';
import { type Attribute, type AttributeValue, printAttributeJson } from './attributes.ts';

/**
 * What an entry's payload is. `text`: a slice. `int`, `double`, `bool`: eight bytes in `numbers`. `json`: a slice
 * holding the JSON of a list (`[`), a key-value list (`{`) or bytes as base64 (`"`), see `printAttributeJson`.
 */
export const attributeKind = { empty: 0, text: 1, int: 2, double: 3, bool: 4, json: 5 } as const;
export type AttributeKind = (typeof attributeKind)[keyof typeof attributeKind];

export class AttributeColumns {
  readonly arena: ByteArena;
  /** One more entry than rows; the first is 0. */
  readonly offsets: Uint32Column = new Uint32Column();
  readonly keyIds: Uint32Column = new Uint32Column();
  readonly kinds: Uint8Column = new Uint8Column();
  readonly numbers: Uint64Column = new Uint64Column();
  readonly starts: Uint32Column = new Uint32Column();
  readonly lengths: Uint32Column = new Uint32Column();
  /** Key of each key id. */
  readonly keys: string[] = [];
  readonly #keyIds: Map<string, number> = new Map();

  constructor(arena: ByteArena) {
    this.arena = arena;
    this.offsets.push(0);
  }

  get rows(): number {
    return this.offsets.length - 1;
  }

  get entries(): number {
    return this.keyIds.length;
  }

  keyId(key: string): number {
    const known = this.#keyIds.get(key);
    if (known !== undefined) return known;
    const id = this.keys.length;
    this.keys.push(key);
    this.#keyIds.set(key, id);
    return id;
  }

  /** The id of a key that some row has, or undefined. */
  findKeyId(key: string): number | undefined {
    return this.#keyIds.get(key);
  }

  pushSlice(keyId: number, kind: AttributeKind, start: number, length: number): void {
    this.keyIds.push(keyId);
    this.kinds.push(kind);
    this.numbers.pushWords(0, 0);
    this.starts.push(start);
    this.lengths.push(length);
  }

  pushWords(keyId: number, kind: AttributeKind, low: number, high: number): void {
    this.keyIds.push(keyId);
    this.kinds.push(kind);
    this.numbers.pushWords(low, high);
    this.starts.push(0);
    this.lengths.push(0);
  }

  pushText(keyId: number, text: string, kind: AttributeKind = attributeKind.text): void {
    const start = this.arena.appendText(text);
    this.pushSlice(keyId, kind, start, this.arena.length - start);
  }

  /** Adds one attribute to the open row. */
  push(key: string, value: AttributeValue): void {
    const id = this.keyId(key);
    switch (value.kind) {
      case 'empty':
        this.pushWords(id, attributeKind.empty, 0, 0);
        return;
      case 'string':
        this.pushText(id, value.value);
        return;
      case 'int':
        this.pushWords(id, attributeKind.int, 0, 0);
        this.numbers.set(this.entries - 1, value.value);
        return;
      case 'double':
        this.pushWords(id, attributeKind.double, 0, 0);
        this.numbers.doubles[this.entries - 1] = value.value;
        return;
      case 'bool':
        this.pushWords(id, attributeKind.bool, value.value ? 1 : 0, 0);
        return;
      case 'bytes':
      case 'list':
      case 'map':
        this.pushText(id, printAttributeJson(value), attributeKind.json);
        return;
    }
  }

  /** Closes the open row; every row must be closed once, also one without attributes. */
  endRow(): void {
    this.offsets.push(this.entries);
  }

  /** Entry of a key in a row, or -1; of equal keys the last one. */
  find(row: number, keyId: number): number {
    const first = this.offsets.at(row);
    for (let entry = this.offsets.at(row + 1) - 1; entry >= first; entry--) {
      if (this.keyIds.at(entry) === keyId) return entry;
    }
    return -1;
  }

  keyAt(entry: number): string {
    return this.keys[this.keyIds.at(entry)] ?? '';
  }

  /** Decodes one entry. JSON payloads are parsed: lists and maps keep ints and doubles apart. */
  valueAt(entry: number): AttributeValue {
    switch (this.kinds.at(entry)) {
      case attributeKind.text:
        return {
          kind: 'string',
          value: this.arena.text(this.starts.at(entry), this.lengths.at(entry)),
        };
      case attributeKind.int:
        return { kind: 'int', value: this.numbers.signedAt(entry) };
      case attributeKind.double:
        return { kind: 'double', value: this.numbers.doubleAt(entry) };
      case attributeKind.bool:
        return { kind: 'bool', value: !this.numbers.isZero(entry) };
      case attributeKind.json:
        return parseAttributeJson(this.arena.text(this.starts.at(entry), this.lengths.at(entry)));
      default:
        return { kind: 'empty' };
    }
  }

  /** All attributes of a row, in order. */
  rowAt(row: number): Attribute[] {
    const attributes: Attribute[] = [];
    for (let entry = this.offsets.at(row); entry < this.offsets.at(row + 1); entry++) {
      attributes.push({ key: this.keyAt(entry), value: this.valueAt(entry) });
    }
    return attributes;
  }
}

/**
 * Reads what `printAttributeJson` wrote: integers become ints, numbers with a fraction or exponent doubles; a
 * top-level string is base64 bytes. Text that is not JSON comes back as a string.
 */
export function parseAttributeJson(text: string): AttributeValue {
  let at = 0;
  const space = (): void => {
    while (at < text.length && ' \t\n\r'.includes(text[at] ?? '')) at++;
  };
  const stringEnd = (): number => {
    let end = at + 1;
    while (end < text.length && text[end] !== '"') end += text[end] === '\\' ? 2 : 1;
    return end + 1;
  };
  const value = (): AttributeValue => {
    space();
    const first = text[at];
    if (first === '{') {
      const entries: Attribute[] = [];
      at++;
      for (space(); text[at] !== '}'; space()) {
        if (text[at] === ',') at++;
        space();
        const end = stringEnd();
        const key = JSON.parse(text.slice(at, end)) as string;
        at = end;
        space();
        if (text[at] !== ':') throw new SyntaxError('expected ":"');
        at++;
        entries.push({ key, value: value() });
      }
      at++;
      return { kind: 'map', entries };
    }
    if (first === '[') {
      const values: AttributeValue[] = [];
      at++;
      for (space(); text[at] !== ']'; space()) {
        if (text[at] === ',') at++;
        values.push(value());
      }
      at++;
      return { kind: 'list', values };
    }
    if (first === '"') {
      const end = stringEnd();
      const string = JSON.parse(text.slice(at, end)) as string;
      at = end;
      return { kind: 'string', value: string };
    }
    const token = /^(?:true|false|null|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)/.exec(
      text.slice(at, at + 400),
    )?.[0];
    if (token === undefined) throw new SyntaxError('expected a value');
    at += token.length;
    if (token === 'null') return { kind: 'empty' };
    if (token === 'true' || token === 'false') return { kind: 'bool', value: token === 'true' };
    return /^-?\d+$/.test(token)
      ? { kind: 'int', value: BigInt(token) }
      : { kind: 'double', value: Number(token) };
  };
  try {
    const parsed = value();
    return parsed.kind === 'string' ? { kind: 'bytes', value: decodeBase64(parsed.value) } : parsed;
  } catch {
    return { kind: 'string', value: text };
  }
}

/** Standard or URL-safe base64, padding optional; characters outside the alphabet are skipped. */
export function decodeBase64(text: string): Uint8Array {
  const bytes = new Uint8Array(Math.floor((text.length * 3) / 4));
  let length = 0;
  let bits = 0;
  let count = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    const digit =
      code >= 65 && code <= 90
        ? code - 65
        : code >= 97 && code <= 122
          ? code - 71
          : code >= 48 && code <= 57
            ? code + 4
            : code === 43 || code === 45
              ? 62
              : code === 47 || code === 95
                ? 63
                : -1;
    if (digit < 0) continue;
    bits = ((bits << 6) | digit) & 0xffffff;
    count += 6;
    if (count >= 8) {
      count -= 8;
      bytes[length++] = (bits >> count) & 255;
    }
  }
  return bytes.subarray(0, length);
}
