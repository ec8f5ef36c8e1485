// A series as a little shape beside its number. What it says in numbers is in the charts and on hover.

interface SparklineProps {
  readonly values: readonly number[];
  readonly color: string;
}

const width = 52;
const height = 16;
/** More bars than these would be thinner than a pixel. */
const barsMax = 26;

function gather(values: readonly number[]): readonly number[] {
  const each = Math.max(1, Math.ceil(values.length / barsMax));
  return Array.from({ length: Math.ceil(values.length / each) }, (_, at) =>
    values.slice(at * each, (at + 1) * each).reduce((sum, value) => sum + value, 0),
  );
}

export function Sparkline({ values, color }: SparklineProps) {
  const bars = gather(values);
  const most = Math.max(...bars, 0);
  if (most === 0)
    return <svg className="sparkline" width={width} height={height} aria-hidden="true" />;
  const step = width / bars.length;
  const path = bars
    .map((value, at) => {
      if (value === 0) return '';
      const tall = Math.max(1, (value / most) * height);
      return `M${(at * step).toFixed(2)} ${height}v${(-tall).toFixed(2)}h${Math.max(1, step - 0.6).toFixed(2)}v${tall.toFixed(2)}z`;
    })
    .join('');
  return (
    <svg className="sparkline" width={width} height={height} aria-hidden="true">
      <path d={path} fill={color} />
    </svg>
  );
}
