// A link inside Clew: a plain click stays in the page, any other (new tab, copy) is the browser's.

import { useLocation } from '@tanstack/react-router';
import type { AnchorHTMLAttributes, MouseEvent, ReactNode } from 'react';
import { useAddress } from '../url/address.ts';

interface AppLinkProps extends Omit<AnchorHTMLAttributes<HTMLAnchorElement>, 'href' | 'onClick'> {
  readonly href: string;
  /** What the next page's breadcrumb calls this page. */
  readonly back?: string;
  /** Runs before the step is taken. */
  readonly onOpen?: () => void;
  /** A drill-down begins anew there. */
  readonly isStart?: boolean;
  /** Marked as current on pages under this path. */
  readonly activeUnder?: string;
  readonly children: ReactNode;
}

export function isPlainClick(event: MouseEvent): boolean {
  return event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey && !event.altKey;
}

export function AppLink({
  href,
  back,
  onOpen,
  isStart,
  activeUnder,
  children,
  ...rest
}: AppLinkProps) {
  const address = useAddress();
  const isCurrent = useLocation({
    select: ({ pathname }) => activeUnder !== undefined && pathname.startsWith(activeUnder),
  });
  return (
    <a
      {...rest}
      href={href}
      aria-current={isCurrent ? 'page' : undefined}
      onClick={(event) => {
        event.stopPropagation();
        if (!isPlainClick(event)) return;
        event.preventDefault();
        onOpen?.();
        if (isStart === true) address.start(href);
        else address.open(href, back);
      }}
    >
      {children}
    </a>
  );
}
