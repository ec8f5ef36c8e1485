// Parameters of the foreign query APIs: URL query and form body merged, as Go's `ParseForm` does, and the numbers and
// times in them.

import { Failure } from '../../base/errors.ts';

/** Queries are text: 2 MiB leaves room for the longest that a parser accepts, escaped. */
export const formBodyBytesMax: number = 2 * 1024 * 1024;

/** Parameters of a request; a form body's come before the URL's, as in Go. */
export async function readParameters(request: Request): Promise<URLSearchParams> {
  const url = new URL(request.url).searchParams;
  if (request.method === 'GET' || request.method === 'HEAD') return url;
  const type = (request.headers.get('content-type') ?? '').split(';')[0]?.trim().toLowerCase();
  if (type !== 'application/x-www-form-urlencoded') return url;
  const merged = new URLSearchParams(await readText(request, formBodyBytesMax));
  for (const [name, text] of url) merged.append(name, text);
  return merged;
}

/** What is read and thrown away of a body that is too long, so that its sender gets to see the answer. */
const discardedBytesMax = 256 * 1024 * 1024;

/** The body as bytes; fails with `limit` when it is longer than allowed, of which no more than that is kept. */
export async function readBytes(request: Request, bytesMax: number): Promise<Uint8Array> {
  const declared = Number(request.headers.get('content-length') ?? '0');
  if (request.body === null) return new Uint8Array(0);
  let chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of request.body as unknown as AsyncIterable<Uint8Array>) {
    length += chunk.length;
    if (length <= bytesMax && declared <= bytesMax) chunks.push(chunk);
    else if (length > discardedBytesMax) break;
    else chunks = [];
  }
  if (length > bytesMax || declared > bytesMax) {
    throw new Failure('limit', `request body too large: the limit is ${bytesMax} bytes`);
  }
  return Buffer.concat(chunks, length);
}

async function readText(request: Request, bytesMax: number): Promise<string> {
  return Buffer.from(await readBytes(request, bytesMax)).toString('utf8');
}

/** The parameter as a whole number in a range, or `fallback` when absent. */
export function wholeNumber(
  parameters: URLSearchParams,
  name: string,
  fallback: number,
  range: { readonly min: number; readonly max: number },
): number {
  const text = parameters.get(name);
  if (text === null || text === '') return fallback;
  const parsed = /^[+-]?\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
  if (Number.isNaN(parsed) || parsed < range.min || parsed > range.max) {
    throw new Failure(
      'invalid-data',
      `invalid parameter "${name}": expected a whole number from ${range.min} to ${range.max}, got ${JSON.stringify(text.slice(0, 40))}`,
    );
  }
  return parsed;
}

const rfc3339 =
  /^(\d{4})-(\d{2})-(\d{2})[Tt ](\d{2}):(\d{2}):(\d{2})(?:\.(\d+))?(?:[Zz]|([+-])(\d{2}):(\d{2}))$/;

/** RFC 3339 text to nanoseconds since the epoch, or undefined. */
export function parseRfc3339Ns(text: string): bigint | undefined {
  const parts = rfc3339.exec(text);
  if (parts === null) return undefined;
  const [, year, month, day, hour, minute, second, fraction = '', sign, zoneHour, zoneMinute] =
    parts;
  const utcMs = Date.UTC(
    Number(year),
    Number(month) - 1,
    Number(day),
    Number(hour),
    Number(minute),
    Number(second),
  );
  if (Number.isNaN(utcMs)) return undefined;
  const zoneMs =
    sign === undefined
      ? 0
      : (Number(zoneHour) * 60 + Number(zoneMinute)) * 60_000 * (sign === '-' ? -1 : 1);
  return BigInt(utcMs - zoneMs) * 1_000_000n + BigInt(fraction.slice(0, 9).padEnd(9, '0'));
}

/** Decimal seconds to nanoseconds without passing through a float; undefined when it is no decimal number. */
export function parseDecimalSecondsNs(text: string): bigint | undefined {
  const parts = /^([+-]?)(\d{1,15})(?:\.(\d*))?$/.exec(text);
  if (parts !== null) {
    const [, sign, whole = '0', fraction = ''] = parts;
    const ns = BigInt(whole) * 1_000_000_000n + BigInt(fraction.slice(0, 9).padEnd(9, '0'));
    return sign === '-' ? -ns : ns;
  }
  const value = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,3})?$/.test(text)
    ? Number(text)
    : Number.NaN;
  return Number.isFinite(value) && Math.abs(value) < 1e15
    ? BigInt(Math.round(value * 1e3)) * 1_000_000n
    : undefined;
}
