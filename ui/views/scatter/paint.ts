// Puts the dots on a canvas: quick and common ones below, failed ones with a ring above them all.

import type { Palette } from '../../app/theme.ts';
import { serviceHue } from '../words/service-color.ts';
import type { ScatterBox, ScatterDots } from './layout.ts';

export interface PaintedDots extends ScatterDots {
  /** Index into `services`. */
  readonly service: readonly number[];
  readonly errorSpans: readonly number[];
}

export interface ScatterPaint {
  readonly dots: PaintedDots;
  readonly services: readonly string[];
  readonly places: Float32Array;
  readonly palette: Palette;
  readonly width: number;
  readonly height: number;
  /** Dots outside of it stand back. */
  readonly isInside: ((at: number) => boolean) | undefined;
}

const radiusPx = 2.4;
const ringPx = 4;
/** Many dots in one place are darker than one. */
const calmAlpha = 0.62;
const dimAlpha = 0.16;

export function isInBox(dots: ScatterDots, at: number, box: ScatterBox, startNs: bigint): boolean {
  const startUs = dots.startUs[at] ?? 0;
  const durationNs = dots.durationNs[at] ?? 0;
  return (
    startUs >= Number(box.startNs - startNs) / 1000 &&
    startUs < Number(box.endNs - startNs) / 1000 &&
    durationNs >= Number(box.minNs) &&
    durationNs <= Number(box.maxNs)
  );
}

export function paintScatter(context: CanvasRenderingContext2D, input: ScatterPaint): void {
  const { dots, services, places, palette, width, height, isInside } = input;
  context.clearRect(0, 0, width, height);
  const colors = services.map((service) => palette.services[serviceHue(service)] ?? palette.dim);
  for (const wanted of isInside === undefined ? [true] : [false, true]) {
    context.globalAlpha = wanted ? calmAlpha : dimAlpha;
    // One path a colour: thousands of fills would cost more than their dots.
    colors.forEach((color, service) => {
      context.fillStyle = color;
      context.beginPath();
      for (let at = 0; at < dots.service.length; at++) {
        if (dots.service[at] !== service) continue;
        if (isInside !== undefined && isInside(at) !== wanted) continue;
        const x = places[at * 2] ?? 0;
        const y = places[at * 2 + 1] ?? 0;
        context.moveTo(x + radiusPx, y);
        context.arc(x, y, radiusPx, 0, Math.PI * 2);
      }
      context.fill();
    });
    context.globalAlpha = wanted ? 1 : dimAlpha * 2;
    context.strokeStyle = palette.levels.error;
    context.lineWidth = 1.4;
    context.beginPath();
    for (let at = 0; at < dots.errorSpans.length; at++) {
      if ((dots.errorSpans[at] ?? 0) === 0) continue;
      if (isInside !== undefined && isInside(at) !== wanted) continue;
      const x = places[at * 2] ?? 0;
      const y = places[at * 2 + 1] ?? 0;
      context.moveTo(x + ringPx, y);
      context.arc(x, y, ringPx, 0, Math.PI * 2);
    }
    context.stroke();
  }
  context.globalAlpha = 1;
}
