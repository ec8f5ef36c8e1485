// Byte sizes as people write them: `20GB`, `512MiB`, `1.5 GiB`, `1000`. Decimal units are powers of 1000, binary ones of 1024.

const scales: Readonly<Record<string, number>> = {
  '': 1,
  b: 1,
  k: 1000,
  kb: 1000,
  kib: 1024,
  m: 1000 ** 2,
  mb: 1000 ** 2,
  mib: 1024 ** 2,
  g: 1000 ** 3,
  gb: 1000 ** 3,
  gib: 1024 ** 3,
  t: 1000 ** 4,
  tb: 1000 ** 4,
  tib: 1024 ** 4,
};

/** Whole bytes, or undefined when the text is no byte size. */
export function parseByteSize(text: string): number | undefined {
  const [, digits, unit] = /^\s*(\d+(?:\.\d+)?)\s*([a-z]*)\s*$/i.exec(text) ?? [];
  const scale = scales[(unit ?? '').toLowerCase()];
  if (digits === undefined || scale === undefined) return undefined;
  const bytes = Math.round(Number(digits) * scale);
  return Number.isSafeInteger(bytes) ? bytes : undefined;
}

/** `20GB`, `512MB`, `1.5GB`: three significant digits at most. */
export function printByteSize(bytes: number): string {
  const units: readonly (readonly [string, number])[] = [
    ['TB', 1000 ** 4],
    ['GB', 1000 ** 3],
    ['MB', 1000 ** 2],
    ['kB', 1000],
  ];
  for (const [unit, scale] of units)
    if (bytes >= scale) return `${Number((bytes / scale).toPrecision(3))}${unit}`;
  return `${bytes}B`;
}
