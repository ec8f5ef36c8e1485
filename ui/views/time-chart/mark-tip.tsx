// What a diamond is of, beside it: its value and time, the labels of its series, and how much of its trace there is
// before the click.

import { useTraceCounts } from '../../data/counts.ts';
import { printCounted } from '../words/numbers.ts';
import type { PlacedMark } from './geometry.ts';

interface MarkTipProps {
  readonly id: string;
  readonly mark: PlacedMark;
  readonly width: number;
}

const labelsMax = 8;

export function MarkTip({ id, mark, width }: MarkTipProps) {
  const labels = mark.labels.slice(0, labelsMax);
  return (
    <div
      id={id}
      role="tooltip"
      className="time-chart-reading time-chart-mark-tip"
      data-testid="mark-tip"
      style={mark.x < width / 2 ? { left: mark.x + 12 } : { right: width - mark.x + 12 }}
    >
      <div className="number">
        <b>{mark.valueText}</b> <span className="dim">{mark.timeText}</span>
      </div>
      <dl>
        {labels.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      <TraceWords traceId={mark.traceId} />
    </div>
  );
}

function TraceWords({ traceId }: { readonly traceId: string }) {
  const counts = useTraceCounts(traceId, true);
  const name = `trace ${traceId.replace(/^0{16}/, '').slice(0, 8)}`;
  if (counts.error !== null) return <div className="dim">{name} · its spans were not counted</div>;
  if (counts.data === undefined) return <div className="dim">{name} · counting its spans</div>;
  const { spans = 0, errorSpans = 0, logs = null } = counts.data ?? {};
  if (spans === 0) {
    return (
      <div className="dim">
        {name} · no span of it has been received
        {logs !== null && logs > 0 && `, but ${printCounted(logs, 'log line')}`}: it was not
        sampled, or its services send elsewhere
      </div>
    );
  }
  return (
    <div className="number">
      {name} · {printCounted(spans, 'span')}
      {errorSpans > 0 && ` · ${printCounted(errorSpans, 'error')}`}
      {logs !== null && ` · ${printCounted(logs, 'log line')}`}
    </div>
  );
}
