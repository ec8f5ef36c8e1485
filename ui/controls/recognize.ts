// What a text pasted into the omnibox is: a trace ID in any form, also inside a `traceparent`, an address, or a log line.

import { normalizeTraceId } from '../../src/model/trace-id/normalize.ts';

export interface Recognized {
  /** 32 hex digits. */
  readonly traceId: string;
  /** 16 hex digits when the text names a span too, else empty. */
  readonly spanId: string;
  readonly said: string;
}

const textLengthMax = 20_000;

/** Shorter than this, a number with its zeroes trimmed is more likely a word being typed. */
const trimmedLengthMin = 8;

const inText =
  /\b(?:[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}|[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}|[0-9a-f]{32}|[0-9a-f]{16})\b/gi;

export function recognizeTraceId(given: string): Recognized | undefined {
  const text = given.slice(0, textLengthMax).trim();
  const whole = recognized(text.replaceAll(/^["'`\s]+|["'`,;\s]+$/g, ''));
  if (whole !== undefined) return whole;
  for (const part of text.matchAll(inText)) {
    const inside = recognized(part[0]);
    if (inside !== undefined) return { ...inside, said: `${inside.said} in this text` };
  }
  return undefined;
}

function recognized(text: string): Recognized | undefined {
  const found = normalizeTraceId(text);
  if (found === undefined) return undefined;
  if (found.givenAs === 'trimmed' && text.length < trimmedLengthMin) return undefined;
  const { traceId, spanId } = found;
  return { traceId, spanId, said: found.givenAs === 'traceparent' ? 'traceparent' : 'trace ID' };
}
