// Which steps of which tours a person has done, and whether the panel is open: for this tab of the browser, across reloads.

import { useSyncExternalStore } from 'react';
import type { DemoIncidentId } from '../../../src/api/explore/contract/demo.ts';

export interface TourProgress {
  readonly isOpen: boolean;
  /** The tour that is unfolded. */
  readonly tour: DemoIncidentId | null;
  /** By tour and occurrence, the numbers of the steps that are done: a new occurrence is a new tour. */
  readonly done: Readonly<Record<string, readonly number[]>>;
}

const key = 'clew.tours';
const listeners = new Set<() => void>();
let current = load();

function load(): TourProgress {
  const fresh: TourProgress = { isOpen: false, tour: null, done: {} };
  try {
    const stored: unknown = JSON.parse(sessionStorage.getItem(key) ?? 'null');
    // Only this file writes it.
    return typeof stored === 'object' && stored !== null ? { ...fresh, ...stored } : fresh;
  } catch {
    return fresh;
  }
}

function change(next: Partial<TourProgress>): void {
  current = { ...current, ...next };
  try {
    sessionStorage.setItem(key, JSON.stringify(current));
  } catch {
    // A browser may forbid storage; the progress then lasts until the page is loaded again.
  }
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function useTourProgress(): TourProgress {
  return useSyncExternalStore(subscribe, () => current);
}

export function openTours(isOpen: boolean): void {
  change({ isOpen });
}

export function unfoldTour(tour: DemoIncidentId | null): void {
  change({ tour });
}

export function occurrenceKey(id: DemoIncidentId, startedMs: number): string {
  return `${id}@${Math.round(startedMs)}`;
}

export function markDone(occurrence: string, step: number): void {
  const before = current.done[occurrence] ?? [];
  if (!before.includes(step))
    change({ done: { ...current.done, [occurrence]: [...before, step] } });
}
