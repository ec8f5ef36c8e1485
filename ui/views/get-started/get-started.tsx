// The first minutes: nothing has been received, so here is how to send something, a count that moves when it comes, and
// a shop to look at meanwhile.

import { useId, useState } from 'react';
import type { KeyboardEvent } from 'react';
import type { Health } from '../../../src/api/explore/contract/records.ts';
import { DemoStarter } from '../../app/tours/demo-starter.tsx';
import { CopyButton } from '../../controls/copy-button.tsx';
import { useRunning } from '../../data/status.ts';
import { useTenant } from '../../data/tenant.ts';
import { printCount } from '../words/numbers.ts';
import { Elsewhere } from './elsewhere.tsx';
import { snippetsFor, usualPorts } from './snippets.ts';
import type { Snippet } from './snippets.ts';
import './get-started.css';

interface GetStartedProps {
  readonly received: Health['received'];
  /** Something is there, and somebody wants to see it. */
  readonly onSeen: () => void;
}

/** True from the moment on when nothing had ever been received: what comes then is shown on a click, not by a jump. */
export function useStartsEmpty(health: Health | undefined): boolean {
  const [startsEmpty, setStartsEmpty] = useState(false);
  if (!startsEmpty && health?.isEmpty === true) setStartsEmpty(true);
  return startsEmpty;
}

export function GetStarted({ received, onSeen }: GetStartedProps) {
  const running = useRunning();
  const ports = running.data ?? usualPorts(Number(location.port));
  // Several may be looked at together; a sender is of one.
  const { tenant } = useTenant();
  const all = received.logs + received.spans + received.samples;
  return (
    <div className="get-started" data-testid="get-started">
      <h2>
        {all === 0
          ? 'Nothing has been received yet. Send something; it shows here by itself.'
          : 'Telemetry has arrived.'}
      </h2>
      <div className="get-started-count number" data-arrived={all > 0 || undefined}>
        <p role="status" data-testid="received">
          received so far: <Counted count={received.logs} noun="log record" /> ·{' '}
          <Counted count={received.spans} noun="span" /> ·{' '}
          <Counted count={received.samples} noun="metric sample" />
        </p>
        {all > 0 && (
          <button
            type="button"
            className="text-button"
            data-primary
            data-testid="show-received"
            onClick={onSeen}
          >
            Show me
          </button>
        )}
      </div>
      <Elsewhere />
      <DemoStarter />
      <Snippets
        snippets={snippetsFor({
          ...ports,
          host: location.hostname,
          tenant: tenant.split('|', 1)[0] ?? '',
        })}
      />
    </div>
  );
}

function Counted({ count, noun }: { readonly count: number; readonly noun: string }) {
  return (
    <>
      <b>{printCount(count)}</b> {noun}
      {count === 1 ? '' : 's'}
    </>
  );
}

function Snippets({ snippets }: { readonly snippets: readonly Snippet[] }) {
  const id = useId();
  const [chosen, setChosen] = useState(0);
  const shown = snippets[chosen];
  const onKeyDown = (event: KeyboardEvent<HTMLDivElement>): void => {
    const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (by === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    const next = (chosen + by + snippets.length) % snippets.length;
    setChosen(next);
    event.currentTarget.querySelectorAll<HTMLElement>('[role="tab"]')[next]?.focus();
  };
  return (
    <section className="get-started-ways" aria-label="Ways to send telemetry">
      {/* The tabs inside take the focus; the arrows move among them. */}
      {/* oxlint-disable-next-line jsx-a11y/interactive-supports-focus */}
      <div role="tablist" aria-label="From" onKeyDown={onKeyDown}>
        {snippets.map(({ id: name, title }, index) => (
          <button
            key={name}
            type="button"
            role="tab"
            id={`${id}-tab-${index}`}
            aria-selected={index === chosen}
            aria-controls={`${id}-panel`}
            tabIndex={index === chosen ? 0 : -1}
            className="text-button"
            data-quiet
            onClick={() => setChosen(index)}
          >
            {title}
          </button>
        ))}
      </div>
      {shown !== undefined && (
        <div id={`${id}-panel`} role="tabpanel" aria-labelledby={`${id}-tab-${chosen}`}>
          <p className="dim">{shown.how}</p>
          <div className="snippet">
            {/* A long line scrolls, also by keyboard. */}
            {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex */}
            <pre tabIndex={0} aria-label={shown.title}>
              {shown.text}
            </pre>
            <CopyButton text={shown.text} what={`the snippet for ${shown.title}`} />
          </div>
        </div>
      )}
    </section>
  );
}
