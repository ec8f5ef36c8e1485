// Where the dots of a scatter plot of time and duration are: time from left to right, duration upwards on a logarithmic
// scale. Pure: pixels in, pixels out.

export interface ScatterBox {
  readonly startNs: bigint;
  readonly endNs: bigint;
  readonly minNs: bigint;
  readonly maxNs: bigint;
}

export interface ScatterDots {
  /** From the start of the range, in µs. */
  readonly startUs: readonly number[];
  readonly durationNs: readonly number[];
}

export interface ScatterScale {
  readonly width: number;
  readonly height: number;
  readonly startNs: bigint;
  readonly endNs: bigint;
  /** Decimal logarithms of the durations at the bottom and the top. */
  readonly bottom: number;
  readonly top: number;
}

/** What a box that is open at the top says, in ns: eleven days, and as many digits as the server reads. */
export const endlessNs = 999_999_999_999_999n;
/** Dots at the rim are not cut. */
const rimPx = 6;
/** A duration of nothing is drawn as this. */
const shortestNs = 1000;
/** Less of the scale would make a mountain of chance. */
const decadesMin = 1;

function logOf(durationNs: number): number {
  return Math.log10(Math.max(durationNs, shortestNs));
}

export function scaleOf(
  dots: ScatterDots,
  range: { readonly startNs: bigint; readonly endNs: bigint },
  size: { readonly width: number; readonly height: number },
): ScatterScale {
  let bottom = Infinity;
  let top = -Infinity;
  for (const durationNs of dots.durationNs) {
    const log = logOf(durationNs);
    if (log < bottom) bottom = log;
    if (log > top) top = log;
  }
  if (bottom > top) {
    bottom = 6;
    top = 9;
  }
  const missing = decadesMin - (top - bottom);
  if (missing > 0) {
    bottom -= missing / 2;
    top += missing / 2;
  }
  return { ...size, ...range, bottom, top };
}

export function xOf(scale: ScatterScale, startUs: number): number {
  const lengthUs = Number(scale.endNs - scale.startNs) / 1000;
  const share = Math.min(1, Math.max(0, startUs / lengthUs));
  return rimPx + share * (scale.width - 2 * rimPx);
}

export function yOf(scale: ScatterScale, durationNs: number): number {
  const share = (logOf(durationNs) - scale.bottom) / (scale.top - scale.bottom);
  return scale.height - rimPx - share * (scale.height - 2 * rimPx);
}

/** Places of all dots: x and y in turn. */
export function placeDots(scale: ScatterScale, dots: ScatterDots): Float32Array {
  const places = new Float32Array(dots.startUs.length * 2);
  for (let at = 0; at < dots.startUs.length; at++) {
    places[at * 2] = xOf(scale, dots.startUs[at] ?? 0);
    places[at * 2 + 1] = yOf(scale, dots.durationNs[at] ?? 0);
  }
  return places;
}

/** The nearest dot within reach, or -1. */
export function dotAt(places: Float32Array, x: number, y: number, reachPx: number): number {
  let nearest = -1;
  let best = reachPx * reachPx;
  for (let at = 0; at * 2 < places.length; at++) {
    const dx = (places[at * 2] ?? 0) - x;
    const dy = (places[at * 2 + 1] ?? 0) - y;
    const distance = dx * dx + dy * dy;
    if (distance > best) continue;
    best = distance;
    nearest = at;
  }
  return nearest;
}

function timeAt(scale: ScatterScale, x: number): bigint {
  const share = Math.min(1, Math.max(0, (x - rimPx) / Math.max(1, scale.width - 2 * rimPx)));
  return scale.startNs + BigInt(Math.round(Number(scale.endNs - scale.startNs) * share));
}

function durationAt(scale: ScatterScale, y: number): number {
  const share = (scale.height - rimPx - y) / Math.max(1, scale.height - 2 * rimPx);
  return 10 ** (scale.bottom + share * (scale.top - scale.bottom));
}

export interface Corner {
  readonly x: number;
  readonly y: number;
}

/** A box that is drawn over the rim takes in whatever lies there. */
export function boxOf(scale: ScatterScale, from: Corner, to: Corner): ScatterBox {
  const [left, right] = [Math.min(from.x, to.x), Math.max(from.x, to.x)];
  const [upper, lower] = [Math.min(from.y, to.y), Math.max(from.y, to.y)];
  const startNs = timeAt(scale, left);
  const endNs = right >= scale.width - rimPx ? scale.endNs : timeAt(scale, right);
  return {
    startNs: left <= rimPx ? scale.startNs : startNs,
    endNs: endNs > startNs ? endNs : startNs + 1n,
    minNs: lower >= scale.height - rimPx ? 0n : BigInt(Math.floor(durationAt(scale, lower))),
    maxNs: upper <= rimPx ? endlessNs : BigInt(Math.ceil(durationAt(scale, upper))),
  };
}

/** Where a box is on the plot, cut to it. */
export function rectOf(
  scale: ScatterScale,
  box: ScatterBox,
): {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
} {
  const clampY = (y: number): number => Math.min(scale.height, Math.max(0, y));
  const left =
    box.startNs <= scale.startNs ? 0 : xOf(scale, Number(box.startNs - scale.startNs) / 1000);
  const right =
    box.endNs >= scale.endNs ? scale.width : xOf(scale, Number(box.endNs - scale.startNs) / 1000);
  const bottom = box.minNs === 0n ? scale.height : clampY(yOf(scale, Number(box.minNs)));
  const top = clampY(yOf(scale, Number(box.maxNs)));
  return { left, top, width: Math.max(1, right - left), height: Math.max(1, bottom - top) };
}

/** Durations that get a line: decades, with 2 and 5 between them where there is room. */
export function durationTicks(
  scale: ScatterScale,
  apartPx: number,
): readonly { readonly y: number; readonly ns: number }[] {
  const ticks: { readonly y: number; readonly ns: number }[] = [];
  const decadePx = (scale.height - 2 * rimPx) / Math.max(0.01, scale.top - scale.bottom);
  const steps = decadePx > 4 * apartPx ? [1, 2, 5] : decadePx > 2 * apartPx ? [1, 3] : [1];
  for (let decade = Math.floor(scale.bottom); decade <= Math.ceil(scale.top); decade++) {
    for (const step of steps) {
      const ns = step * 10 ** decade;
      const y = yOf(scale, ns);
      const last = ticks.at(-1);
      if (y < 8 || y > scale.height - 2) continue;
      if (last === undefined || last.y - y >= apartPx) ticks.push({ y, ns });
    }
  }
  return ticks;
}

/** The next dot in a direction from another one: in time, or in duration among those near in time. */
export function neighbourOf(
  dots: ScatterDots,
  from: number,
  direction: 'left' | 'right' | 'up' | 'down',
): number {
  const count = dots.startUs.length;
  if (count === 0) return -1;
  if (from < 0) return direction === 'left' ? count - 1 : 0;
  if (direction === 'right') return Math.min(count - 1, from + 1);
  if (direction === 'left') return Math.max(0, from - 1);
  const own = dots.durationNs[from] ?? 0;
  let best = from;
  let bestNs = direction === 'up' ? Infinity : -Infinity;
  for (let at = 0; at < count; at++) {
    const ns = dots.durationNs[at] ?? 0;
    const isCloser = direction === 'up' ? ns > own && ns < bestNs : ns < own && ns > bestNs;
    if (!isCloser) continue;
    best = at;
    bestNs = ns;
  }
  return best;
}
