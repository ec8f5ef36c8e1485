// Who scrolls, leads: the half of the story that someone scrolls tells the other where it is, and the other follows.
// What follows does not lead, or the two would chase each other.

import { useState } from 'react';

export type StoryHalf = 'waterfall' | 'logs';

export interface StoryPlace {
  readonly ms: number;
  /** The span that is at the place; empty: only the instant counts. */
  readonly spanId: string;
  /** The pointer passes over it: whoever follows goes back where it was when the pointer has left. */
  readonly isPassing?: boolean;
}

export interface StorySync {
  /** Null: the pointer has left. */
  lead(half: StoryHalf, place: StoryPlace | null): void;
  /** Called when the other half leads; answers how to stop. */
  follow(half: StoryHalf, listener: (place: StoryPlace | null) => void): () => void;
}

function createStorySync(): StorySync {
  const listeners = new Set<{
    readonly half: StoryHalf;
    readonly run: (place: StoryPlace | null) => void;
  }>();
  return {
    lead: (half, place) => {
      for (const listener of listeners) if (listener.half !== half) listener.run(place);
    },
    follow: (half, run) => {
      const listener = { half, run };
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

export function useStorySync(): StorySync {
  const [sync] = useState(createStorySync);
  return sync;
}

/** Scrolls an element so that the reader's own scrolling can be told from it. */
export class ScrollHand {
  #expectedTop: number | undefined;

  moveTo(element: HTMLElement, top: number): void {
    const most = Math.max(0, element.scrollHeight - element.clientHeight);
    const to = Math.round(Math.min(most, Math.max(0, top)));
    if (Math.abs(to - element.scrollTop) < 1) return;
    element.scrollTop = to;
    this.#expectedTop = element.scrollTop;
  }

  /** Of a scroll event: whether it is the echo of `moveTo`. */
  isOwn(element: HTMLElement): boolean {
    const isOwn =
      this.#expectedTop !== undefined && Math.abs(element.scrollTop - this.#expectedTop) < 2;
    this.#expectedTop = undefined;
    return isOwn;
  }
}

/**
 * The place of the page that a scroller stands for: its top when it is at the top, its bottom when it is at the bottom,
 * so that scrolling through visits everything. Undefined: there is nothing to scroll.
 */
export function scrollAnchor(top: number, height: number, totalHeight: number): number | undefined {
  const most = totalHeight - height;
  return most <= 0 ? undefined : top + (Math.min(top, most) / most) * height;
}

/** Where to scroll so that a stretch is in view, with some air; `top` itself when it is already. */
export function scrollInto(
  top: number,
  height: number,
  from: number,
  to: number,
  air: number,
): number {
  const room = Math.min(air, Math.max(0, (height - (to - from)) / 2));
  if (from < top + room) return from - room;
  if (to > top + height - room) return to + room - height;
  return top;
}

/**
 * Where to scroll so that what is at the top stays there when rows come or go above it. `placeAfter` is asked for the row
 * that is at the top, by its place among the rows before; undefined, as when it is gone: nothing is held.
 */
export function heldTop(
  top: number,
  rowHeight: number,
  placeAfter: (before: number) => number | undefined,
): number {
  const before = Math.floor(top / rowHeight);
  const after = placeAfter(before);
  return after === undefined ? top : top + (after - before) * rowHeight;
}
