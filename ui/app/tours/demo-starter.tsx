// The button that starts the demo shop, and how far its start has come. For the page of someone who has no telemetry yet.

import { AppLink } from '../../controls/app-link.tsx';
import { useRefresh } from '../../data/now.ts';
import { useDemo, useDemoOrder } from './demo-data.ts';
import { openTours } from './tour-progress.ts';
import './tours.css';

/** What is going on in the shop, as it goes on. */
export const watchHref = '/overview?from=now-5m&to=now&refresh=10s';

const marks = { waiting: '○', doing: '◔', done: '●' } as const;

export function DemoStarter() {
  const { data: status, error } = useDemo(true);
  const order = useDemoOrder();
  const refresh = useRefresh();
  if (status === undefined)
    return error === null ? null : (
      <p className="dim">The demo shop cannot be started: {error.message}.</p>
    );
  const { phase, message, steps } = status;
  const isMoving = phase === 'installing' || phase === 'starting' || phase === 'stopping';
  return (
    <section
      className="demo-starter"
      aria-label="Demo shop"
      data-testid="demo-starter"
      data-phase={phase}
    >
      {(phase === 'off' || phase === 'failed') && (
        <div className="demo-starter-line">
          <button
            type="button"
            className="text-button"
            data-primary
            disabled={order.isPending}
            onClick={() => order.mutate('start')}
          >
            Start the demo shop
          </button>
          {phase === 'failed' ? (
            <p role="alert">{message}</p>
          ) : (
            <span className="dim">
              Seven services on this machine, with steady visitors and five incidents to find. It
              stops with Clew.
            </span>
          )}
        </div>
      )}
      {isMoving && (
        <>
          <p role="status">{message}</p>
          <ol className="demo-steps">
            {steps.map(({ title, state }) => (
              <li key={title} data-state={state}>
                <span aria-hidden="true">{marks[state]}</span> {title}
                <span className="visually-hidden">: {state}</span>
              </li>
            ))}
          </ol>
          {phase !== 'stopping' && (
            <button
              type="button"
              className="text-button"
              disabled={order.isPending}
              onClick={() => order.mutate('stop')}
            >
              Cancel
            </button>
          )}
        </>
      )}
      {phase === 'running' && (
        <div className="demo-starter-line">
          <AppLink
            href={watchHref}
            className="text-button"
            data-primary
            onOpen={() => {
              // On the overview already, the way there changes nothing by itself.
              refresh();
              openTours(true);
            }}
          >
            Watch the demo shop
          </AppLink>
          <button type="button" className="text-button" onClick={() => order.mutate('stop')}>
            Stop it
          </button>
          <span className="dim">{message}</span>
        </div>
      )}
      {order.error !== null && <p role="alert">{order.error.message}</p>}
    </section>
  );
}
