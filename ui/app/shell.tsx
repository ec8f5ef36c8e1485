// The frame around every page: rail, top bar with the omnibox, health banner, the menu of doors and the sheet of keys.

import { Outlet } from '@tanstack/react-router';
import { Suspense, lazy, useCallback, useMemo, useState } from 'react';
import { DoorMenuProvider } from '../controls/door-menu.tsx';
import { useKeys } from '../controls/keys.ts';
import type { KeyMap } from '../controls/keys.ts';
import { Omnibox } from '../controls/omnibox.tsx';
import { TopbarPlaces } from '../controls/topbar-slot.tsx';
import { calmPollMs, useHealth } from '../data/health.ts';
import { useRefresh } from '../data/now.ts';
import { printHref, useAddress } from '../url/address.ts';
import { useCarriedRange } from '../url/carried-range.ts';
import { HealthBanner } from './health-banner.tsx';
import { Rail, railPages } from './rail.tsx';
import type { RailPage } from './rail.tsx';
import './shell.css';

const KeysSheet = lazy(() =>
  import('./keys-sheet.tsx').then((file) => ({ default: file.KeysSheet })),
);

export function Shell() {
  const [isSheetOpen, setSheetOpen] = useState(false);
  const [start, setStart] = useState<HTMLElement | null>(null);
  const [end, setEnd] = useState<HTMLElement | null>(null);
  const places = useMemo(() => ({ start, end }), [start, end]);
  const closeSheet = useCallback(() => setSheetOpen(false), []);
  const address = useAddress();
  const refresh = useRefresh();
  const range = useCarriedRange();
  const health = useHealth(calmPollMs);
  const hrefOf = (page: RailPage): string => printHref(page.path, page.hasRange ? range : {});
  const pageKeys: KeyMap = Object.fromEntries(
    railPages.map((page) => [
      page.keys,
      () => {
        refresh();
        address.open(hrefOf(page));
      },
    ]),
  );
  useKeys({ ...pageKeys, '?': () => setSheetOpen(true) });
  return (
    <DoorMenuProvider>
      <div className="shell">
        <a className="skip-link" href="#page">
          Skip to the page
        </a>
        <Rail
          hrefOf={hrefOf}
          onKeys={() => setSheetOpen(true)}
          problems={health.data?.problems.length ?? 0}
        />
        <header className="topbar">
          <div ref={setStart} className="topbar-start" />
          <Omnibox />
          <div ref={setEnd} className="topbar-end" />
        </header>
        <main id="page" className="page" tabIndex={-1}>
          <HealthBanner />
          <TopbarPlaces value={places}>
            <Outlet />
          </TopbarPlaces>
        </main>
        {isSheetOpen && (
          <Suspense>
            <KeysSheet onClose={closeSheet} />
          </Suspense>
        )}
      </div>
    </DoorMenuProvider>
  );
}
