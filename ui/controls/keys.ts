// Keys of the page, as SCREEN's table has them: single ones (`j`, `?`), sequences (`g l`) and `Ctrl+k`. They rest
// while someone types, but for Escape.

import { useEffect, useRef } from 'react';

/** What a key does; `false` says that it had nothing to do here, so that an outer view may use it. */
export type KeyMap = Readonly<Record<string, (event: KeyboardEvent) => unknown>>;

/** What every sequence begins with. */
const leader = 'g';
/** A sequence's second key comes within this time. */
const sequenceMs = 1200;

export function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable || target.matches('input, textarea, select'))
  );
}

function nameOf(event: KeyboardEvent): string {
  const modifier = event.ctrlKey || event.metaKey ? 'Ctrl+' : '';
  return (
    modifier + (event.key.length === 1 && modifier !== '' ? event.key.toLowerCase() : event.key)
  );
}

/** `first`: asked before the frame around the page is, for what lies on top of the page, such as a panel that Esc closes. */
export function useKeys(keys: KeyMap, order: 'usual' | 'first' = 'usual'): void {
  const current = useRef(keys);
  useEffect(() => {
    current.current = keys;
  });
  useEffect(() => {
    let first = '';
    let firstAt = 0;
    const onKey = (event: KeyboardEvent): void => {
      if (event.defaultPrevented || event.altKey || event.isComposing) return;
      if (isTyping(event.target) && !event.ctrlKey && !event.metaKey) return;
      // A menu stops its keys on their way up, which is too late for whoever is asked first.
      if (order === 'first' && isInMenu(event.target)) return;
      // A dialog has the keys while it is open.
      if (document.querySelector('[role="dialog"][aria-modal="true"]') !== null) return;
      const name = nameOf(event);
      const isSecond = first === leader && event.timeStamp - firstAt < sequenceMs;
      first = isSecond ? '' : name;
      firstAt = event.timeStamp;
      // The second key of a sequence is nobody's single key: `g t` is no `t`.
      const run = current.current[isSecond ? `${leader} ${name}` : name];
      // Enter and the space bar belong to the button or link that has the focus.
      if (run === undefined || (name === 'Enter' && isPressable(event.target))) return;
      if (run(event) !== false) event.preventDefault();
    };
    const isCapturing = order === 'first';
    window.addEventListener('keydown', onKey, isCapturing);
    return () => window.removeEventListener('keydown', onKey, isCapturing);
  }, [order]);
}

function isInMenu(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest('[role="menu"]') !== null;
}

function isPressable(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.matches('a, button, summary');
}
