// Moving between addresses: `open` is a step that the browser's Back undoes, `replace` is not. What led to a page
// travels with it in the history entry.

import { useRouter } from '@tanstack/react-router';
import { useMemo } from 'react';
import type { Search } from './logs-view.ts';
import { printSearchText } from './search-text.ts';

export interface Address {
  /** `back` is what the next page's breadcrumb calls this one. */
  open(href: string, back?: string): void;
  /** Keeps the breadcrumb of the page. */
  replace(href: string): void;
  back(): void;
}

export function useAddress(): Address {
  const router = useRouter();
  return useMemo(
    () => ({
      open: (href, back) => router.history.push(href, back === undefined ? {} : { back }),
      replace: (href) => {
        const { back } = router.history.location.state;
        router.history.replace(href, back === undefined ? {} : { back });
      },
      back: () => router.history.back(),
    }),
    [router],
  );
}

export function printHref(path: string, search: Search): string {
  return path + printSearchText(search);
}

/** The address with some of its search part set, unless it names them itself. */
export function withDefaults(href: string, search: Search): string {
  const [path = '', given = ''] = href.split('?');
  const parameters = new URLSearchParams(given);
  for (const [name, value] of Object.entries(search)) {
    if (!parameters.has(name)) parameters.set(name, value);
  }
  const text = parameters.toString();
  return text === '' ? path : `${path}?${text}`;
}
