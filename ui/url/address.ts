// Moving between addresses: `open` is a step that the browser's Back undoes, `replace` is not. What led to a page
// travels with it in the history entry.

import { useRouter } from '@tanstack/react-router';
import type { AnyRouter } from '@tanstack/react-router';
import { useMemo } from 'react';
import type { Search } from './search-range.ts';
import { parseSearchText, printSearchText } from './search-text.ts';
import { carryOver, nextTrail } from './trail.ts';
import type { Crumb, PlaceLeft } from './trail.ts';

export interface Address {
  /** `back` is what the next page's breadcrumb calls this one; without it the page is called by its query. */
  open(href: string, back?: string): void;
  /** As `open`, and the drill-down begins anew there. */
  start(href: string): void;
  /** Keeps the breadcrumb of the page. */
  replace(href: string): void;
  /** One step of the drill-down back; without one, as the browser's Back. */
  back(): void;
  /** To a step of the drill-down, as it was left. */
  returnTo(crumb: Crumb): void;
}

function placeLeft(router: AnyRouter): PlaceLeft {
  const { pathname, search, href, state } = router.history.location;
  return {
    pathname,
    search: parseSearchText(search),
    href,
    index: state.__TSR_index,
    trail: state.trail ?? [],
  };
}

function stateOf(trail: readonly Crumb[]): { back?: string; trail?: readonly Crumb[] } {
  const last = trail.at(-1);
  return last === undefined ? {} : { back: last.title, trail };
}

/** The datasource that an address names; empty: this Clew. */
function sourceOf(href: string): string {
  return parseSearchText(href.split('?')[1] ?? '')['source'] ?? '';
}

export function useAddress(): Address {
  const router = useRouter();
  return useMemo(() => {
    const { history } = router;
    const returnTo = (crumb: Crumb): void => {
      const by = crumb.index - history.location.state.__TSR_index;
      if (by < 0) history.go(by);
      else history.push(crumb.href);
    };
    const go = (href: string, trail: readonly Crumb[]): void => {
      // What was answered by one source must not be shown as another's: the page begins anew.
      if (sourceOf(href) === sourceOf(history.location.href)) history.push(href, stateOf(trail));
      else location.assign(href);
    };
    return {
      open: (href, back) => {
        const left = placeLeft(router);
        const target = carryOver(href, left.pathname, left.search);
        const [pathname = ''] = target.split('?');
        go(target, nextTrail(left, pathname, back));
      },
      start: (href) => {
        const { pathname, search } = placeLeft(router);
        go(carryOver(href, pathname, search), []);
      },
      replace: (href) => {
        const { pathname, search, trail } = placeLeft(router);
        history.replace(carryOver(href, pathname, search), stateOf(trail));
      },
      back: () => {
        const { index, trail } = placeLeft(router);
        const last = trail.at(-1);
        if (last !== undefined) returnTo(last);
        else if (index > 0) history.back();
      },
      returnTo,
    };
  }, [router]);
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
