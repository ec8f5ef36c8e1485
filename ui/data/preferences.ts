// What a person chose for this browser, as opposed to what the page shows, which is in the address.

import { useSyncExternalStore } from 'react';

export type Zone = 'local' | 'utc';

const listeners = new Set<() => void>();

function read(name: string): string | null {
  try {
    return localStorage.getItem(name);
  } catch {
    // A browser may forbid storage; the choice then lasts as long as the page's default.
    return null;
  }
}

function write(name: string, value: string): void {
  try {
    localStorage.setItem(name, value);
  } catch {
    return;
  } finally {
    for (const listener of listeners) listener();
  }
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function useZone(): Zone {
  return useSyncExternalStore(subscribe, () => (read('clew.zone') === 'utc' ? 'utc' : 'local'));
}

export function setZone(zone: Zone): void {
  write('clew.zone', zone);
}

/** Share of the width that the waterfall has beside the log lines, 0 to 1. */
export function useSplit(): number {
  return useSyncExternalStore(subscribe, () => {
    const share = Number(read('clew.split') ?? '0.58');
    return share >= 0.25 && share <= 0.8 ? share : 0.58;
  });
}

export function setSplit(share: number): void {
  write('clew.split', String(Math.min(0.8, Math.max(0.25, share))));
}

export type Density = 'dense' | 'comfortable';

/** Height of a log line's row. */
export function useDensity(): Density {
  return useSyncExternalStore(subscribe, () =>
    read('clew.density') === 'comfortable' ? 'comfortable' : 'dense',
  );
}

export function setDensity(density: Density): void {
  write('clew.density', density);
}

/** Narrower, the facets would leave too little for the lines. */
const facetsWidthMin = 1200;

/** Whether the facets stand beside the lines: as chosen, else where there is room. */
export function useFacetsShown(): boolean {
  return useSyncExternalStore(subscribe, () => {
    const chosen = read('clew.facets');
    return chosen === null ? window.innerWidth >= facetsWidthMin : chosen === '1';
  });
}

export function setFacetsShown(isShown: boolean): void {
  write('clew.facets', isShown ? '1' : '0');
}
