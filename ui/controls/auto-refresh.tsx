// Asks for fresh data again and again, as often as the address says. It waits while an earlier answer is under way and
// while nobody looks.

import { useQueryClient } from '@tanstack/react-query';
import { useLocation } from '@tanstack/react-router';
import { useEffect } from 'react';
import { useRefresh } from '../data/now.ts';
import { useAddress, withDefaults } from '../url/address.ts';
import { isLive, parseTimePoint } from '../url/time-range.ts';

const choices: Readonly<Record<string, number>> = {
  '5s': 5000,
  '10s': 10_000,
  '30s': 30_000,
  '1m': 60_000,
};

/** As an address writes it; off when it says nothing readable. */
function periodOf(text: unknown): string {
  return typeof text === 'string' && choices[text] !== undefined ? text : '';
}

function endsNow(to: unknown): boolean {
  const point = typeof to === 'string' ? parseTimePoint(to) : undefined;
  return point === undefined || isLive({ from: point, to: point });
}

export function AutoRefresh() {
  const { period, isRunning, href } = useLocation({
    select: ({ search, href: at }) => {
      const texts: Readonly<Record<string, unknown>> = search;
      return {
        period: periodOf(texts['refresh']),
        isRunning: endsNow(texts['to']),
        href: at,
      };
    },
    structuralSharing: true,
  });
  const address = useAddress();
  const client = useQueryClient();
  const refresh = useRefresh();
  const periodMs = choices[period];
  useEffect(() => {
    if (periodMs === undefined || !isRunning) return undefined;
    const timer = setInterval(() => {
      const isBusy = client.isFetching({ predicate: ({ queryKey }) => queryKey[0] !== 'health' });
      if (document.visibilityState === 'visible' && isBusy === 0) refresh();
    }, periodMs);
    return () => clearInterval(timer);
  }, [client, isRunning, periodMs, refresh]);
  const title = isRunning
    ? 'Ask for fresh data by itself'
    : 'The time range ends at a fixed instant: nothing new comes into it';
  return (
    <select
      className="auto-refresh"
      aria-label="Refresh by itself"
      title={title}
      disabled={!isRunning}
      value={isRunning ? period : ''}
      data-testid="auto-refresh"
      onChange={(event) => address.replace(withPeriod(href, event.currentTarget.value))}
    >
      <option value="">auto: off</option>
      {Object.keys(choices).map((text) => (
        <option key={text} value={text}>
          every {text.replace(/(\d+)/, '$1 ').replace(' m', ' min')}
        </option>
      ))}
    </select>
  );
}

function withPeriod(href: string, period: string): string {
  const [path = '', search = ''] = href.split('?');
  const parameters = new URLSearchParams(search);
  parameters.delete('refresh');
  const rest = parameters.toString();
  return withDefaults(rest === '' ? path : `${path}?${rest}`, { refresh: period });
}
