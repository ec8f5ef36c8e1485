// A service has one color everywhere and for ever: the hash of its name picks one of the theme's twelve. Kinds of spans
// have six of them where a trace is colored by kind.

import { palettes } from '../../app/theme.ts';

const hues = palettes.dark.services.length;

/** Index into a palette's `services`: FNV-1a over the UTF-16 code units, folded. */
export function serviceHue(service: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < service.length; at++) {
    hash = Math.imul(hash ^ service.charCodeAt(at), 0x01000193) >>> 0;
  }
  return ((hash ^ (hash >>> 15)) >>> 0) % hues;
}

export function serviceColor(service: string): string {
  return `var(--clew-service-${serviceHue(service)})`;
}

const kindHues: Readonly<Record<string, number>> = {
  server: 0,
  client: 1,
  internal: 2,
  producer: 3,
  consumer: 5,
};
const otherKindHue = 8;

export type ColorBy = 'service' | 'kind';

/** Index into a palette's `services`, of a span. */
export function spanHue(colorBy: ColorBy, service: string, kind: string): number {
  return colorBy === 'service' ? serviceHue(service) : (kindHues[kind] ?? otherKindHue);
}

export function spanColor(colorBy: ColorBy, service: string, kind: string): string {
  return `var(--clew-service-${spanHue(colorBy, service, kind)})`;
}
