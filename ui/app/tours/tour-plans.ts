// The guided tours through the demo's incidents: for each three to five steps with what to do, what to look for, an address
// that shows it with the incident's own times, and how one sees from the address of the screen that a step was done.

import type { DemoIncident, DemoIncidentId } from '../../../src/api/explore/contract/demo.ts';
import { pageHref } from '../../url/doors.ts';
import { printHref } from '../../url/address.ts';
import { printBox } from '../../url/overview-view.ts';
import { parseTimePoint, resolveRange } from '../../url/time-range.ts';
import type { TimeRange } from '../../url/time-range.ts';
import { parseTracesView, printTracesView } from '../../url/traces-view.ts';

export interface Place {
  readonly path: string;
  readonly search: Readonly<Record<string, string>>;
}

export interface TourStep {
  /** An order: "Open the overview". */
  readonly task: string;
  readonly look: string;
  /** Shows it without any work of one's own. */
  readonly door: TourDoor;
  /** Whether the screen shows it, by whatever way one came. */
  readonly isShown: (place: Place) => boolean;
}

export type TourDoor =
  | { readonly kind: 'page'; readonly href: string }
  /** The newest trace that the first TraceQL query finds, or else the next one; `more` is added to its address. */
  | {
      readonly kind: 'trace';
      readonly queries: readonly string[];
      readonly more?: Readonly<Record<string, string>>;
    };

export interface Tour {
  readonly id: DemoIncidentId;
  readonly why: string;
  readonly steps: readonly TourStep[];
  /** The time of the incident, with what was usual before it. */
  readonly range: TimeRange;
}

export const tourTitles: Readonly<Record<DemoIncidentId, string>> = {
  'bad-deploy': 'Find the cause of the failing checkouts',
  'slow-dependency': 'Find the cause of the slow checkouts',
  'wrong-clock': 'Read a trace although a clock is wrong',
  'lost-trace-ids': 'Find out why a service has no logs in its traces',
  'label-explosion': 'Find the label that makes metrics expensive',
};

/** What was before an incident is looked at beside it; less than the quiet between two, for only one is the tour's. */
const beforeMs = 40_000;
/** Telemetry is sent every few seconds. */
const afterMs = 20_000;

export function tourRange({ startedMs, endedMs }: DemoIncident): TimeRange {
  const at = (ms: number) => ({ kind: 'at', ns: BigInt(Math.round(ms)) * 1_000_000n }) as const;
  return {
    from: at((startedMs ?? 0) - beforeMs),
    to: endedMs === null ? { kind: 'now', agoMs: 0 } : at(endedMs + afterMs),
  };
}

/** Undefined while the incident has not happened: there is nothing to look at. */
export function planTour(incident: DemoIncident, nowMs: number): Tour | undefined {
  const { startedMs } = incident;
  if (startedMs === null) return undefined;
  const range = tourRange(incident);
  const { why, steps } = plans[incident.id]({
    range,
    startedMs,
    endedMs: incident.endedMs ?? nowMs,
    isDuring: (search) => overlaps(search, startedMs, incident.endedMs ?? nowMs, nowMs),
  });
  const goesOn = range.to.kind === 'now';
  return { id: incident.id, why, steps: goesOn ? steps.map(refreshed) : steps, range };
}

/** While an incident goes on, there is more to be seen every few seconds, and in the first ones nothing yet. */
function refreshed(step: TourStep): TourStep {
  const { door } = step;
  if (door.kind !== 'page') return step;
  return { ...step, door: { kind: 'page', href: `${door.href}&refresh=10s` } };
}

interface Occurrence {
  readonly range: TimeRange;
  readonly startedMs: number;
  readonly endedMs: number;
  /** Whether a page's own time meets the incident's. */
  readonly isDuring: (search: Place['search']) => boolean;
}

function overlaps(
  search: Place['search'],
  startedMs: number,
  endedMs: number,
  nowMs: number,
): boolean {
  const { startNs, endNs } = resolveRange(
    {
      from: parseTimePoint(search['from'] ?? 'now-1h') ?? { kind: 'now', agoMs: 3_600_000 },
      to: parseTimePoint(search['to'] ?? 'now') ?? { kind: 'now', agoMs: 0 },
    },
    nowMs,
  );
  return (
    startNs < BigInt(Math.round(endedMs)) * 1_000_000n &&
    endNs > BigInt(Math.round(startedMs)) * 1_000_000n
  );
}

const page = (href: string): TourDoor => ({ kind: 'page', href });
const isTrace = ({ path }: Place): boolean => path.startsWith('/trace/');

function isOn(path: string, during: Occurrence, ...words: readonly string[]) {
  return (place: Place): boolean =>
    place.path === path &&
    during.isDuring(place.search) &&
    words.every((word) => (place.search['query'] ?? '').includes(word));
}

const overviewStep = (during: Occurrence, look: string): TourStep => ({
  task: 'Open the overview of these minutes.',
  look,
  door: page(pageHref('/overview', { range: during.range })),
  isShown: isOn('/overview', during),
});

/** A box over the whole incident in a chart of the overview. */
function boxHref(chart: 'errors' | 'latency', { range, startedMs, endedMs }: Occurrence): string {
  const ns = (ms: number): bigint => BigInt(Math.round(ms)) * 1_000_000n;
  const box = { chart, startNs: ns(startedMs), endNs: ns(endedMs), minNs: null, maxNs: null };
  return pageHref('/overview', { range, more: { box: printBox(box) } });
}

/** A box over the upper cloud of the orders. */
function slowOrdersHref({ range, startedMs, endedMs }: Occurrence): string {
  const box = {
    startNs: BigInt(Math.round(startedMs)) * 1_000_000n,
    endNs: BigInt(Math.round(endedMs)) * 1_000_000n,
    minNs: 1_200_000_000n,
    maxNs: 10_000_000_000n,
  };
  const query = '{resource.service.name="checkout" && name="POST /orders"}';
  return printHref('/traces', printTracesView({ ...parseTracesView({}), query, range, box }));
}

const hasBox =
  (path: string) =>
  (place: Place): boolean =>
    place.path === path && (place.search['box'] ?? '') !== '';

type Plan = (during: Occurrence) => Omit<Tour, 'id' | 'range'>;

/** Rather a trace of an order that was placed: one that the bank declined fails for reasons of its own. */
function placedFirst(query: string): readonly string[] {
  return [`${query} && {name="send orders"}`, query];
}

const failedCharge = '{resource.service.name="payment" && status=error}';
const slowReservation =
  '{resource.service.name="inventory" && name="confirm with warehouse" && duration>500ms}';
const movedReservation =
  '{resource.service.name="inventory" && resource.host.name="node-3" && name="POST /reservations"}';
const newCatalog =
  '{resource.service.name="catalog" && resource.service.version="3.2.0" && name="GET /products"}';

const badDeploy: Plan = (during) => ({
  why: 'Checkouts fail since some minute. Most incidents begin with a change; the question is which one, and where in the code.',
  steps: [
    overviewStep(
      during,
      'The error chart rises. Payment, checkout and storefront fail, and payment has a new version, 1.5.0: what changed most stands on top.',
    ),
    {
      task: 'Drag a box over the spike in the error chart.',
      look: 'What is different in the box leads with version 1.5.0 of payment and with orders without a coupon. The lines and traces behind the spike are beside it.',
      door: page(boxHref('errors', during)),
      isShown: hasBox('/overview'),
    },
    {
      task: 'Click a line of payment, “charge failed”.',
      look: 'You stand in its trace: the failing span of payment is selected, its line is marked, and its stack names the place: discountOf in payment.js, which splits a coupon that the order does not have.',
      door: { kind: 'trace', queries: [failedCharge] },
      isShown: isTrace,
    },
    {
      task: 'See whether all failures are of this kind.',
      look: 'One pattern, “Cannot read properties of undefined”, and in the facets one service_version, 1.5.0. Roll it back.',
      door: page(
        pageHref('/logs', {
          query: '{service_name="payment"} |= `charge failed`',
          range: during.range,
        }),
      ),
      isShown: isOn('/logs', during, 'payment'),
    },
  ],
});

const slowDependency: Plan = (during) => ({
  why: 'Some checkouts take more than a second, most are as fast as ever, and nothing fails. Averages hide such things.',
  steps: [
    overviewStep(
      during,
      'In the latency heat map a second cloud has appeared above the first, and p95 of checkout and inventory is more than a second. The error chart is flat.',
    ),
    {
      task: 'Drag a box over the upper cloud, in the heat map or, as “Show me” does, among the traces of placing an order.',
      look: 'What differs is warehouse.id = east: nearly all of the slow ones have it, and a third of the rest at most. Among traces one also reads where the extra time goes: to inventory.',
      door: page(slowOrdersHref(during)),
      isShown: (place) => hasBox('/traces')(place) || hasBox('/overview')(place),
    },
    {
      task: 'Open one of the slow traces.',
      look: 'The critical path is underlined: nearly all of it lies in inventory’s “confirm with warehouse” and the call below it. The database and payment take milliseconds.',
      door: { kind: 'trace', queries: placedFirst(slowReservation) },
      isShown: isTrace,
    },
    {
      task: 'Read what inventory says: click its line in the trace, or ask for all such lines.',
      look: 'Such as “warehouse east took 1804 ms to confirm; usual are 30 ms”. The warehouse belongs to somebody else and sends no telemetry. Now one knows whom to call.',
      door: page(
        pageHref('/logs', {
          query: '{service_name="inventory"} |= `to confirm`',
          range: during.range,
        }),
      ),
      isShown: (place) =>
        isOn('/logs', during, 'inventory')(place) ||
        (isTrace(place) && place.search['log'] !== undefined),
    },
  ],
});

const wrongClock: Plan = (during) => ({
  why: 'Inventory was moved to node-3, whose clock is three seconds ahead. Elsewhere its spans begin after their parents have ended, and its log lines are sorted behind their consequences.',
  steps: [
    {
      task: 'Look for traces that went through node-3.',
      look: 'Every checkout since the move. By duration they look as usual.',
      door: page(pageHref('/traces', { query: movedReservation, range: during.range })),
      isShown: isOn('/traces', during, 'node-3'),
    },
    {
      task: 'Open one of them.',
      look: 'A button above the waterfall says that node-3 is off by +3.0 s and that this is corrected: inventory’s spans lie inside the calls that caused them, and its line between its causes and consequences.',
      door: { kind: 'trace', queries: placedFirst(movedReservation) },
      isShown: (place) => isTrace(place) && place.search['clocks'] !== 'raw',
    },
    {
      task: 'Switch the correction off, in the menu of that button.',
      look: 'What was sent: inventory works three seconds after its callers have gone home. Switch it on again before you draw conclusions.',
      door: {
        kind: 'trace',
        queries: placedFirst(movedReservation),
        more: { clocks: 'raw' },
      },
      isShown: (place) => isTrace(place) && place.search['clocks'] === 'raw',
    },
  ],
});

const lostTraceIds: Plan = (during) => ({
  why: 'Catalog 3.2.0 gathers its log lines and writes them once a second, outside of any request: the lines lost the trace that they belong to. Nothing fails, until one needs them.',
  steps: [
    {
      task: 'Open a trace of the home page, which is catalog’s work.',
      look: 'It has no log lines, and where they would be stands why: catalog 3.2.0 does log, but none of its lines has a trace ID. And what to do.',
      door: { kind: 'trace', queries: [newCatalog] },
      isShown: isTrace,
    },
    {
      task: 'Ask for the lines of catalog without a trace ID.',
      look: 'They are there, only not in their traces: each second’s at once, for they are written together.',
      door: page(
        pageHref('/logs', { query: '{service_name="catalog"} | trace_id=""', range: during.range }),
      ),
      isShown: isOn('/logs', during, 'catalog', 'trace_id'),
    },
    {
      task: 'Make sure that no other version does it.',
      look: 'All are of version 3.2.0, but for the line that every version writes when it starts: that one belongs to no request.',
      door: page(
        pageHref('/logs', {
          query: '{service_name="catalog"} | trace_id="" | service_version="3.2.0"',
          range: during.range,
        }),
      ),
      isShown: isOn('/logs', during, 'catalog', 'service_version'),
    },
  ],
});

const labelExplosion: Plan = (during) => ({
  why: 'A label whose value is new in every request makes a new series each time. Memory and bills grow until somebody looks; with most systems by then it is too late.',
  steps: [
    {
      task: 'Count the series of each metric of the shop.',
      look: 'shop_page_views_total climbs with every visitor; all others stay where they were.',
      door: page(
        pageHref('/metrics', {
          query: 'count by (__name__) ({__name__=~"shop_.+"})',
          range: during.range,
        }),
      ),
      isShown: isOn('/metrics', during, 'count', 'shop_'),
    },
    {
      task: 'Click shop_page_views_total in the list of metrics.',
      look: 'Below are its labels with their values: page has four, session_id as many as there were visitors, each with a series of its own.',
      door: page(
        pageHref('/metrics', {
          query: 'sum by (job) (rate(shop_page_views_total[1m]))',
          range: during.range,
          more: { metric: 'shop_page_views_total' },
        }),
      ),
      isShown: isOn('/metrics', during, 'shop_page_views_total'),
    },
    {
      task: 'Find the version that added the label.',
      look: 'Version 4.1.0 has all of them; 4.0.2 has four series, one for each page.',
      door: page(
        pageHref('/metrics', {
          query:
            'count by (service_version) (shop_page_views_total * on (job, instance) group_left (service_version) target_info)',
          range: during.range,
        }),
      ),
      isShown: isOn('/metrics', during, 'service_version'),
    },
    {
      task: 'See when it was deployed.',
      look: '“storefront 4.1.0 started”: the minute in which the series began to grow.',
      door: page(
        pageHref('/logs', {
          query: '{service_name="storefront"} |= `started`',
          range: during.range,
        }),
      ),
      isShown: isOn('/logs', during, 'storefront'),
    },
  ],
});

const plans: Readonly<Record<DemoIncidentId, Plan>> = {
  'bad-deploy': badDeploy,
  'slow-dependency': slowDependency,
  'wrong-clock': wrongClock,
  'lost-trace-ids': lostTraceIds,
  'label-explosion': labelExplosion,
};
