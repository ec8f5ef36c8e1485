// Traces by how long they take beside the others, with some of each band to look into.

import type { UseQueryResult } from '@tanstack/react-query';
import type { ExploreLatencyBands } from '../../../src/api/explore/contract/traces.ts';
import { AppLink } from '../../controls/app-link.tsx';
import { traceHref } from '../../url/doors.ts';
import { printCounted, printDuration } from '../../views/words/numbers.ts';
import { printName } from '../../views/words/name.ts';
import { serviceColor } from '../../views/words/service-color.ts';
import { TracesFailure, TracesSkeleton } from './traces-outcome.tsx';

interface LatencyBandsProps {
  readonly bands: UseQueryResult<ExploreLatencyBands>;
  readonly back: string;
  /** Selects the traces of a band in the scatter plot. */
  readonly onSelect: (minNs: bigint, maxNs: bigint) => void;
}

type Band = ExploreLatencyBands['bands'][number];

const titles: Readonly<Record<string, string>> = {
  '0': 'the quick half',
  '0.5': 'slower than half',
  '0.9': 'the slow tenth',
  '0.99': 'the slowest hundredth',
};

export function LatencyBands({ bands, back, onSelect }: LatencyBandsProps) {
  if (bands.error !== null)
    return <TracesFailure error={bands.error} onRetry={() => void bands.refetch()} />;
  if (bands.data === undefined) return <TracesSkeleton />;
  return (
    <div className="latency-bands" data-testid="latency-bands">
      {bands.data.bands.length === 0 && (
        <p className="traces-note dim">No trace of this search lies in this time.</p>
      )}
      {bands.data.bands.map((band, _, { length }) => (
        <section key={band.from} aria-label={`Latency band ${bandName(band)}`}>
          <h3>
            {length === 1 ? 'all of them' : bandName(band)}{' '}
            {length > 1 && <span className="dim">{titles[String(band.from)]}</span>}
          </h3>
          <p className="number dim">
            {printDuration(band.fromNs / 1e6)}
            {band.toNs > band.fromNs && ` – ${printDuration(band.toNs / 1e6)}`} ·{' '}
            {printCounted(band.traces, 'trace')}
            {band.failed > 0 && <b data-failed> · {band.failed} failed</b>}
          </p>
          <ol>
            {band.examples.map((trace) => (
              <li key={trace.traceId} data-testid="band-example">
                <i className="traces-dot" style={{ background: serviceColor(trace.rootService) }} />
                <AppLink href={traceHref(trace.traceId)} back={back} title={trace.traceId}>
                  {trace.hasRoot ? printName(trace.rootName) : printName(trace.rootService)}
                </AppLink>
                <span className="number" data-failed={trace.errorSpans > 0 || undefined}>
                  {printDuration(Number(trace.durationNs) / 1e6)}
                </span>
              </li>
            ))}
          </ol>
          <button type="button" className="text-button" onClick={() => onSelect(...boundsOf(band))}>
            What differs here
          </button>
        </section>
      ))}
    </div>
  );
}

/** A box has both of its ends; a trace as long as a band's upper end is of the next one. */
export function boundsOf({ fromNs, toNs, to }: Band): [bigint, bigint] {
  const end = BigInt(Math.ceil(toNs));
  return [BigInt(Math.max(0, Math.floor(fromNs))), to === 1 ? end : end - 1n];
}

function bandName({ from, to }: Band): string {
  return to === 1 ? `above p${from * 100}` : `p${from * 100} – p${to * 100}`;
}
