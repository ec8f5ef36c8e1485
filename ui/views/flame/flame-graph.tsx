// The flame graph of a trace. A click comes closer, another one on the same frame selects its slowest span.

import { useMemo, useState } from 'react';
import { useElementSize } from '../element-width.ts';
import type { SpanNode, SpanTree } from '../waterfall/tree.ts';
import { printCount, printCounted, printDuration } from '../words/numbers.ts';
import { serviceColor } from '../words/service-color.ts';
import { buildFlame, layoutFlame } from './layout.ts';
import type { Frame } from './layout.ts';
import './flame.css';

interface FlameGraphProps {
  readonly tree: SpanTree;
  readonly selected: SpanNode | undefined;
  readonly isDim: (node: SpanNode) => boolean;
  readonly onSelect: (node: SpanNode) => void;
}

const rowPx = 22;
const frameWidthMinPx = 2;

export function FlameGraph({ tree, selected, isDim, onSelect }: FlameGraphProps) {
  const { ref, size } = useElementSize();
  const roots = useMemo(() => buildFlame(tree), [tree]);
  const [zoomedId, setZoomed] = useState<string | undefined>(undefined);
  const zoomed = useMemo(() => findFrame(roots, zoomedId), [roots, zoomedId]);
  const layout = useMemo(
    () => layoutFlame(roots, zoomed, frameWidthMinPx / Math.max(1, size.width)),
    [roots, zoomed, size.width],
  );
  const totalMs = roots.reduce((sum, frame) => sum + frame.totalMs, 0);
  const open = (frame: Frame): void => {
    if (frame === zoomed) onSelect(slowestOf(frame));
    else {
      setZoomed(frame.parent === undefined && roots.length === 1 ? undefined : frame.id);
      onSelect(slowestOf(frame));
    }
  };
  return (
    <section className="flame" aria-label="Flame graph of the trace" data-testid="flame">
      <p className="flame-head dim number">
        {printDuration(totalMs)} of work in {printCounted(tree.nodes.length, 'span')}; calls side by
        side add up
        {layout.hidden > 0 && ` · ${printCount(layout.hidden)} frames are too narrow to be drawn`}
        {zoomed !== undefined && (
          <button type="button" className="link-button" onClick={() => setZoomed(undefined)}>
            show all
          </button>
        )}
      </p>
      <div className="flame-scroll" tabIndex={0} role="group" aria-label="Frames, the widest first">
        <div ref={ref} className="flame-frames" style={{ height: layout.rows * rowPx }}>
          {size.width > 0 &&
            layout.rects.map(({ frame, x, width, row }) => (
              <button
                key={frame.id}
                type="button"
                className="flame-frame"
                data-selected={
                  (selected !== undefined && frame.nodes.includes(selected)) || undefined
                }
                data-dim={frame.nodes.every(isDim) || undefined}
                title={describe(frame, totalMs)}
                aria-label={describe(frame, totalMs)}
                style={{
                  left: `${x * 100}%`,
                  width: `calc(${width * 100}% - 1px)`,
                  top: row * rowPx,
                  background: frame.service === '' ? undefined : serviceColor(frame.service),
                }}
                onClick={() => open(frame)}
              >
                {width * size.width > 30 && (
                  <span>
                    {frame.errors > 0 && '▲ '}
                    {frameName(frame)}
                  </span>
                )}
              </button>
            ))}
        </div>
      </div>
    </section>
  );
}

function findFrame(roots: readonly Frame[], id: string | undefined): Frame | undefined {
  if (id === undefined) return undefined;
  const stack = [...roots];
  for (let frame = stack.pop(); frame !== undefined; frame = stack.pop()) {
    if (frame.id === id) return frame;
    stack.push(...frame.children);
  }
  return undefined;
}

function slowestOf({ nodes }: Frame): SpanNode {
  return nodes.reduce((slowest, node) =>
    node.endMs - node.startMs > slowest.endMs - slowest.startMs ? node : slowest,
  );
}

function frameName({ name, nodes }: Frame): string {
  return nodes.length > 1 ? `${name} × ${printCount(nodes.length)}` : name;
}

/** Has what is painted on the frame in it: who speaks to the screen says what is seen. */
function describe(frame: Frame, totalMs: number): string {
  const share =
    totalMs > 0 ? ` · ${((frame.totalMs / totalMs) * 100).toFixed(1)} % of the work` : '';
  const errors = frame.errors > 0 ? ` · ${printCounted(frame.errors, 'error')}` : '';
  return `${frame.service} · ${frameName(frame)}: ${printDuration(frame.totalMs)}, of which ${printDuration(frame.selfMs)} by itself, in ${printCounted(frame.nodes.length, 'span')}${share}${errors}`;
}
