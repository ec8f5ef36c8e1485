// Beside a selection: what it is, and what sets it apart from the other traces of the search.

import type { UseQueryResult } from '@tanstack/react-query';
import type {
  DifferingValue,
  ExploreDifference,
} from '../../../src/api/explore/contract/difference.ts';
import { IconButton } from '../../controls/icon-button.tsx';
import type { Zone } from '../../data/preferences.ts';
import type { TraceBox } from '../../url/traces-view.ts';
import { DifferenceView } from '../../views/difference/difference-view.tsx';
import { endlessNs } from '../../views/scatter/layout.ts';
import { printDuration } from '../../views/words/numbers.ts';
import { printSpanOfTime } from '../../views/words/time-range.ts';

interface TracesAsideProps {
  readonly box: TraceBox | undefined;
  readonly zone: Zone;
  readonly difference: UseQueryResult<ExploreDifference>;
  readonly onInclude: (value: DifferingValue) => void;
  readonly onExclude: (value: DifferingValue) => void;
  readonly onZoom: () => void;
  readonly onClose: () => void;
}

export function TracesAside(props: TracesAsideProps) {
  const { box, zone, difference } = props;
  return (
    <aside className="traces-aside" aria-label="What differs in the selection">
      <header>
        <h2>What differs {box === undefined ? 'in the failed ones' : 'in the box'}</h2>
        {box !== undefined && (
          <button
            type="button"
            className="text-button"
            title="Zoom to the box’s time (z)"
            onClick={props.onZoom}
          >
            Zoom in
          </button>
        )}
        <IconButton
          icon="close"
          label="Close and take the selection off (Esc)"
          onClick={props.onClose}
        />
      </header>
      {box !== undefined && (
        <p className="dim number">
          {printSpanOfTime(box, zone)} · {durationWords(box)}
        </p>
      )}
      <DifferenceView
        difference={difference.data}
        state={difference}
        noun="trace"
        onInclude={props.onInclude}
        onExclude={props.onExclude}
        canExclude={isOfTrace}
      />
    </aside>
  );
}

/** Only what the trace has as a whole can be asked not to be: of its spans nearly always some other one fits. */
function isOfTrace({ key }: DifferingValue): boolean {
  return key === 'rootName' || key === 'rootServiceName';
}

function durationWords({ minNs, maxNs }: TraceBox): string {
  const from = printDuration(Number(minNs) / 1e6);
  const to = printDuration(Number(maxNs) / 1e6);
  if (minNs === 0n && maxNs >= endlessNs) return 'any duration';
  if (minNs === 0n) return `up to ${to}`;
  return maxNs >= endlessNs ? `above ${from}` : `${from} – ${to}`;
}
