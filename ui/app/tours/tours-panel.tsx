// The side panel: the demo's incidents, each of them a tour that unfolds. A step is ticked when the screen shows what it is about,
// however one came there.

import { useLocation } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import type { DemoIncident, DemoStatus } from '../../../src/api/explore/contract/demo.ts';
import { AppLink } from '../../controls/app-link.tsx';
import { IconButton } from '../../controls/icon-button.tsx';
import { useZone } from '../../data/preferences.ts';
import type { Zone } from '../../data/preferences.ts';
import { printDuration, printMinute } from '../../views/words/numbers.ts';
import { useDemoOrder } from './demo-data.ts';
import { DemoStarter, watchHref } from './demo-starter.tsx';
import { ExampleTraceLink } from './example-trace-link.tsx';
import { planTour, tourTitles } from './tour-plans.ts';
import type { Place, Tour, TourStep } from './tour-plans.ts';
import {
  markDone,
  occurrenceKey,
  openTours,
  unfoldTour,
  useTourProgress,
} from './tour-progress.ts';

export function ToursPanel({ status }: { readonly status: DemoStatus }) {
  return (
    <>
      <header className="tours-head">
        <h2>Tours</h2>
        <IconButton icon="close" label="Close the tours" onClick={() => openTours(false)} />
      </header>
      <p className="dim">
        Something goes wrong in the demo shop every few minutes. Each tour leads from what one
        notices to what caused it.
      </p>
      {status.phase === 'running' ? (
        <>
          <p>
            <AppLink href={watchHref}>Watch the last five minutes</AppLink>
          </p>
          <Incidents incidents={status.incidents} isOpen />
        </>
      ) : (
        <>
          <DemoStarter />
          {status.incidents.some(({ startedMs }) => startedMs !== null) && (
            <Incidents incidents={status.incidents} isOpen={false} />
          )}
        </>
      )}
    </>
  );
}

interface IncidentsProps {
  readonly incidents: readonly DemoIncident[];
  /** The shop runs: more will happen. What has happened can be looked at in any case. */
  readonly isOpen: boolean;
}

function Incidents({ incidents, isOpen }: IncidentsProps) {
  const { tour } = useTourProgress();
  const nowMs = useTickMs();
  const order = useDemoOrder();
  return (
    <>
      <ol className="tours-list">
        {incidents.map((incident) => (
          <li key={incident.id} data-running={incident.state === 'running' || undefined}>
            <button
              type="button"
              className="tour-title"
              aria-expanded={tour === incident.id}
              onClick={() => unfoldTour(tour === incident.id ? null : incident.id)}
            >
              <span>{tourTitles[incident.id]}</span>
              <When incident={incident} nowMs={nowMs} />
            </button>
            {tour === incident.id && (
              <TourBody
                incident={incident}
                nowMs={nowMs}
                canStart={isOpen && incident.state === 'waiting'}
                onStart={() => order.mutate(`incidents/${incident.id}`)}
                isStarting={order.isPending}
              />
            )}
          </li>
        ))}
      </ol>
      {order.error !== null && <p role="alert">{order.error.message}</p>}
      {isOpen && (
        <footer className="tours-foot">
          <button
            type="button"
            className="text-button"
            data-quiet
            disabled={order.isPending}
            onClick={() => order.mutate('stop')}
          >
            Stop the demo shop
          </button>
        </footer>
      )}
    </>
  );
}

/** Counts down what is in seconds; the state itself comes from the server. */
function useTickMs(): number {
  const [nowMs, setNowMs] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNowMs(Date.now()), 1000);
    return () => clearInterval(timer);
  }, []);
  return nowMs;
}

function minute(ms: number, zone: Zone): string {
  return printMinute(BigInt(Math.round(ms)) * 1_000_000n, zone);
}

function whenOf(
  { state, startedMs, endedMs, endsMs, nextMs }: DemoIncident,
  nowMs: number,
  zone: Zone,
): string {
  if (state === 'running' && endsMs !== null)
    return `happening, ${printCountdown(endsMs - nowMs)} to go`;
  if (startedMs === null && nextMs === null) return 'did not happen';
  const next =
    nextMs === null ? '' : `${startedMs === null ? '' : ', '}next at ${minute(nextMs, zone)}`;
  if (startedMs === null || endedMs === null) return next;
  return `was ${minute(startedMs, zone)} – ${minute(endedMs, zone)}${next}`;
}

/** Whole seconds, however few. */
function printCountdown(ms: number): string {
  const seconds = Math.max(0, Math.ceil(ms / 1000));
  return seconds < 60 ? `${seconds} s` : printDuration(seconds * 1000);
}

function When({ incident, nowMs }: { readonly incident: DemoIncident; readonly nowMs: number }) {
  const zone = useZone();
  return <span className="tour-when number">{whenOf(incident, nowMs, zone)}</span>;
}

interface TourBodyProps {
  readonly incident: DemoIncident;
  readonly nowMs: number;
  readonly canStart: boolean;
  readonly onStart: () => void;
  readonly isStarting: boolean;
}

function TourBody({ incident, nowMs, canStart, onStart, isStarting }: TourBodyProps) {
  const tour = planTour(incident, nowMs);
  return (
    <div className="tour-body">
      {tour === undefined ? (
        <p>
          {canStart
            ? 'It has not happened yet. Start it, or wait until it comes by itself.'
            : 'The shop was closed before it happened. Start the shop, then this.'}
        </p>
      ) : (
        <p>{tour.why}</p>
      )}
      {canStart && (
        <button type="button" className="text-button" disabled={isStarting} onClick={onStart}>
          {tour === undefined ? 'Start it' : 'Let it happen again'}
        </button>
      )}
      {tour !== undefined && incident.startedMs !== null && (
        <Steps tour={tour} occurrence={occurrenceKey(incident.id, incident.startedMs)} />
      )}
    </div>
  );
}

function Steps({ tour, occurrence }: { readonly tour: Tour; readonly occurrence: string }) {
  const done = useTourProgress().done[occurrence] ?? [];
  const place = useLocation({
    select: ({ pathname, search }): Place => ({ path: pathname, search: texts(search) }),
    structuralSharing: true,
  });
  // In order: a page that a later step is about as well does not tick that one at once.
  const next = tour.steps.findIndex((_, at) => !done.includes(at));
  const isShown = tour.steps[next]?.isShown(place) === true;
  useEffect(() => {
    if (isShown) markDone(occurrence, next);
  }, [isShown, occurrence, next]);
  return (
    <ol className="tour-steps">
      {tour.steps.map((step, at) => (
        <Step
          key={step.task}
          tour={tour}
          step={step}
          state={done.includes(at) ? 'done' : at === next ? 'next' : 'later'}
        />
      ))}
      {next === -1 && <li className="tour-end">Found. Where to next?</li>}
    </ol>
  );
}

/** Addresses hold texts; the router types them as anything. */
function texts(search: object): Record<string, string> {
  return Object.fromEntries(
    Object.entries(search).flatMap(([name, value]: [string, unknown]) =>
      typeof value === 'string' ? [[name, value]] : [],
    ),
  );
}

interface StepProps {
  readonly tour: Tour;
  readonly step: TourStep;
  readonly state: 'done' | 'next' | 'later';
}

function Step({ tour, step, state }: StepProps) {
  const { door } = step;
  return (
    <li
      data-state={state}
      data-testid="tour-step"
      aria-current={state === 'next' ? 'step' : undefined}
    >
      <p className="tour-task">
        {step.task}
        {state === 'done' && <span className="visually-hidden"> Done.</span>}
      </p>
      <p className="tour-look">{step.look}</p>
      {door.kind === 'page' ? (
        <AppLink href={door.href} className="tour-door">
          Show me
        </AppLink>
      ) : (
        <ExampleTraceLink range={tour.range} queries={door.queries} more={door.more ?? {}} />
      )}
    </li>
  );
}
