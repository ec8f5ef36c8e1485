// The demo's tours in the frame of the screen: the button in the top bar, there while the demo shop is not off or something has happened
// in it, and the side panel that it opens.

import { Suspense, lazy } from 'react';
import { useDemo } from './demo-data.ts';
import { openTours, useTourProgress } from './tour-progress.ts';
import './tours.css';

const ToursPanel = lazy(() =>
  import('./tours-panel.tsx').then((file) => ({ default: file.ToursPanel })),
);

export function ToursButton() {
  const { isOpen } = useTourProgress();
  const { data: status } = useDemo(isOpen);
  if (status === undefined) return null;
  const hasHappened = status.incidents.some(({ startedMs }) => startedMs !== null);
  if (status.phase === 'off' && !isOpen && !hasHappened) return null;
  const running = status.incidents.filter(({ state }) => state === 'running').length;
  return (
    <button
      type="button"
      className="text-button tours-button"
      aria-pressed={isOpen}
      aria-controls="tours"
      title="Guided tours through the demo shop's incidents"
      onClick={() => openTours(!isOpen)}
    >
      Tours
      {running > 0 && (
        <span className="tours-count number" aria-label={`${running} running`}>
          {running}
        </span>
      )}
    </button>
  );
}

export function Tours() {
  const { isOpen } = useTourProgress();
  const { data: status } = useDemo(isOpen);
  if (!isOpen || status === undefined) return null;
  return (
    <aside id="tours" className="tours" aria-label="Tours" data-testid="tours">
      <Suspense>
        <ToursPanel status={status} />
      </Suspense>
    </aside>
  );
}
