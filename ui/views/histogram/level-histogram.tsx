// Log lines by level over time. Hover reads a bucket, drag (or Shift and the arrow keys) selects a range.

import { memo, useMemo, useRef, useState } from 'react';
import type { KeyboardEvent, PointerEvent } from 'react';
import type { ExploreHistogram } from '../../../src/api/explore/contract/records.ts';
import type { LevelKind } from '../../app/theme.ts';
import type { DoorAnchor } from '../../controls/door-menu.tsx';
import type { Zone } from '../../data/preferences.ts';
import type { ResolvedRange } from '../../url/time-range.ts';
import { useElementSize } from '../element-width.ts';
import { levelKind, levelLetter } from '../words/level.ts';
import { printCount, printStepTime, printTimeMark, printShortCount } from '../words/numbers.ts';
import { brushedRange, bucketAt, bySeverity, layoutHistogram, timeTicks } from './layout.ts';
import './level-histogram.css';

interface LevelHistogramProps {
  /** Undefined: it loads. */
  readonly histogram: ExploreHistogram | undefined;
  /** There will be none. */
  readonly hasFailed: boolean;
  readonly range: ResolvedRange;
  readonly zone: Zone;
  readonly onZoom: (startNs: bigint, endNs: bigint) => void;
  readonly onLevel: (level: string) => void;
  /** Right-click or `m` on a bar. */
  readonly onDoors: (bucket: number, anchor: DoorAnchor) => void;
}

const plotHeight = 56;
const tickApartPx = 110;
/** A shorter drag is a slip of a click. */
const dragPxMin = 4;

export const LevelHistogram = memo(function LevelHistogram(props: LevelHistogramProps) {
  const { histogram, zone, onLevel } = props;
  return (
    <section className="histogram" aria-label="Log lines by level over time">
      <div className="histogram-plot-area">
        {histogram === undefined ? (
          <div className="histogram-skeleton" data-failed={props.hasFailed || undefined} />
        ) : (
          <Plot
            histogram={histogram}
            range={props.range}
            zone={zone}
            onZoom={props.onZoom}
            onDoors={props.onDoors}
          />
        )}
      </div>
      <ul className="histogram-legend">
        {bySeverity(histogram?.levels ?? []).map(({ level, counts }) => (
          <li key={level}>
            <button
              type="button"
              title={`Only ${level === '' ? 'lines without a level' : level}`}
              onClick={() => onLevel(level)}
            >
              <span className="level" data-kind={levelKind(level)}>
                {levelLetter(level)}
              </span>
              <span className="histogram-level-name">{level === '' ? 'none' : level}</span>
              <span className="number">
                {printShortCount(counts.reduce((sum, count) => sum + count, 0))}
              </span>
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
});

interface PlotProps {
  readonly histogram: ExploreHistogram;
  readonly range: ResolvedRange;
  readonly zone: Zone;
  readonly onZoom: (startNs: bigint, endNs: bigint) => void;
  readonly onDoors: (bucket: number, anchor: DoorAnchor) => void;
}

function Plot({ histogram, range, zone, onZoom, onDoors }: PlotProps) {
  const { ref, size } = useElementSize();
  const { width } = size;
  const layout = useMemo(() => layoutHistogram(histogram, width, plotHeight), [histogram, width]);
  const buckets = layout.totals.length;
  const startNs = BigInt(histogram.startNs);
  const [hovered, setHovered] = useState<number | null>(null);
  const [drag, setDrag] = useState<{ from: number; to: number } | null>(null);
  const pointerX = (event: PointerEvent): number =>
    event.clientX - event.currentTarget.getBoundingClientRect().left;
  const zoomTo = (from: number, to: number): void => {
    const { startNs, endNs } = brushedRange(histogram, width, from, to);
    onZoom(startNs, endNs);
  };
  const keyAnchor = useRef<number | null>(null);
  const onKey = (event: KeyboardEvent<HTMLElement>): void => {
    const by = event.key === 'ArrowLeft' ? -1 : event.key === 'ArrowRight' ? 1 : 0;
    const center = (bucket: number): number => ((bucket + 0.5) / buckets) * width;
    if (event.key === 'Enter' && hovered !== null) {
      zoomTo(center(keyAnchor.current ?? hovered), center(hovered));
      setDrag(null);
    }
    if (event.key === 'm' && hovered !== null) {
      event.stopPropagation();
      onDoors(hovered, event.currentTarget);
    }
    if (by === 0) return;
    event.preventDefault();
    const next = Math.min(buckets - 1, Math.max(0, (hovered ?? (by > 0 ? -1 : buckets)) + by));
    keyAnchor.current = event.shiftKey ? (keyAnchor.current ?? hovered ?? next) : null;
    setDrag(
      keyAnchor.current === null ? null : { from: center(keyAnchor.current), to: center(next) },
    );
    setHovered(next);
  };
  return (
    <div
      ref={ref}
      className="histogram-plot"
      role="slider"
      tabIndex={0}
      aria-label="Time in the histogram: arrows move, with Shift they select, Enter zooms"
      aria-valuemin={0}
      aria-valuemax={Math.max(0, buckets - 1)}
      aria-valuenow={hovered ?? 0}
      aria-valuetext={
        hovered === null
          ? `${printCount(histogram.total)} lines`
          : bucketText(histogram, hovered, zone)
      }
      data-testid="histogram"
      onKeyDown={onKey}
      onBlur={() => setHovered(null)}
      onContextMenu={(event) => {
        const x = event.clientX - event.currentTarget.getBoundingClientRect().left;
        if (buckets > 0) onDoors(bucketAt(buckets, width, x), event);
      }}
      onPointerDown={(event) => {
        if (event.button !== 0 || buckets === 0) return;
        event.currentTarget.setPointerCapture(event.pointerId);
        setDrag({ from: pointerX(event), to: pointerX(event) });
      }}
      onPointerMove={(event) => {
        const x = pointerX(event);
        if (buckets > 0) setHovered(bucketAt(buckets, width, x));
        if (drag !== null) setDrag({ from: drag.from, to: x });
      }}
      onPointerUp={(event) => {
        const x = pointerX(event);
        if (drag !== null && Math.abs(x - drag.from) >= dragPxMin) zoomTo(drag.from, x);
        setDrag(null);
      }}
      onPointerLeave={() => {
        if (drag === null) setHovered(null);
      }}
    >
      <svg width={width} height={plotHeight} aria-hidden="true" shapeRendering="crispEdges">
        {layout.rects.map((rect, at) => (
          <rect
            key={at}
            x={rect.x}
            y={rect.y}
            width={rect.width}
            height={rect.height}
            fill={`var(--clew-level-${rect.level})`}
            opacity={rectOpacity(
              rect.level,
              hovered === null || hovered === rect.bucket || drag !== null,
            )}
          />
        ))}
      </svg>
      <Ticks
        startNs={buckets === 0 ? range.startNs : startNs}
        endNs={buckets === 0 ? range.endNs : startNs + BigInt(histogram.stepNs) * BigInt(buckets)}
        width={width}
        zone={zone}
      />
      <span className="histogram-top number" aria-hidden="true">
        {histogram.total > 0 && printShortCount(layout.top)}
      </span>
      {drag !== null && (
        <div
          className="histogram-brush"
          style={{
            left: Math.max(0, Math.min(drag.from, drag.to)),
            width: Math.abs(drag.to - drag.from),
          }}
        />
      )}
      {hovered !== null && (
        <div
          className="histogram-hover number"
          style={
            hovered < buckets / 2
              ? { left: ((hovered + 1) / buckets) * width + 6 }
              : { right: (1 - hovered / buckets) * width + 6 }
          }
        >
          {bucketText(histogram, hovered, zone)}
        </div>
      )}
    </div>
  );
}

/** Everyday levels stand back, so that warnings and errors are what one sees. */
function rectOpacity(level: LevelKind, isHere: boolean): number {
  const isLoud = level === 'warn' || level === 'error' || level === 'fatal';
  return (isLoud ? 1 : 0.55) * (isHere ? 1 : 0.6);
}

function bucketText(histogram: ExploreHistogram, bucket: number, zone: Zone): string {
  const start = BigInt(histogram.startNs) + BigInt(bucket) * BigInt(histogram.stepNs);
  const levels = bySeverity(histogram.levels)
    .filter(({ counts }) => (counts[bucket] ?? 0) > 0)
    .map(
      ({ level, counts }) => `${level === '' ? 'none' : level} ${printCount(counts[bucket] ?? 0)}`,
    );
  return [printStepTime(start, zone), ...(levels.length === 0 ? ['nothing logged'] : levels)].join(
    ' · ',
  );
}

interface TicksProps {
  readonly startNs: bigint;
  readonly endNs: bigint;
  readonly width: number;
  readonly zone: Zone;
}

function Ticks({ startNs, endNs, width, zone }: TicksProps) {
  const zoneMs =
    zone === 'utc' ? 0 : -new Date(Number(startNs / 1_000_000n)).getTimezoneOffset() * 60_000;
  const withDay = endNs - startNs > 86_400_000_000_000n;
  return (
    <div className="histogram-ticks number" aria-hidden="true">
      {timeTicks(startNs, endNs, width, tickApartPx, zoneMs)
        .filter(({ x }) => x < width - 30)
        .map(({ x, ns }) => (
          <span key={String(ns)} style={{ left: x }}>
            {printTimeMark(ns, zone, withDay)}
          </span>
        ))}
    </div>
  );
}
