// The field in the top bar that takes anything: it says while one types what the text is and what is known of it, and
// Enter goes there. A combobox with its list, all by keyboard.

import { useQuery } from '@tanstack/react-query';
import { useId, useRef, useState } from 'react';
import type { KeyboardEvent } from 'react';
import { useFind, useRested } from '../../data/find.ts';
import { useZone } from '../../data/preferences.ts';
import { useAddress } from '../../url/address.ts';
import type { Search } from '../../url/search-range.ts';
import { Icon } from '../icon-button.tsx';
import { useKeys } from '../keys.ts';
import { OmniboxList } from './omnibox-list.tsx';
import { suggest } from './suggest.ts';
import type { NamedPage, Suggested } from './suggest.ts';
import type { Suggestion } from './suggestion.ts';
import './omnibox.css';

interface OmniboxProps {
  readonly pages: readonly NamedPage[];
  readonly range: Search;
}

export function Omnibox({ pages, range }: OmniboxProps) {
  const input = useRef<HTMLInputElement>(null);
  const listId = useId();
  const [text, setText] = useState('');
  const [hasFocus, setFocus] = useState(false);
  const [chosen, setChosen] = useState(0);
  const address = useAddress();
  const { suggested, state } = useSuggestions(hasFocus ? text : '', pages, range);
  const { suggestions } = suggested;
  const current = Math.min(chosen, suggestions.length - 1);
  useKeys({ 'Ctrl+k': () => input.current?.select() });
  const go = (one: Suggestion): void => {
    if (one.isStart) address.start(one.href);
    else address.open(one.href);
    setText('');
    input.current?.blur();
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const one = suggestions[current];
    if (by !== undefined && suggestions.length > 0) {
      event.preventDefault();
      setChosen((current + by + suggestions.length) % suggestions.length);
    } else if (event.key === 'Enter' && one !== undefined) {
      go(one);
    } else if (event.key === 'Escape') {
      event.preventDefault();
      if (text === '') input.current?.blur();
      else setText('');
    }
  };
  return (
    <search className="omnibox">
      <Icon name="search" size={14} />
      <input
        ref={input}
        role="combobox"
        aria-label="Go to: a trace or span ID, a log line, a query, a service, a page"
        aria-expanded={hasFocus}
        aria-controls={listId}
        aria-autocomplete="list"
        aria-activedescendant={hasFocus && current >= 0 ? `${listId}-${current}` : undefined}
        placeholder="Trace ID, log line, query, service…"
        spellCheck={false}
        autoComplete="off"
        value={text}
        data-testid="omnibox"
        onChange={(event) => {
          setText(event.currentTarget.value);
          setChosen(0);
        }}
        onFocus={() => setFocus(true)}
        onBlur={() => setFocus(false)}
        onKeyDown={onKeyDown}
      />
      {!hasFocus && <kbd>Ctrl K</kbd>}
      {hasFocus && (
        <OmniboxList
          id={listId}
          text={text}
          suggested={suggested}
          state={state}
          current={current}
          onGo={go}
          onPoint={setChosen}
        />
      )}
    </search>
  );
}

export type FindState = 'asking' | 'answered' | 'failed';

function useSuggestions(
  text: string,
  pages: readonly NamedPage[],
  range: Search,
): { readonly suggested: Suggested; readonly state: FindState } {
  const zone = useZone();
  const rested = useRested(text);
  const find = useFind(rested);
  const queries = useQuery({
    queryKey: ['queries-in-text', rested],
    queryFn: async () => (await import('./queries-in-text.ts')).queriesInText(rested),
    enabled: rested.trim() !== '',
    gcTime: 10_000,
    retry: false,
  });
  const isAnswered = rested === text && !find.isPlaceholderData;
  const asked = { text, pages, range, ownHost: location.host, zone, nowMs: find.dataUpdatedAt };
  const suggested = suggest(asked, {
    found: isAnswered ? find.data : undefined,
    queries: rested === text ? (queries.data ?? []) : [],
  });
  if (find.error !== null) return { suggested, state: 'failed' };
  return { suggested, state: isAnswered && find.data !== undefined ? 'answered' : 'asking' };
}
