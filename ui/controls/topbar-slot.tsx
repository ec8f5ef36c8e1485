// A page's own part of the top bar.

import { useEffect, useState } from 'react';
import type { ReactNode } from 'react';
import { createPortal } from 'react-dom';

export function TopbarSlot(props: {
  readonly place: 'start' | 'end';
  readonly children: ReactNode;
}) {
  const [element, setElement] = useState<HTMLElement | null>(null);
  useEffect(() => setElement(document.getElementById(`topbar-${props.place}`)), [props.place]);
  return element === null ? null : createPortal(props.children, element);
}
