// The rail: a door to each page, which takes the page's time range along, and what concerns the whole screen.

import { useComputedColorScheme, useMantineColorScheme } from '@mantine/core';
import { AppLink } from '../controls/app-link.tsx';
import { IconButton } from '../controls/icon-button.tsx';
import { useRefresh } from '../data/now.ts';
import { Logo, RailIcon } from './rail-icons.tsx';
import type { RailIconName } from './rail-icons.tsx';

export interface RailPage {
  readonly path: string;
  readonly title: string;
  readonly icon: RailIconName;
  readonly keys: string;
  /** What paths of its realm begin with, when it is not its own path. */
  readonly under?: string;
  /** Whether it reads `from` and `to`. */
  readonly hasRange: boolean;
}

export const railPages: readonly RailPage[] = [
  { path: '/overview', title: 'Overview', icon: 'overview', keys: 'g o', hasRange: true },
  { path: '/logs', title: 'Logs', icon: 'logs', keys: 'g l', hasRange: true },
  {
    path: '/traces',
    title: 'Traces',
    icon: 'traces',
    keys: 'g t',
    under: '/trace',
    hasRange: true,
  },
  { path: '/metrics', title: 'Metrics', icon: 'metrics', keys: 'g m', hasRange: true },
  { path: '/sources', title: 'Sources', icon: 'sources', keys: 'g s', hasRange: false },
  { path: '/health', title: 'Health', icon: 'health', keys: 'g h', hasRange: false },
];

/** Sources and health concern Clew itself: they stand apart. */
const upper = railPages.filter(({ hasRange }) => hasRange);
const lower = railPages.filter(({ hasRange }) => !hasRange);

interface RailProps {
  readonly hrefOf: (page: RailPage) => string;
  readonly onKeys: () => void;
  /** How many problems the server reports, for the mark at Health. */
  readonly problems: number;
}

export function Rail({ hrefOf, onKeys, problems }: RailProps) {
  const refresh = useRefresh();
  const { setColorScheme } = useMantineColorScheme();
  const scheme = useComputedColorScheme('dark');
  const other = scheme === 'dark' ? 'light' : 'dark';
  const links = (pages: readonly RailPage[]) =>
    pages.map((page) => (
      <AppLink
        key={page.path}
        href={hrefOf(page)}
        className="rail-link"
        title={`${page.title} (${page.keys})`}
        onOpen={refresh}
        isStart
        activeUnder={page.under ?? page.path}
      >
        <RailIcon name={page.icon} />
        <span>{page.title}</span>
        {page.path === '/health' && problems > 0 && (
          <i className="rail-mark" title={`${problems} to look at`} />
        )}
      </AppLink>
    ));
  return (
    <nav className="rail" aria-label="Pages">
      <AppLink
        href="/overview"
        className="rail-logo"
        aria-label="Clew: start"
        onOpen={refresh}
        isStart
      >
        <Logo />
      </AppLink>
      {links(upper)}
      <div className="rail-space" />
      {links(lower)}
      <IconButton
        icon={scheme === 'dark' ? 'sun' : 'moon'}
        label={`Switch to ${other} colors`}
        onClick={() => setColorScheme(other)}
      />
      <IconButton icon="keyboard" label="Keys (?)" onClick={onKeys} />
    </nav>
  );
}
