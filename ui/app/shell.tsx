// The frame around every page: rail, top bar with the omnibox, health banner, the menu of doors and the sheet of keys.

import { Outlet, useLocation } from '@tanstack/react-router';
import { Suspense, lazy, useCallback, useMemo, useRef, useState } from 'react';
import { AutoRefresh } from '../controls/auto-refresh.tsx';
import { copyText } from '../controls/copy-button.tsx';
import { DoorMenuProvider } from '../controls/door-menu.tsx';
import { useKeys } from '../controls/keys.ts';
import type { KeyMap } from '../controls/keys.ts';
import { Omnibox } from '../controls/omnibox/omnibox.tsx';
import { Said, say } from '../controls/said.tsx';
import { SourcePicker } from '../controls/source-picker.tsx';
import { TopbarPlaces } from '../controls/topbar-slot.tsx';
import { calmPollMs, useHealth } from '../data/health.ts';
import { useNowMs, useRefresh } from '../data/now.ts';
import { tenantOfTab } from '../data/tenant.ts';
import { printHref, useAddress } from '../url/address.ts';
import { rangeOfLocation, useCarriedRange } from '../url/carried-range.ts';
import { permalink } from '../url/permalink.ts';
import { Breadcrumb } from './breadcrumb.tsx';
import { HealthBanner } from './health-banner.tsx';
import { TenantForm, TenantMark } from './tenant-form.tsx';
import { Rail, railPages } from './rail.tsx';
import type { RailPage } from './rail.tsx';
import { Tours, ToursButton } from './tours/tours.tsx';
import './shell.css';

const KeysSheet = lazy(() =>
  import('./keys-sheet.tsx').then((file) => ({ default: file.KeysSheet })),
);

async function copyLink(href: string): Promise<void> {
  try {
    await copyText(href);
    say('Link copied');
  } catch {
    say('The browser does not let this page copy. The link is in the address bar.');
  }
}

export function Shell() {
  const [isSheetOpen, setSheetOpen] = useState(false);
  const [start, setStart] = useState<HTMLElement | null>(null);
  const [end, setEnd] = useState<HTMLElement | null>(null);
  const places = useMemo(() => ({ start, end }), [start, end]);
  const sheetOpener = useRef<Element | null>(null);
  const openSheet = (): void => {
    sheetOpener.current = document.activeElement;
    setSheetOpen(true);
  };
  const closeSheet = useCallback(() => {
    setSheetOpen(false);
    const opener = sheetOpener.current;
    // After the sheet has let go of the focus.
    setTimeout(() => opener instanceof HTMLElement && opener.focus(), 0);
  }, []);
  const address = useAddress();
  const refresh = useRefresh();
  const range = useCarriedRange();
  const hasRange = useLocation({
    select: ({ pathname, search }) => rangeOfLocation(pathname, search) !== undefined,
  });
  const nowMs = useNowMs();
  const health = useHealth(calmPollMs);
  const hrefOf = (page: RailPage): string => printHref(page.path, page.hasRange ? range : {});
  const pageKeys: KeyMap = Object.fromEntries(
    railPages.map((page) => [
      page.keys,
      () => {
        refresh();
        address.start(hrefOf(page));
      },
    ]),
  );
  useKeys({
    ...pageKeys,
    '?': openSheet,
    y: () => void copyLink(permalink(location.href, nowMs, tenantOfTab())),
  });
  return (
    <DoorMenuProvider>
      <div className="shell">
        <a className="skip-link" href="#page">
          Skip to the page
        </a>
        <Rail hrefOf={hrefOf} onKeys={openSheet} problems={health.data?.problems.length ?? 0} />
        <header className="topbar">
          <div className="topbar-start">
            <TenantMark />
            <Breadcrumb />
            <div ref={setStart} className="topbar-place" />
          </div>
          <Omnibox pages={railPages} range={range} />
          <div className="topbar-end">
            <div ref={setEnd} className="topbar-place" />
            <SourcePicker />
            {hasRange && <AutoRefresh />}
            <ToursButton />
          </div>
        </header>
        <main id="page" className="page" tabIndex={-1}>
          <TenantForm />
          <HealthBanner />
          <TopbarPlaces value={places}>
            <Outlet />
          </TopbarPlaces>
        </main>
        <Tours />
        <Said />
        {isSheetOpen && (
          <Suspense>
            <KeysSheet onClose={closeSheet} />
          </Suspense>
        )}
      </div>
    </DoorMenuProvider>
  );
}
