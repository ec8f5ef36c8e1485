// The field in the top bar that takes a trace ID in any form, a `traceparent`, or a text that has one inside, says
// what it recognized and what is there, and goes there.

import { useId, useRef, useState } from 'react';
import { useTraceCounts } from '../data/counts.ts';
import { printHref, useAddress } from '../url/address.ts';
import type { Search } from '../url/logs-view.ts';
import { printCount, printCounted } from '../views/words/numbers.ts';
import { Icon } from './icon-button.tsx';
import { useKeys } from './keys.ts';
import { recognizeTraceId } from './recognize.ts';
import type { Recognized } from './recognize.ts';

export function Omnibox() {
  const input = useRef<HTMLInputElement>(null);
  const saidId = useId();
  const [text, setText] = useState('');
  const [hasFocus, setFocus] = useState(false);
  const address = useAddress();
  const found = recognizeTraceId(text);
  useKeys({ 'Ctrl+k': () => input.current?.select() });
  const isOpen = hasFocus && text.trim() !== '';
  return (
    <search className="omnibox">
      <Icon name="search" size={14} />
      <input
        ref={input}
        aria-label="Go to a trace: paste a trace ID, a traceparent or a log line"
        aria-describedby={saidId}
        placeholder="Trace ID, traceparent or log line"
        spellCheck={false}
        autoComplete="off"
        value={text}
        data-testid="omnibox"
        onChange={(event) => setText(event.currentTarget.value)}
        onFocus={() => setFocus(true)}
        onBlur={() => setFocus(false)}
        onKeyDown={(event) => {
          if (event.key === 'Escape') input.current?.blur();
          if (event.key !== 'Enter' || found === undefined) return;
          const span: Search = found.spanId === '' ? {} : { span: found.spanId };
          address.open(printHref(`/trace/${found.traceId}`, span), 'back');
          setText('');
          input.current?.blur();
        }}
      />
      {!hasFocus && <kbd>Ctrl K</kbd>}
      <div id={saidId} className="omnibox-said" role="status" hidden={!isOpen}>
        {isOpen && <Said found={found} />}
      </div>
    </search>
  );
}

function Said({ found }: { readonly found: Recognized | undefined }) {
  const counts = useTraceCounts(found?.traceId ?? '', found !== undefined);
  if (found === undefined) {
    return <>No trace ID in this text: 16 or 32 hex digits, dashes and upper case allowed.</>;
  }
  return (
    <>
      <span>
        {found.said} <code>{found.traceId}</code>
      </span>
      {counts.data !== undefined && (
        <span>
          {counts.data === null || counts.data.spans + counts.data.logs === 0
            ? 'Nothing received with it. Enter shows why.'
            : `${printCounted(counts.data.spans, 'span')} · ${printCounted(counts.data.logs, 'log line')} · ${printCount(counts.data.errorSpans)} errors. Enter opens it.`}
        </span>
      )}
    </>
  );
}
