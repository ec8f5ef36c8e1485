// The instant under the pointer, shared by everything on a page that shows time. Not React state: it changes with every
// move of the pointer, and only thin lines follow it.

import { useState } from 'react';

export interface InstantCursor {
  /** Ms from the start of what the page shows; null when the pointer is nowhere. */
  set(ms: number | null): void;
  /** Called at once and at every change; answers how to stop. */
  follow(listener: (ms: number | null) => void): () => void;
}

function createInstantCursor(): InstantCursor {
  const listeners = new Set<(ms: number | null) => void>();
  let current: number | null = null;
  return {
    set: (ms) => {
      if (ms === current) return;
      current = ms;
      for (const listener of listeners) listener(ms);
    },
    follow: (listener) => {
      listeners.add(listener);
      listener(current);
      return () => listeners.delete(listener);
    },
  };
}

export function useInstantCursor(): InstantCursor {
  const [cursor] = useState(createInstantCursor);
  return cursor;
}
