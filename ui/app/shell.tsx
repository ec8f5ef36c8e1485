// The frame around every page: rail, top bar with the omnibox, health banner, and the sheet of keys.

import { useComputedColorScheme, useMantineColorScheme } from '@mantine/core';
import { Outlet } from '@tanstack/react-router';
import { Suspense, lazy, useCallback, useMemo, useState } from 'react';
import { AppLink } from '../controls/app-link.tsx';
import { IconButton } from '../controls/icon-button.tsx';
import { useKeys } from '../controls/keys.ts';
import { Omnibox } from '../controls/omnibox.tsx';
import { TopbarPlaces } from '../controls/topbar-slot.tsx';
import { useAddress } from '../url/address.ts';
import { useRefresh } from '../data/now.ts';
import { HealthBanner } from './health-banner.tsx';
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
  useKeys({
    '?': () => setSheetOpen(true),
    'g l': () => {
      refresh();
      address.open('/logs');
    },
  });
  return (
    <div className="shell">
      <a className="skip-link" href="#page">
        Skip to the page
      </a>
      <Rail onKeys={() => setSheetOpen(true)} />
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
  );
}

function Rail({ onKeys }: { readonly onKeys: () => void }) {
  const refresh = useRefresh();
  const { setColorScheme } = useMantineColorScheme();
  const scheme = useComputedColorScheme('dark');
  const other = scheme === 'dark' ? 'light' : 'dark';
  return (
    <nav className="rail" aria-label="Pages">
      <AppLink href="/logs" className="rail-logo" aria-label="Clew: newest logs" onOpen={refresh}>
        <Logo />
      </AppLink>
      <AppLink
        href="/logs"
        className="rail-link"
        aria-label="Logs"
        title="Logs (g l)"
        onOpen={refresh}
        activeUnder="/logs"
      >
        <LogsIcon />
        <span>Logs</span>
      </AppLink>
      <div className="rail-space" />
      <IconButton
        icon={scheme === 'dark' ? 'sun' : 'moon'}
        label={`Switch to ${other} colors`}
        onClick={() => setColorScheme(other)}
      />
      <IconButton icon="keyboard" label="Keys (?)" onClick={onKeys} />
    </nav>
  );
}

function Logo() {
  return (
    <svg viewBox="0 0 24 24" width="24" height="24" aria-hidden="true">
      <g fill="none" stroke="currentColor" strokeWidth="1.8" strokeLinecap="round">
        <circle cx="11" cy="11" r="8" />
        <path d="M4.600 7.200c4-2 9-1.600 12.600 1.800M3.200 12.400c4.500-2.600 10.500-2 14.600 2M7 18c-.4-4.500 1.600-10.600 6-14.600M19 11c0 5 .5 9 3 10" />
      </g>
    </svg>
  );
}

function LogsIcon() {
  return (
    <svg viewBox="0 0 20 20" width="20" height="20" aria-hidden="true">
      <g stroke="currentColor" strokeWidth="1.6" strokeLinecap="round">
        <path d="M3 5h1M7 5h10M3 10h1M7 10h7M3 15h1M7 15h9" />
      </g>
    </svg>
  );
}
