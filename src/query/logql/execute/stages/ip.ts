// Finds addresses in a text and compares them with the bounds of an `ip("…")`.

import { ipWithin, parseIpAddress, type IpBounds } from '../../syntax/ip-pattern.ts';

const v4Candidate = /(?<![\d.])\d{1,3}(?:\.\d{1,3}){3}(?![\d])/g;
const v6Candidate = /(?<![0-9a-fA-F:.])[0-9a-fA-F]{0,4}:[0-9a-fA-F:.]{1,45}/g;

/** Whether an address in the text lies within the bounds. */
export function ipMatcher(bounds: IpBounds): (text: string) => boolean {
  return (text) => {
    for (const [found] of text.matchAll(v4Candidate)) {
      const address = parseIpAddress(found);
      if (address !== undefined && ipWithin(address, bounds)) return true;
    }
    if (!text.includes(':') || bounds.family === 4) return false;
    for (const [found] of text.matchAll(v6Candidate)) {
      // A port or a sentence's colon may hang on to the address.
      for (const shown of [found, found.replace(/[.:]$/, ''), found.replace(/^:(?!:)/, '')]) {
        const address = parseIpAddress(shown);
        if (address !== undefined && ipWithin(address, bounds)) return true;
      }
    }
    return false;
  };
}
