// Prometheus's hash of a label set (xxHash64 over its encoded labels): limit_ratio picks series by it, and
// should pick the same ones.

import type { Labels } from '../../../model/labels.ts';

const mask = 0xffff_ffff_ffff_ffffn;
const prime1 = 0x9e37_79b1_85eb_ca87n;
const prime2 = 0xc2b2_ae3d_27d4_eb4fn;
const prime3 = 0x1656_67b1_9e37_79f9n;
const prime4 = 0x85eb_ca77_c2b2_ae63n;
const prime5 = 0x27d4_eb2f_1656_67c5n;
const encoder = new TextEncoder();

function rotate(value: bigint, bits: bigint): bigint {
  return ((value << bits) | (value >> (64n - bits))) & mask;
}

function round(accumulator: bigint, input: bigint): bigint {
  return (rotate((accumulator + input * prime2) & mask, 31n) * prime1) & mask;
}

function merge(accumulator: bigint, value: bigint): bigint {
  return ((accumulator ^ round(0n, value)) * prime1 + prime4) & mask;
}

export function xxHash64(bytes: Uint8Array): bigint {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const { length } = bytes;
  let at = 0;
  let hash: bigint;
  if (length >= 32) {
    let v1 = (prime1 + prime2) & mask;
    let v2 = prime2;
    let v3 = 0n;
    let v4 = -prime1 & mask;
    for (; at + 32 <= length; at += 32) {
      v1 = round(v1, view.getBigUint64(at, true));
      v2 = round(v2, view.getBigUint64(at + 8, true));
      v3 = round(v3, view.getBigUint64(at + 16, true));
      v4 = round(v4, view.getBigUint64(at + 24, true));
    }
    hash = (rotate(v1, 1n) + rotate(v2, 7n) + rotate(v3, 12n) + rotate(v4, 18n)) & mask;
    for (const value of [v1, v2, v3, v4]) hash = merge(hash, value);
  } else {
    hash = prime5;
  }
  hash = (hash + BigInt(length)) & mask;
  for (; at + 8 <= length; at += 8) {
    hash = (rotate(hash ^ round(0n, view.getBigUint64(at, true)), 27n) * prime1 + prime4) & mask;
  }
  if (at + 4 <= length) {
    hash =
      (rotate(hash ^ ((BigInt(view.getUint32(at, true)) * prime1) & mask), 23n) * prime2 + prime3) &
      mask;
    at += 4;
  }
  for (; at < length; at++) {
    hash = (rotate(hash ^ ((BigInt(bytes[at] ?? 0) * prime5) & mask), 11n) * prime1) & mask;
  }
  hash = ((hash ^ (hash >> 33n)) * prime2) & mask;
  hash = ((hash ^ (hash >> 29n)) * prime3) & mask;
  return hash ^ (hash >> 32n);
}

/** Each text with its length before it: one byte, or 255 and three. */
function encodeLabels(labels: Labels): Uint8Array {
  const bytes: number[] = [];
  for (const { name, value } of labels) {
    for (const text of [name, value]) {
      const encoded = encoder.encode(text);
      if (encoded.length < 255) bytes.push(encoded.length);
      else
        bytes.push(
          255,
          encoded.length & 255,
          (encoded.length >> 8) & 255,
          (encoded.length >> 16) & 255,
        );
      for (const byte of encoded) bytes.push(byte);
    }
  }
  return Uint8Array.from(bytes);
}

/** Where in [0, 1) the label set falls. */
export function labelsShare(labels: Labels): number {
  return Number(xxHash64(encodeLabels(labels))) / 2 ** 64;
}
