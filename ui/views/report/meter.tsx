// A share as a small bar; its number is beside it in words.

interface MeterProps {
  /** 0 to 1. */
  readonly share: number;
  readonly kind?: 'plain' | 'good' | 'warning';
}

export function Meter({ share, kind = 'plain' }: MeterProps) {
  const percent = Math.max(0, Math.min(1, Number.isFinite(share) ? share : 0)) * 100;
  return (
    <span className="meter" data-kind={kind} aria-hidden="true">
      <i style={{ width: `${percent}%` }} />
    </span>
  );
}
