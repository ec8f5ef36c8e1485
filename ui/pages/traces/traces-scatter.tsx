// The scatter plot of the page with what it covers: how many traces, how many of them are drawn, which services they begin in.

import type { UseQueryResult } from '@tanstack/react-query';
import { useMemo } from 'react';
import type { MouseEvent } from 'react';
import type { ExploreTracePoints } from '../../../src/api/explore/contract/traces.ts';
import type { Zone } from '../../data/preferences.ts';
import type { ResolvedRange } from '../../url/time-range.ts';
import type { TraceBox } from '../../url/traces-view.ts';
import type { PaintedDots } from '../../views/scatter/paint.ts';
import { Scatter } from '../../views/scatter/scatter.tsx';
import { printCount, printCounted, printDuration, printTime } from '../../views/words/numbers.ts';
import { printSentence } from '../../views/words/sentence.ts';
import { printName } from '../../views/words/name.ts';
import { serviceColor } from '../../views/words/service-color.ts';
import type { DoorTrace } from './trace-doors.ts';

interface TracesScatterProps {
  readonly points: UseQueryResult<ExploreTracePoints>;
  readonly range: ResolvedRange;
  readonly zone: Zone;
  readonly box: TraceBox | undefined;
  readonly failed: boolean;
  readonly onFailed: (failed: boolean) => void;
  readonly onBox: (box: TraceBox | undefined) => void;
  readonly onRoot: (service: string) => void;
  readonly onOpen: (traceId: string) => void;
  readonly onDoors: (anchor: MouseEvent | Element, trace: DoorTrace) => void;
}

interface Painted {
  readonly dots: PaintedDots;
  readonly services: readonly string[];
  /** Dots a service. */
  readonly counts: readonly number[];
}

function paintedOf({ points, roots }: ExploreTracePoints): Painted {
  const services = [...new Set(roots.map(({ service }) => service))].sort();
  const ofRoot = roots.map(({ service }) => services.indexOf(service));
  const service = points.root.map((root) => ofRoot[root] ?? 0);
  const counts = services.map(() => 0);
  for (const one of service) counts[one] = (counts[one] ?? 0) + 1;
  return {
    dots: {
      startUs: points.startUs,
      durationNs: points.durationNs,
      service,
      errorSpans: points.errorSpans,
    },
    services,
    counts,
  };
}

export function TracesScatter(props: TracesScatterProps) {
  const { points } = props;
  const { data, error } = points;
  const painted = useMemo(() => (data === undefined ? undefined : paintedOf(data)), [data]);
  return (
    <section className="traces-scatter" aria-label="Traces by time and duration">
      <div className="traces-scatter-head">
        {data !== undefined && painted !== undefined && (
          <Coverage {...props} data={data} painted={painted} />
        )}
      </div>
      <div className="traces-scatter-plot" data-stale={points.isPlaceholderData || undefined}>
        {error !== null ? (
          <p className="traces-note dim" role="alert">
            The plot is not there: {printSentence(error.message)}{' '}
            <button type="button" className="text-button" onClick={() => void points.refetch()}>
              Try again
            </button>
          </p>
        ) : data === undefined || painted === undefined ? (
          <div
            className="skeleton traces-scatter-skeleton"
            role="status"
            aria-label="Loading the plot"
          />
        ) : (
          <Plot {...props} data={data} painted={painted} />
        )}
      </div>
    </section>
  );
}

type LoadedProps = TracesScatterProps & {
  readonly data: ExploreTracePoints;
  readonly painted: Painted;
};

function Plot({ data, painted, ...props }: LoadedProps) {
  // The plot's range is that of its dots: a new one comes with them.
  const startNs = BigInt(data.startNs);
  const range = useMemo(
    () => ({ startNs, endNs: startNs + (props.range.endNs - props.range.startNs) }),
    [startNs, props.range.endNs, props.range.startNs],
  );
  const traceAt = (at: number): DoorTrace => {
    const root = data.roots[data.points.root[at] ?? 0];
    return {
      traceId: data.points.traceId[at] ?? '',
      rootService: root?.service ?? '',
      rootName: root?.name ?? '',
      startNs: startNs + BigInt(Math.round((data.points.startUs[at] ?? 0) * 1000)),
      durationNs: data.points.durationNs[at] ?? 0,
    };
  };
  const words = (at: number): readonly string[] => {
    const trace = traceAt(at);
    const errors = data.points.errorSpans[at] ?? 0;
    return [
      `${trace.rootName || 'root without a name, or not received'} · ${printDuration(trace.durationNs / 1e6)}`,
      `${printName(trace.rootService)} · ${printTime(trace.startNs, props.zone)}`,
      `${printCounted(data.points.spans[at] ?? 0, 'span')}${errors === 0 ? '' : ` · ${errors} failed`}`,
    ];
  };
  return (
    <Scatter
      label="Traces by time and duration"
      dots={painted.dots}
      services={painted.services}
      range={range}
      zone={props.zone}
      box={props.box}
      words={words}
      onBox={props.onBox}
      onOpen={(at) => props.onOpen(traceAt(at).traceId)}
      onDoors={(anchor, at) => props.onDoors(anchor, traceAt(at))}
    />
  );
}

const legendMax = 8;

function Coverage({ data, painted, failed, onFailed, onRoot }: LoadedProps) {
  const { total, isAtLeast, oneIn } = data;
  const drawn = data.points.traceId.length;
  const byCount = painted.services
    .map((service, at) => ({ service, count: painted.counts[at] ?? 0 }))
    .sort((a, b) => b.count - a.count);
  return (
    <>
      <span className="number" role="status" data-testid="traces-coverage">
        {isAtLeast ? 'at least ' : ''}
        <b>{printCounted(total, 'trace')}</b>
        {oneIn > 1 && (
          <span
            className="dim"
            title="The slowest 300 and the newest 1,000 failed traces are all drawn; the others are chosen evenly by their ID"
          >
            {' '}
            · {printCount(drawn)} drawn: the slowest, the failed, and 1 in{' '}
            {Number(oneIn.toPrecision(2))} of the others
          </span>
        )}
      </span>
      <button
        type="button"
        className="text-button traces-failed"
        aria-pressed={failed}
        disabled={data.failed === 0 && !failed}
        title={
          failed ? 'All traces again' : 'Only traces with a failed span, and what sets them apart'
        }
        onClick={() => onFailed(!failed)}
      >
        <i aria-hidden="true" /> {printCount(data.failed)} failed
      </button>
      <ul className="traces-legend" aria-label="Services that the traces begin in">
        {byCount.slice(0, legendMax).map(({ service }) => (
          <li key={service}>
            <button
              type="button"
              title={`Only traces that begin in ${printName(service)}`}
              onClick={() => onRoot(service)}
            >
              <i className="traces-dot" style={{ background: serviceColor(service) }} />
              <bdi>{printName(service)}</bdi>
            </button>
          </li>
        ))}
        {byCount.length > legendMax && <li className="dim">+{byCount.length - legendMax}</li>}
      </ul>
      {data.warnings.map((warning) => (
        <span key={warning} className="traces-warning">
          ▲ {warning}
        </span>
      ))}
    </>
  );
}
