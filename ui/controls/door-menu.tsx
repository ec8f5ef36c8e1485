// The menu of what a mark leads to: logs, traces, metrics of this. A bar, a dot, a line or a legend entry opens it by
// right-click or `m`; each door shows its count, or the reason why it is closed.

import { createContext, useCallback, useContext, useEffect, useRef, useState } from 'react';
import type { KeyboardEvent, ReactNode } from 'react';
import { useAddress } from '../url/address.ts';
import { printCount } from '../views/words/numbers.ts';
import { isPlainClick } from './app-link.tsx';
import { placeMenu } from './menu-place.ts';
import type { Place } from './menu-place.ts';
import './door-menu.css';

export interface Door {
  readonly title: string;
  /** Inside Clew. Neither `href` nor `onOpen`: the door is closed. */
  readonly href?: string;
  readonly onOpen?: () => void;
  /** What is behind it; null: not known before the click. Zero closes a door that gives its reason. */
  readonly count?: number | null;
  /** Why nothing is behind it. */
  readonly reason?: string;
}

/** Where the menu opens: at the pointer of a mouse event, else below an element. */
export type DoorAnchor =
  | Element
  | {
      readonly clientX: number;
      readonly clientY: number;
      readonly preventDefault?: () => void;
    };

interface OpenOptions {
  /** What takes the doors' place while the menu is still open: with counts, the door they are for. */
  readonly later?: Promise<readonly Door[]>;
}

export type OpenDoors = (
  anchor: DoorAnchor,
  title: string,
  doors: readonly Door[],
  options?: OpenOptions,
) => void;

interface OpenMenu {
  /** Tells one opening from the next. */
  readonly opening: number;
  readonly at: Place;
  readonly title: string;
  readonly doors: readonly Door[];
  readonly returnTo: Element | null;
}

const DoorMenuContext = createContext<OpenDoors>(() => undefined);

export function useDoorMenu(): OpenDoors {
  return useContext(DoorMenuContext);
}

export function DoorMenuProvider({ children }: { readonly children: ReactNode }) {
  const [menu, setMenu] = useState<OpenMenu | undefined>(undefined);
  const openings = useRef(0);
  const open = useCallback<OpenDoors>((anchor, title, doors, { later } = {}) => {
    const opening = ++openings.current;
    const returnTo = document.activeElement;
    setMenu({ opening, at: placeOf(anchor), title, doors, returnTo });
    void later?.then((others) =>
      setMenu((now) => (now?.opening === opening ? { ...now, doors: others } : now)),
    );
  }, []);
  const close = useCallback(() => {
    setMenu(undefined);
    if (menu?.returnTo instanceof HTMLElement) menu.returnTo.focus({ preventScroll: true });
  }, [menu]);
  return (
    <DoorMenuContext value={open}>
      {children}
      {menu !== undefined && <DoorMenu key={menu.opening} menu={menu} onClose={close} />}
    </DoorMenuContext>
  );
}

function placeOf(anchor: DoorAnchor): Place {
  if (anchor instanceof Element) {
    const box = anchor.getBoundingClientRect();
    return { left: box.left, top: box.bottom + 2 };
  }
  anchor.preventDefault?.();
  return { left: anchor.clientX, top: anchor.clientY };
}

function isClosed(door: Door): boolean {
  return door.href === undefined && door.onOpen === undefined;
}

function DoorMenu({ menu, onClose }: { readonly menu: OpenMenu; readonly onClose: () => void }) {
  const list = useRef<HTMLDivElement>(null);
  const focused = useRef(0);
  const address = useAddress();
  useEffect(() => {
    const element = list.current;
    if (element === null) return undefined;
    const { width, height } = element.getBoundingClientRect();
    const at = placeMenu(menu.at, { width, height }, { width: innerWidth, height: innerHeight });
    element.style.left = `${at.left}px`;
    element.style.top = `${at.top}px`;
    // The door at the same place, when others have taken the doors' place.
    const all = items(element);
    all[Math.min(focused.current, all.length - 1)]?.focus({ preventScroll: true });
    const onOutside = (event: Event): void => {
      if (!(event.target instanceof Node) || !element.contains(event.target)) onClose();
    };
    window.addEventListener('pointerdown', onOutside, true);
    window.addEventListener('wheel', onOutside, { capture: true, passive: true });
    window.addEventListener('blur', onClose);
    return () => {
      window.removeEventListener('pointerdown', onOutside, true);
      window.removeEventListener('wheel', onOutside, true);
      window.removeEventListener('blur', onClose);
    };
  }, [menu, onClose]);
  const onKeyDown = (event: KeyboardEvent): void => {
    // The page's own keys rest while the menu has the focus.
    event.stopPropagation();
    const all = list.current === null ? [] : items(list.current);
    const at = all.findIndex((item) => item === document.activeElement);
    const next = nextIndex(event.key, at, all.length);
    if (next !== undefined) {
      event.preventDefault();
      all[next]?.focus();
    } else if (event.key === 'Escape' || event.key === 'Tab') {
      event.preventDefault();
      onClose();
    }
  };
  return (
    <div
      ref={list}
      className="door-menu"
      role="menu"
      tabIndex={-1}
      aria-label={menu.title}
      data-testid="door-menu"
      onKeyDown={onKeyDown}
      onFocus={({ currentTarget, target }) => {
        focused.current = Math.max(0, items(currentTarget).indexOf(target));
      }}
      onContextMenu={(event) => event.preventDefault()}
    >
      <p role="presentation">{menu.title}</p>
      {menu.doors.map((door) => (
        <DoorItem
          key={`${door.title} ${door.href ?? ''}`}
          door={door}
          onGo={() => {
            onClose();
            if (door.href !== undefined) address.open(door.href);
            else door.onOpen?.();
          }}
        />
      ))}
    </div>
  );
}

function DoorItem({ door, onGo }: { readonly door: Door; readonly onGo: () => void }) {
  const note = door.count === undefined || door.count === null ? '' : printCount(door.count);
  const words = (
    <>
      <span>{door.title}</span>
      {note !== '' && <span className="number dim">{note}</span>}
      {door.reason !== undefined && <small>{door.reason}</small>}
    </>
  );
  if (isClosed(door)) {
    return (
      <div role="menuitem" tabIndex={-1} aria-disabled="true">
        {words}
      </div>
    );
  }
  if (door.href === undefined) {
    return (
      <button type="button" role="menuitem" tabIndex={-1} onClick={onGo}>
        {words}
      </button>
    );
  }
  return (
    <a
      role="menuitem"
      tabIndex={-1}
      href={door.href}
      onClick={(event) => {
        if (!isPlainClick(event)) return;
        event.preventDefault();
        onGo();
      }}
    >
      {words}
    </a>
  );
}

function items(menu: HTMLElement): HTMLElement[] {
  return [...menu.querySelectorAll<HTMLElement>('[role="menuitem"]')];
}

function nextIndex(key: string, at: number, count: number): number | undefined {
  if (key === 'ArrowDown' || key === 'j') return (at + 1) % count;
  if (key === 'ArrowUp' || key === 'k') return (at <= 0 ? count : at) - 1;
  if (key === 'Home') return 0;
  return key === 'End' ? count - 1 : undefined;
}
