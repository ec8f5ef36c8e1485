// Attribute keys to the numbers of a batch's dictionary by their bytes, so that a key is decoded once per batch and
// not once per record.

import type { AttributeColumns } from '../../model/attribute-columns.ts';

/** Slots looked at before a key is decoded after all: keys made to collide then cost time in proportion to their count. */
const probesMax = 12;

const decoder: TextDecoder = new TextDecoder('utf-8', { ignoreBOM: true });

export class KeyDictionary {
  readonly #columns: AttributeColumns;
  #slots: Int32Array = new Int32Array(256).fill(-1);
  readonly #hashes: number[] = [];
  readonly #starts: number[] = [];
  readonly #lengths: number[] = [];
  readonly #ids: number[] = [];

  constructor(columns: AttributeColumns) {
    this.#columns = columns;
  }

  /** All calls must name the same bytes. */
  idOf(bytes: Uint8Array, start: number, length: number): number {
    let hash = length;
    const end = start + length;
    for (let at = start; at < end; at++) {
      hash = Math.imul(hash ^ (bytes[at] ?? 0), 0x01000193);
    }
    hash ^= hash >>> 15;
    const mask = this.#slots.length - 1;
    for (let probe = 0; probe < probesMax; probe++) {
      const slot = (hash + probe) & mask;
      const known = this.#slots[slot] ?? -1;
      if (known < 0) return this.#add(bytes, start, length, hash, slot);
      if (this.#hashes[known] === hash && this.#equals(bytes, start, length, known)) {
        return this.#ids[known] ?? 0;
      }
    }
    return this.#columns.keyId(decoder.decode(bytes.subarray(start, end)));
  }

  #equals(bytes: Uint8Array, start: number, length: number, known: number): boolean {
    if (this.#lengths[known] !== length) return false;
    const knownStart = this.#starts[known] ?? 0;
    for (let at = 0; at < length; at++) {
      if (bytes[start + at] !== bytes[knownStart + at]) return false;
    }
    return true;
  }

  #add(bytes: Uint8Array, start: number, length: number, hash: number, slot: number): number {
    const id = this.#columns.keyId(decoder.decode(bytes.subarray(start, start + length)));
    this.#slots[slot] = this.#ids.length;
    this.#hashes.push(hash);
    this.#starts.push(start);
    this.#lengths.push(length);
    this.#ids.push(id);
    if (this.#ids.length * 2 > this.#slots.length) this.#grow();
    return id;
  }

  #grow(): void {
    const slots = new Int32Array(this.#slots.length * 2).fill(-1);
    const mask = slots.length - 1;
    this.#hashes.forEach((hash, known) => {
      for (let probe = 0; probe < probesMax; probe++) {
        const slot = (hash + probe) & mask;
        if ((slots[slot] ?? -1) >= 0) continue;
        slots[slot] = known;
        return;
      }
    });
    this.#slots = slots;
  }
}
