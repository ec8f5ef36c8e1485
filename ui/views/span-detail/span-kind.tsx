// How slow a span is among its kind: a sentence with the percentile, and a small histogram with its place.

import type { ExploreSpanKind } from '../../../src/api/explore/contract/traces.ts';
import { useSpanKind } from '../../data/trace.ts';
import { printCount, printDuration } from '../words/numbers.ts';
import { RetryButton } from '../report/retry-button.tsx';

interface SpanKindProps {
  readonly service: string;
  readonly name: string;
  readonly startNs: bigint;
  readonly durationNs: bigint;
}

/** Its kind is the same operation of the same service, so much before and after it. */
const aroundNs = 3_600_000_000_000n;
/** Fewer say nothing about a percentile. */
const spansMin = 5;

export function SpanKind({ service, name, startNs, durationNs }: SpanKindProps) {
  const isTimed = durationNs >= 0n;
  const kind = useSpanKind(
    isTimed
      ? {
          service,
          name,
          durationNs,
          // Whole minutes: neighbors then ask for the same stretch, and the answer is kept.
          startNs: ((startNs - aroundNs) / 60_000_000_000n) * 60_000_000_000n,
          endNs: ((startNs + aroundNs) / 60_000_000_000n) * 60_000_000_000n,
        }
      : undefined,
  );
  if (!isTimed) return null;
  if (kind.error !== null) {
    return (
      <span className="span-kind dim">
        Its kind could not be looked up: {kind.error.message}.{' '}
        <RetryButton error={kind.error} onRetry={() => kind.refetch()} isInline />
      </span>
    );
  }
  if (kind.data === undefined) return <span className="span-kind skeleton" aria-hidden="true" />;
  if (kind.data.spans < spansMin || kind.data.fasterShare === null) {
    return (
      <span className="span-kind dim number" data-testid="span-kind">
        {kind.data.spans <= 1
          ? 'the only one of its kind within an hour'
          : `one of ${kind.data.spans} of its kind within an hour`}
      </span>
    );
  }
  return (
    <span
      className="span-kind number"
      data-testid="span-kind"
      title={`${printCount(kind.data.spans)} spans of ${service} · ${name} within an hour: p50 ${printDuration(kind.data.p50Ns / 1e6)}, p95 ${printDuration(kind.data.p95Ns / 1e6)}, p99 ${printDuration(kind.data.p99Ns / 1e6)}`}
    >
      {kind.data.buckets.length === 1
        ? `as fast as all ${printCount(kind.data.spans)} of its kind`
        : `${comparison(kind.data.fasterShare)} of its kind`}
      <KindHistogram kind={kind.data} durationNs={Number(durationNs)} />
    </span>
  );
}

/** `slower than 97 %`; of the fast ones what is slower than them. */
export function comparison(fasterShare: number): string {
  const share = (part: number): string =>
    part > 0.99 && part < 1
      ? (Math.floor(part * 1000) / 10).toFixed(1)
      : String(Math.round(part * 100));
  return fasterShare >= 0.5
    ? `slower than ${share(fasterShare)} %`
    : `faster than ${share(1 - fasterShare)} %`;
}

const barPx = 5;
const heightPx = 16;

function KindHistogram(props: { readonly kind: ExploreSpanKind; readonly durationNs: number }) {
  const { kind, durationNs } = props;
  const most = kind.buckets.reduce((top, { spans }) => Math.max(top, spans), 1);
  return (
    <svg
      width={kind.buckets.length * barPx}
      height={heightPx}
      role="img"
      aria-label={`Durations of ${printCount(kind.spans)} spans of its kind`}
    >
      {kind.buckets.map((bucket, at) => {
        const isIts = durationNs >= bucket.fromNs && durationNs < bucket.toNs;
        const tall = Math.max(1.5, (bucket.spans / most) * heightPx);
        return (
          <rect
            key={bucket.fromNs}
            x={at * barPx}
            y={heightPx - tall}
            width={barPx - 1}
            height={tall}
            className={isIts ? 'span-kind-its' : 'span-kind-other'}
          >
            <title>{`${printDuration(bucket.fromNs / 1e6)} – ${printDuration(bucket.toNs / 1e6)}: ${printCount(bucket.spans)}`}</title>
          </rect>
        );
      })}
    </svg>
  );
}
