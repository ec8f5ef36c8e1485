// A page's own part of the top bar: the shell says where, the page what.

import { createContext, useContext } from 'react';
import type { ReactNode } from 'react';
import { createPortal } from 'react-dom';

interface Places {
  readonly start: HTMLElement | null;
  readonly end: HTMLElement | null;
}

export const TopbarPlaces = createContext<Places>({ start: null, end: null });

export function TopbarSlot(props: {
  readonly place: 'start' | 'end';
  readonly children: ReactNode;
}) {
  const element = useContext(TopbarPlaces)[props.place];
  return element === null ? null : createPortal(props.children, element);
}
