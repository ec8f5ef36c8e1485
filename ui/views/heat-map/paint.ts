// Paints a latency heat map: how many requests took how long is the strength of the accent, the share of them that
// failed turns it red.

import type { Palette } from '../../app/theme.ts';
import type { HeatRect, HeatSize } from './layout.ts';

type Color = readonly [red: number, green: number, blue: number];

function parseColor(hex: string): Color {
  const value = Number.parseInt(hex.slice(1), 16);
  return [(value >> 16) & 255, (value >> 8) & 255, value & 255];
}

function mix(a: Color, b: Color, share: number): Color {
  return [a[0] + (b[0] - a[0]) * share, a[1] + (b[1] - a[1]) * share, a[2] + (b[2] - a[2]) * share];
}

/** The emptiest cell that is not empty can still be told from the page. */
const strengthMin = 0.16;

export function heatColor(palette: Palette, strength: number, errors: number): string {
  const calm = parseColor(palette.accent);
  const bad = parseColor(palette.bad);
  // One failing request among many is seen, and all of them failing is pure red.
  const hue = errors === 0 ? calm : mix(calm, bad, 0.45 + 0.55 * errors);
  const shown = mix(parseColor(palette.page), hue, strengthMin + (1 - strengthMin) * strength);
  return `rgb(${shown.map(Math.round).join(' ')})`;
}

export function paintHeat(
  context: CanvasRenderingContext2D,
  rects: readonly HeatRect[],
  { width, height }: HeatSize,
  palette: Palette,
): void {
  context.clearRect(0, 0, width, height);
  for (const rect of rects) {
    context.fillStyle = heatColor(palette, rect.strength, rect.errors);
    const gap = rect.width > 4 ? 1 : 0;
    const left = Math.round(rect.x);
    const top = Math.round(rect.y);
    context.fillRect(
      left,
      top,
      Math.max(1, Math.round(rect.x + rect.width) - left - gap),
      Math.max(1, Math.round(rect.y + rect.height) - top),
    );
  }
}
