// Snappy's block format, which remote write and Loki's push use: https://github.com/google/snappy/blob/main/format_description.txt.
// Hand-written because a decoder for the network has to refuse a bad size before it allocates and to stop at each
// lying length.

import { Failure } from '../base/errors.ts';

function malformed(problem: string): Failure {
  return new Failure('invalid-data', `malformed snappy block: ${problem}`);
}

/** Three bytes make a copy of at most 64: no block grows more than that. */
const growthMax = 22;

/**
 * Throws `limit` when the declared size is above `bytesMax`, before anything is allocated, and `invalid-data` when the
 * block is malformed.
 */
export function decodeSnappy(source: Uint8Array, bytesMax: number): Uint8Array {
  let at = 0;
  let size = 0;
  for (let scale = 1; ; scale *= 128) {
    if (at >= source.length || at >= 5) throw malformed('no size at its start');
    const byte = source[at++] ?? 0;
    size += (byte & 127) * scale;
    if (byte < 128) break;
  }
  if (size > bytesMax) {
    throw new Failure('limit', `uncompressed size ${size} exceeds the limit of ${bytesMax} bytes`);
  }
  if (size > source.length * growthMax) throw malformed('declared size is out of proportion');
  const target = new Uint8Array(size);
  let written = 0;
  while (at < source.length) {
    const tag = source[at++] ?? 0;
    if ((tag & 3) === 0) {
      let length = (tag >> 2) + 1;
      if (length > 60) {
        const extra = length - 60;
        length = 1;
        for (let byte = 0, scale = 1; byte < extra; byte++, scale *= 256) {
          length += (source[at + byte] ?? 0) * scale;
        }
        at += extra;
      }
      if (length > source.length - at) throw malformed('truncated literal');
      if (length > size - written) throw malformed('longer than declared');
      target.set(source.subarray(at, at + length), written);
      at += length;
      written += length;
      continue;
    }
    const kind = tag & 3;
    const width = kind === 3 ? 4 : kind;
    if (width > source.length - at) throw malformed('truncated copy');
    const length = kind === 1 ? ((tag >> 2) & 7) + 4 : (tag >> 2) + 1;
    let offset = kind === 1 ? (tag >> 5) << 8 : 0;
    for (let byte = 0, scale = 1; byte < width; byte++, scale *= 256) {
      offset += (source[at + byte] ?? 0) * scale;
    }
    at += width;
    if (offset === 0 || offset > written) throw malformed('copy from before the start');
    if (length > size - written) throw malformed('longer than declared');
    copyWithin(target, written - offset, written, length);
    written += length;
  }
  if (written !== size) throw malformed('shorter than declared');
  return target;
}

/** A copy may overlap with itself: it then repeats what it has just written. */
function copyWithin(bytes: Uint8Array, from: number, to: number, length: number): void {
  if (from + length <= to) bytes.copyWithin(to, from, from + length);
  else for (let at = 0; at < length; at++) bytes[to + at] = bytes[from + at] ?? 0;
}

const hashBits = 14;
/** What two bytes can say. */
const offsetMax = 65_535;

export function encodeSnappy(source: Uint8Array): Uint8Array {
  // The format's own bound for what does not compress.
  const target = new Uint8Array(32 + source.length + Math.ceil(source.length / 6));
  let length = 0;
  let rest = source.length;
  while (rest > 127) {
    target[length++] = (rest % 128) | 128;
    rest = Math.floor(rest / 128);
  }
  target[length++] = rest;

  const emitLiteral = (from: number, to: number): void => {
    const count = to - from;
    if (count === 0) return;
    const value = count - 1;
    if (value < 60) target[length++] = value << 2;
    else {
      const extra = value < 256 ? 1 : value < 65_536 ? 2 : value < 16_777_216 ? 3 : 4;
      target[length++] = (59 + extra) << 2;
      for (let byte = 0; byte < extra; byte++) target[length++] = (value >>> (8 * byte)) & 255;
    }
    target.set(source.subarray(from, to), length);
    length += count;
  };
  const emitCopy = (offset: number, count: number): void => {
    for (let left = count; left > 0;) {
      const part = Math.min(left, 64);
      target[length++] = ((part - 1) << 2) | 2;
      target[length++] = offset & 255;
      target[length++] = offset >> 8;
      left -= part;
    }
  };
  const wordAt = (at: number): number =>
    (source[at] ?? 0) |
    ((source[at + 1] ?? 0) << 8) |
    ((source[at + 2] ?? 0) << 16) |
    ((source[at + 3] ?? 0) << 24);

  const places = new Int32Array(1 << hashBits).fill(-1);
  let literalStart = 0;
  let at = 0;
  while (at + 4 <= source.length) {
    const word = wordAt(at);
    const hash = Math.imul(word, 0x1e35a7bd) >>> (32 - hashBits);
    const candidate = places[hash] ?? -1;
    places[hash] = at;
    if (candidate < 0 || at - candidate > offsetMax || wordAt(candidate) !== word) {
      // What has not compressed for long is looked at in longer and longer steps.
      at += 1 + ((at - literalStart) >> 5);
      continue;
    }
    let end = at + 4;
    while (end < source.length && source[end] === source[candidate + end - at]) end++;
    emitLiteral(literalStart, at);
    emitCopy(at - candidate, end - at);
    at = end;
    literalStart = end;
  }
  emitLiteral(literalStart, source.length);
  return target.slice(0, length);
}
