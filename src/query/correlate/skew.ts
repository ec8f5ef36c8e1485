// How far the clocks of a trace's hosts are apart, told from its spans alone: nothing starts before what called it, and
// a server answers before its client has the answer. What is stored stays as it is; whoever shows the trace subtracts
// the offsets. Hosts whose spans fit as they are get none.

export interface TimedSpan {
  readonly spanId: string;
  /** Empty for a root. */
  readonly parentSpanId: string;
  /** Whose clock the span was timed by. */
  readonly host: string;
  readonly kind: string;
  /** On one scale for all spans; the scale itself does not matter. */
  readonly startMs: number;
  readonly endMs: number;
}

export interface HostSkew {
  readonly host: string;
  /** Positive: its clock is ahead of the reference's. */
  readonly offsetMs: number;
  /** The true offset lies between these; infinite where no pair of spans bounds it. */
  readonly atLeastMs: number;
  readonly atMostMs: number;
  /** Pairs of spans that the estimate stands on. */
  readonly pairs: number;
}

export interface SkewEstimate {
  /** The host whose clock the others are compared with; empty without spans. */
  readonly reference: string;
  /** Only hosts that are off, the farthest first. */
  readonly hosts: readonly HostSkew[];
}

/** Smaller offsets are what clocks kept by NTP have, and are left alone. */
const skewMsMin = 1;

/** A server that is busy notes the end of its span so much after its answer has left, without any clock being off. */
const lateEndMsMax = 20;

/** Bounds of `offset(to) - offset(from)`. `sure` come from causality, `likely` from answers that were awaited. */
interface PairBounds {
  readonly from: string;
  readonly to: string;
  sureMin: number;
  sureMax: number;
  likelyMin: number[];
  likelyMax: number[];
  pairs: number;
}

interface Bounds {
  readonly min: number;
  readonly max: number;
}

/** Whether the parent waits for the child: a consumer is on its own, and so is what runs on after its caller. */
function isAwaited(parent: TimedSpan, child: TimedSpan): boolean {
  return (
    child.kind === 'server' &&
    parent.kind === 'client' &&
    child.endMs - child.startMs <= parent.endMs - parent.startMs
  );
}

/** How much later than its caller an awaited child ended, as far as that says something of their clocks. */
function endApartMs(parent: TimedSpan, child: TimedSpan): number {
  const apartMs = child.endMs - parent.endMs;
  const isLateEnd = apartMs > 0 && apartMs <= lateEndMsMax && child.startMs <= parent.endMs;
  return isLateEnd ? 0 : apartMs;
}

function boundsOfPairs(spans: readonly TimedSpan[]): Map<string, PairBounds> {
  const all = new Map<string, PairBounds>();
  const [first] = spans;
  // One clock for all, as of a trace within one process: there is nothing to compare.
  if (spans.every(({ host }) => host === first?.host)) return all;
  const byId = new Map<string, TimedSpan>();
  for (const span of spans) byId.set(span.spanId, span);
  for (const child of spans) {
    const parent = child.parentSpanId === '' ? undefined : byId.get(child.parentSpanId);
    if (parent === undefined || parent.host === child.host) continue;
    if (parent.host === '' || child.host === '') continue;
    const isForward = parent.host < child.host;
    const [from, to] = isForward ? [parent.host, child.host] : [child.host, parent.host];
    const key = `${from}\n${to}`;
    let pair = all.get(key);
    if (pair === undefined) {
      pair = {
        from,
        to,
        sureMin: -Infinity,
        sureMax: Infinity,
        likelyMin: [],
        likelyMax: [],
        pairs: 0,
      };
      all.set(key, pair);
    }
    pair.pairs++;
    // The child's clock is at most so far ahead of its parent's: it would have started too early otherwise.
    const sure = child.startMs - parent.startMs;
    if (isForward) pair.sureMax = Math.min(pair.sureMax, sure);
    else pair.sureMin = Math.max(pair.sureMin, -sure);
    if (!isAwaited(parent, child)) continue;
    const likely = endApartMs(parent, child);
    if (isForward) pair.likelyMin.push(likely);
    else pair.likelyMax.push(-likely);
  }
  return all;
}

/** Causality first; an answer that would contradict it was not awaited after all and says nothing. */
function settle(pair: PairBounds): Bounds {
  let min = pair.sureMin;
  let max = pair.sureMax;
  // Contradicting starts: a clock that was set meanwhile, or parents in a circle. Neither can be corrected.
  if (min > max) return { min: -Infinity, max: Infinity };
  for (const likely of pair.likelyMin) if (likely > min && likely <= max) min = likely;
  for (const likely of pair.likelyMax) if (likely < max && likely >= min) max = likely;
  return { min, max };
}

/** No correction when none is needed; else the middle of what is possible, or its only bound. */
function choose({ min, max }: Bounds): number {
  if (min <= skewMsMin && max >= -skewMsMin) return 0;
  if (Number.isFinite(min) && Number.isFinite(max)) return (min + max) / 2;
  return Number.isFinite(min) ? min : max;
}

interface Known {
  readonly offsetMs: number;
  readonly bounds: Bounds;
  readonly pairs: number;
}

/** Bounds of a host's offset from every pair with a host whose offset is known already. */
function boundsOf(
  host: string,
  pairs: readonly { readonly pair: PairBounds; readonly bounds: Bounds }[],
  known: ReadonlyMap<string, Known>,
): { readonly bounds: Bounds; readonly pairs: number } | undefined {
  let min = -Infinity;
  let max = Infinity;
  let count = 0;
  for (const { pair, bounds } of pairs) {
    const isTo = pair.to === host;
    const other = known.get(isTo ? pair.from : pair.to);
    if (other === undefined || (!isTo && pair.from !== host)) continue;
    const low = other.offsetMs + (isTo ? bounds.min : -bounds.max);
    const high = other.offsetMs + (isTo ? bounds.max : -bounds.min);
    count += pair.pairs;
    // Pairs that contradict what closer ones said are left out.
    if (low > max || high < min) continue;
    min = Math.max(min, low);
    max = Math.min(max, high);
  }
  return count === 0 ? undefined : { bounds: { min, max }, pairs: count };
}

function width({ min, max }: Bounds): number {
  return max - min;
}

function referenceOf(spans: readonly TimedSpan[]): string {
  const root = spans.find(({ parentSpanId, host }) => parentSpanId === '' && host !== '');
  return (root ?? spans.find(({ host }) => host !== ''))?.host ?? '';
}

/** Linear in the spans, cubic in the hosts that call one another. */
export function estimateSkew(spans: readonly TimedSpan[]): SkewEstimate {
  const reference = referenceOf(spans);
  const pairs = [...boundsOfPairs(spans).values()].map((pair) => ({ pair, bounds: settle(pair) }));
  const known = new Map<string, Known>([
    [reference, { offsetMs: 0, bounds: { min: 0, max: 0 }, pairs: 0 }],
  ]);
  const waiting = new Set(pairs.flatMap(({ pair }) => [pair.from, pair.to]));
  waiting.delete(reference);
  while (waiting.size > 0) {
    // The host that is bounded most closely comes first: the others then lean on it.
    let best:
      | { readonly host: string; readonly bounds: Bounds; readonly pairs: number }
      | undefined;
    for (const host of waiting) {
      const found = boundsOf(host, pairs, known);
      if (found === undefined) continue;
      if (best === undefined || width(found.bounds) < width(best.bounds)) best = { host, ...found };
    }
    // What is left is tied to no host that is known.
    if (best === undefined) break;
    waiting.delete(best.host);
    known.set(best.host, { offsetMs: choose(best.bounds), bounds: best.bounds, pairs: best.pairs });
  }
  const hosts = [...known]
    .filter(([, { offsetMs }]) => Math.abs(offsetMs) >= skewMsMin)
    .map(([host, { offsetMs, bounds, pairs: count }]) => ({
      host,
      offsetMs,
      atLeastMs: bounds.min,
      atMostMs: bounds.max,
      pairs: count,
    }))
    .toSorted((a, b) => Math.abs(b.offsetMs) - Math.abs(a.offsetMs));
  return { reference, hosts };
}

/** Attributes that name a clock, the most telling first. */
const clockKeys = ['host.name', 'host.id', 'k8s.node.name', 'service.instance.id', 'k8s.pod.name'];

/** Who timed a record, by the resource that sent it; without any name of a host, its service has a clock of its own. */
export function clockOf(valueOf: (key: string) => string | undefined, service: string): string {
  for (const key of clockKeys) {
    const value = valueOf(key);
    if (value !== undefined && value !== '') return value;
  }
  return service;
}
