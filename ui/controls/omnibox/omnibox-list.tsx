// The list below the omnibox.

import type { FindState } from './omnibox.tsx';
import type { Suggested } from './suggest.ts';
import type { Suggestion } from './suggestion.ts';

interface OmniboxListProps {
  readonly id: string;
  readonly text: string;
  readonly suggested: Suggested;
  readonly state: FindState;
  /** Below zero: none. */
  readonly current: number;
  readonly onGo: (suggestion: Suggestion) => void;
  readonly onPoint: (index: number) => void;
}

const titleShownMax = 200;

export function OmniboxList(props: OmniboxListProps) {
  const { id, text, suggested, state, current } = props;
  const isEmpty = text.trim() === '';
  return (
    <div className="omnibox-said" data-testid="omnibox-said">
      <div id={id} role="listbox" aria-label="Where this leads">
        {suggested.suggestions.map((one, index) => (
          // The field keeps the focus and the keys; the pointer is a second way.
          // oxlint-disable-next-line jsx-a11y/click-events-have-key-events
          <div
            key={one.href}
            id={`${id}-${index}`}
            role="option"
            tabIndex={-1}
            aria-selected={index === current}
            className="omnibox-option"
            onMouseDown={(event) => event.preventDefault()}
            onMouseMove={() => props.onPoint(index)}
            onClick={() => props.onGo(one)}
          >
            <span className="omnibox-kind">{one.said}</span>
            <b>{one.title.slice(0, titleShownMax)}</b>
            <small className="number">{one.detail}</small>
          </div>
        ))}
      </div>
      <div role="status" className="omnibox-note">
        {isEmpty && (
          <p>
            Paste a trace ID in any form, a traceparent, a span ID, a log line, a Grafana link, a
            query, a time or attribute=value; or type the name of a service, a metric or a page.
          </p>
        )}
        {suggested.reasons.map((reason) => (
          <p key={reason}>{reason}</p>
        ))}
        {!isEmpty && state === 'asking' && <p>Looking…</p>}
        {!isEmpty && state === 'failed' && (
          <p>Clew did not answer what it knows of this; what the text itself says is above.</p>
        )}
        {!isEmpty &&
          state === 'answered' &&
          suggested.suggestions.length === 0 &&
          suggested.reasons.length === 0 && (
            <p>
              No service, metric, page, query or ID is called so. A log line needs eight characters.
            </p>
          )}
      </div>
    </div>
  );
}
