// Values of charts and tables in their unit, as people read them.

import { printCount, printDuration, printShortCount } from './numbers.ts';

/** `percent`: 0 to 100. `s` and `ms`: a duration in that unit. `none`: a bare number. */
export type Unit =
  | 'count'
  | 'perSecond'
  | 'percent'
  | 'ms'
  | 's'
  | 'bytes'
  | 'bytesPerSecond'
  | 'none';

const byteUnits = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'];

function printBytes(bytes: number): string {
  const size = Math.abs(bytes);
  const power = size < 1024 ? 0 : Math.min(5, Math.floor(Math.log2(size) / 10));
  return `${Number((bytes / 1024 ** power).toPrecision(3))} ${byteUnits[power] ?? 'B'}`;
}

/** Three digits for small numbers, grouping and `k`, `M` for large ones. */
function printBare(value: number): string {
  const size = Math.abs(value);
  if (size >= 1e15 || (size !== 0 && size < 1e-4)) return value.toExponential(2);
  if (size >= 1e9) return `${Number((value / 1e9).toPrecision(3))} G`;
  if (size >= 10_000) return `${value < 0 ? '-' : ''}${printShortCount(size)}`;
  if (size >= 1000 || Number.isInteger(value)) return printCount(value);
  return String(Number(value.toPrecision(3)));
}

export function printValue(value: number, unit: Unit): string {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? '+Inf' : '-Inf';
  switch (unit) {
    case 'percent':
      return `${printBare(value)} %`;
    case 'perSecond':
      return `${printBare(value)}/s`;
    case 'ms':
      return printDuration(value);
    case 's':
      return printDuration(value * 1000);
    case 'bytes':
      return printBytes(value);
    case 'bytesPerSecond':
      return `${printBytes(value)}/s`;
    case 'count':
    case 'none':
      return printBare(value);
    default:
      return unit satisfies never;
  }
}
