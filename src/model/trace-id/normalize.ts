// A trace or span ID in any spelling that people paste and programs log, as the one form that everything else uses:
// lower-case hex of full width. Decides by shape alone; whether such a trace exists is for others to ask.

import { decodeHexInto, encodeHex } from '../../base/hex.ts';
import { decodeBase64 } from '../attribute-columns.ts';
import { encodeBase64 } from '../attributes.ts';

export type TraceIdForm =
  | 'hex32'
  | 'hex16'
  | 'dashed'
  | 'traceparent'
  | 'b3'
  | 'jaeger'
  | 'xray'
  | 'gcp'
  | 'decimal'
  | 'base64'
  | 'trimmed';

export interface NormalizedTraceId {
  /** 32 lower-case hex digits, never all zeroes. A 64-bit ID has 16 leading zeroes. */
  readonly traceId: string;
  /** 16 lower-case hex digits when the form carries a span ID too, else empty. */
  readonly spanId: string;
  readonly givenAs: TraceIdForm;
}

/** Longer texts are not an ID in any known form. */
export const traceIdTextLengthMax = 256;

const uint64End = 1n << 64n;

/** Without surrounding white space and matching quotes, braces or brackets. */
function unwrap(text: string): string {
  let rest = text.trim();
  for (let round = 0; round < 4; round++) {
    const pair = `${rest[0] ?? ''}${rest.at(-1) ?? ''}`;
    if (rest.length < 2 || !['""', "''", '``', '{}', '[]', '<>'].includes(pair)) break;
    rest = rest.slice(1, -1).trim();
  }
  return rest;
}

function padded(hex: string, width: number): string {
  return hex.toLowerCase().padStart(width, '0');
}

function isZero(hex: string): boolean {
  return /^0*$/.test(hex);
}

function spanIdOf(hex: string): string {
  return isZero(hex) ? '' : padded(hex, 16);
}

/** Forms that join a trace ID with a span ID or a prefix. */
function normalizeCompound(text: string): NormalizedTraceId | undefined {
  const traceparent = /^(?!ff)[0-9a-f]{2}-([0-9a-f]{32})-([0-9a-f]{16})-[0-9a-f]{2}(?:-.*)?$/i.exec(
    text,
  );
  if (traceparent !== null) return found(traceparent[1], traceparent[2], 'traceparent');
  const b3 = /^([0-9a-f]{32}|[0-9a-f]{16})-([0-9a-f]{16})(?:-[01d](?:-[0-9a-f]{16})?)?$/i.exec(
    text,
  );
  if (b3 !== null) return found(b3[1], b3[2], 'b3');
  const jaeger = /^([0-9a-f]{1,32}):([0-9a-f]{1,16})(?::[0-9a-f]{0,16}(?::[0-9a-f]{1,2})?)?$/i.exec(
    text,
  );
  if (jaeger !== null) return found(jaeger[1], jaeger[2], 'jaeger');
  const xray = /^(?:Root=)?1-([0-9a-f]{8})-([0-9a-f]{24})(?:;.*)?$/i.exec(text);
  if (xray !== null) {
    const parent = /;\s*Parent=([0-9a-f]{16})\b/i.exec(text);
    return found(`${xray[1]}${xray[2]}`, parent?.[1], 'xray');
  }
  const gcp = /^projects\/[^/]+\/traces\/([0-9a-f]{32})$/i.exec(text);
  if (gcp !== null) return found(gcp[1], undefined, 'gcp');
  return undefined;
}

function found(
  traceId: string | undefined,
  spanId: string | undefined,
  givenAs: TraceIdForm,
): NormalizedTraceId | undefined {
  if (traceId === undefined || isZero(traceId)) return undefined;
  return { traceId: padded(traceId, 32), spanId: spanIdOf(spanId ?? ''), givenAs };
}

/** Standard padded base64 of so many bytes as hex, or undefined. */
function hexOfBase64(text: string, byteCount: number): string | undefined {
  const bytes = decodeBase64(text);
  if (bytes.length !== byteCount) return undefined;
  const standard = text.replaceAll('-', '+').replaceAll('_', '/');
  return encodeBase64(bytes) === standard ? encodeHex(bytes) : undefined;
}

/** Unsigned 64-bit decimal, as Datadog writes its IDs, as 16 hex digits. */
export function hexOfDecimal64(text: string): string | undefined {
  if (!/^\d{1,20}$/.test(text)) return undefined;
  const value = BigInt(text);
  return value === 0n || value >= uint64End ? undefined : value.toString(16).padStart(16, '0');
}

/**
 * Undefined when the text is no trace ID in any form, or all zeroes. A text of fewer than 32 hex digits counts as an
 * ID whose leading zeroes were cut off (`trimmed`): a caller that guesses wants to look at `givenAs`.
 */
export function normalizeTraceId(text: string): NormalizedTraceId | undefined {
  if (text.length > traceIdTextLengthMax) return undefined;
  const bare = unwrap(text);
  if (/^[0-9a-f]{32}$/i.test(bare)) return found(bare, undefined, 'hex32');
  if (/^[0-9a-f]{16}$/i.test(bare)) return found(bare, undefined, 'hex16');
  if (/^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i.test(bare)) {
    return found(bare.replaceAll('-', ''), undefined, 'dashed');
  }
  // Seventeen to twenty digits without a letter: a decimal 64-bit ID. That a trimmed 128-bit one looks so has odds
  // below one in 2^48.
  if (/^\d{17,20}$/.test(bare)) {
    const hex = hexOfDecimal64(bare);
    if (hex !== undefined) return found(hex, undefined, 'decimal');
  }
  if (/^[0-9a-f]{1,31}$/i.test(bare)) return found(bare, undefined, 'trimmed');
  if (/^[A-Za-z0-9+/_-]{22}==$/.test(bare)) {
    return found(hexOfBase64(bare, 16), undefined, 'base64');
  }
  if (/^[A-Za-z0-9+/_-]{11}=$/.test(bare)) return found(hexOfBase64(bare, 8), undefined, 'base64');
  return normalizeCompound(bare);
}

/** 16 lower-case hex digits, or undefined: hex of up to 16 digits, a decimal of 17 to 20, or base64 of eight bytes. */
export function normalizeSpanId(text: string): string | undefined {
  if (text.length > traceIdTextLengthMax) return undefined;
  const bare = unwrap(text);
  const hex = /^[0-9a-f]{1,16}$/i.test(bare)
    ? bare
    : /^[A-Za-z0-9+/_-]{11}=$/.test(bare)
      ? hexOfBase64(bare, 8)
      : hexOfDecimal64(bare);
  return hex === undefined || isZero(hex) ? undefined : padded(hex, 16);
}

/** The 16 or 8 bytes of a normalised ID; undefined when it is not hex of that width. */
export function idBytes(hex: string, width: number): Uint8Array | undefined {
  const bytes = new Uint8Array(width);
  return decodeHexInto(hex, bytes, 0, width) ? bytes : undefined;
}
