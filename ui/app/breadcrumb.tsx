// The steps of the drill-down in the top bar, the latest last. A click, or Esc, finds a step as it was left.

import { useLocation } from '@tanstack/react-router';
import { isPlainClick } from '../controls/app-link.tsx';
import { useKeys } from '../controls/keys.ts';
import { useAddress } from '../url/address.ts';
import type { Crumb } from '../url/trail.ts';

const shownMax = 3;
const none: readonly Crumb[] = [];

export function Breadcrumb() {
  const trail = useLocation({ select: ({ state }) => state.trail ?? none });
  const address = useAddress();
  const last = trail.at(-1);
  useKeys({
    Escape: () => {
      if (last === undefined) return false;
      address.returnTo(last);
      return true;
    },
  });
  if (last === undefined) return null;
  const shown = trail.slice(-shownMax);
  return (
    <nav className="breadcrumb" aria-label="Steps of the drill-down">
      {trail.length > shownMax && (
        <span className="dim" title={trail.map(({ title }) => title).join(' › ')}>
          …
        </span>
      )}
      {shown.map((crumb) => (
        <a
          key={`${crumb.index} ${crumb.href}`}
          href={crumb.href}
          title={crumb === last ? `Back to ${crumb.title} (Esc)` : `Back to ${crumb.title}`}
          data-testid={crumb === last ? 'back-link' : undefined}
          onClick={(event) => {
            if (!isPlainClick(event)) return;
            event.preventDefault();
            address.returnTo(crumb);
          }}
        >
          ‹ {crumb.title}
        </a>
      ))}
    </nav>
  );
}
