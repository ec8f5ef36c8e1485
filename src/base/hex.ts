// Bytes as lower-case hexadecimal and back.

const digits = '0123456789abcdef';
const pairs: readonly string[] = Array.from(
  { length: 256 },
  (_, byte) => `${digits[byte >> 4]}${digits[byte & 15]}`,
);

/** `length` bytes from `start` in lower-case hex. */
export function encodeHex(
  bytes: Uint8Array,
  start: number = 0,
  length: number = bytes.length - start,
): string {
  let text = '';
  for (let at = start; at < start + length; at++) text += pairs[bytes[at] ?? 0];
  return text;
}

/** Value of one hex digit given as a character code, or -1. */
export function hexDigitValue(code: number): number {
  if (code >= 48 && code <= 57) return code - 48;
  if (code >= 97 && code <= 102) return code - 87;
  if (code >= 65 && code <= 70) return code - 55;
  return -1;
}

/** Writes the bytes of `hex` to `target`; false, with `target` half-written, when it is not hex of that length. */
export function decodeHexInto(
  hex: string,
  target: Uint8Array,
  start: number,
  length: number,
): boolean {
  if (hex.length !== length * 2) return false;
  for (let at = 0; at < length; at++) {
    const high = hexDigitValue(hex.charCodeAt(at * 2));
    const low = hexDigitValue(hex.charCodeAt(at * 2 + 1));
    if (high < 0 || low < 0) return false;
    target[start + at] = high * 16 + low;
  }
  return true;
}
