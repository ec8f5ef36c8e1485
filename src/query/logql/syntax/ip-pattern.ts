// Addresses, CIDR blocks and address ranges of `ip("…")`, for IPv4 and IPv6: to bounds that an address is compared with.

import { Failure } from '../../../base/errors.ts';

/** Both bounds inclusive, of one family. IPv4 addresses mapped into IPv6 count as IPv4. */
export interface IpBounds {
  readonly family: 4 | 6;
  readonly from: bigint;
  readonly to: bigint;
}

export interface IpAddress {
  readonly family: 4 | 6;
  readonly value: bigint;
}

function parseIpv4(text: string): number | undefined {
  const parts = text.split('.');
  if (parts.length !== 4) return undefined;
  let value = 0;
  for (const part of parts) {
    if (!/^(?:0|[1-9]\d{0,2})$/.test(part)) return undefined;
    const octet = Number(part);
    if (octet > 255) return undefined;
    value = value * 256 + octet;
  }
  return value;
}

function parseIpv6(text: string): bigint | undefined {
  if (text.length > 45 || !text.includes(':')) return undefined;
  let head = text;
  const lastColon = text.lastIndexOf(':');
  if (text.includes('.')) {
    const tail = parseIpv4(text.slice(lastColon + 1));
    if (tail === undefined) return undefined;
    head = `${text.slice(0, lastColon + 1)}${(tail >>> 16).toString(16)}:${(tail % 65536).toString(16)}`;
  }
  const halves = head.split('::');
  if (halves.length > 2) return undefined;
  const groupsOf = (half: string): readonly string[] => (half === '' ? [] : half.split(':'));
  const left = groupsOf(halves[0] ?? '');
  const right = groupsOf(halves[1] ?? '');
  const missing = 8 - left.length - right.length;
  if (halves.length === 2 ? missing < 1 : missing !== 0) return undefined;
  const groups = [...left, ...Array.from({ length: missing }, () => '0'), ...right];
  let value = 0n;
  for (const group of groups) {
    if (!/^[0-9a-fA-F]{1,4}$/.test(group)) return undefined;
    value = (value << 16n) | BigInt(Number.parseInt(group, 16));
  }
  return value;
}

export function parseIpAddress(text: string): IpAddress | undefined {
  const v4 = parseIpv4(text);
  if (v4 !== undefined) return { family: 4, value: BigInt(v4) };
  const v6 = parseIpv6(text);
  if (v6 === undefined) return undefined;
  if (v6 >> 32n === 0xffffn) return { family: 4, value: v6 & 0xffffffffn };
  return { family: 6, value: v6 };
}

function parseBlock(text: string): IpBounds | undefined {
  const slash = text.lastIndexOf('/');
  const address = parseIpAddress(text.slice(0, slash));
  const bitsText = text.slice(slash + 1);
  if (address === undefined || !/^\d{1,3}$/.test(bitsText)) return undefined;
  const width = address.family === 4 ? 32 : 128;
  const bits = Number(bitsText);
  if (bits > width) return undefined;
  const size = 1n << BigInt(width - bits);
  const from = (address.value / size) * size;
  return { family: address.family, from, to: from + size - 1n };
}

/** Fails with `syntax`. */
export function parseIpPattern(pattern: string): IpBounds {
  const bad = new Failure('syntax', `ip: invalid pattern: ${JSON.stringify(pattern)}`);
  if (pattern.includes('/')) {
    const block = parseBlock(pattern);
    if (block === undefined) throw bad;
    return block;
  }
  const dash = pattern.indexOf('-');
  const from = parseIpAddress(dash < 0 ? pattern : pattern.slice(0, dash));
  const to = parseIpAddress(dash < 0 ? pattern : pattern.slice(dash + 1));
  if (from === undefined || to === undefined || from.family !== to.family || from.value > to.value)
    throw bad;
  return { family: from.family, from: from.value, to: to.value };
}

export function ipWithin(address: IpAddress, bounds: IpBounds): boolean {
  return (
    address.family === bounds.family && address.value >= bounds.from && address.value <= bounds.to
  );
}
