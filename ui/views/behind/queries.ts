// What a box on a chart of the overview asks for: its lines in LogQL, its traces in TraceQL, and what to compare it with.
// Pure.

import type { DifferenceRequest } from '../../data/difference.ts';
import type { ChartBox, LinesOf } from '../../url/overview-view.ts';
import type { ResolvedRange } from '../../url/time-range.ts';

export interface BehindRequest {
  readonly box: ChartBox;
  /** What the charts are narrowed to; null: nothing. */
  readonly service: string | null;
  /** Services whose requests are other spans than server and consumer spans. */
  readonly irregular: readonly string[];
  /** Of the whole chart: what the box is compared with. */
  readonly range: ResolvedRange;
  /** Conditions of values that were clicked, to look at nothing else. */
  readonly included: readonly string[];
  readonly excluded: readonly string[];
}

/**
 * Slow requests of all services are compared as whole traces: what is slow is slow through what it calls, and of traces it
 * is known where their time goes.
 */
export function comparesTraces({ box, service }: BehindRequest): boolean {
  return box.chart === 'latency' && service === null && box.minNs !== null && box.maxNs === null;
}

export function differenceOf(request: BehindRequest): DifferenceRequest {
  const { box, service, range } = request;
  const time = { startNs: box.startNs, endNs: box.endNs };
  if (box.chart === 'logs') {
    return { signal: 'logs', ...range, query: selectorOf(service), selected: time };
  }
  const spans = { signal: 'spans', ...range } as const;
  if (box.chart === 'errors') {
    const conditions = serviceCondition(service);
    return { ...spans, query: spanset(conditions), selected: { ...time, errors: true } };
  }
  const isOfTraces = comparesTraces(request);
  return {
    ...spans,
    ...(isOfTraces ? { unit: 'traces' } : {}),
    query: isOfTraces ? '' : spanset(requestConditions(request)),
    selected: {
      ...time,
      ...(box.minNs === null ? {} : { minDurationNs: box.minNs }),
      ...(box.maxNs === null ? {} : { maxDurationNs: box.maxNs }),
    },
  };
}

const isEntry = 'kind = server || kind = consumer';
/** Named in a query; of more services the others go by their server and consumer spans like everyone. */
const irregularMax = 20;

/** Spans that are requests, by the rule of each service. */
function requestConditions({ service, irregular }: BehindRequest): readonly string[] {
  if (service !== null && irregular.includes(service)) return serviceCondition(service);
  const others = service === null ? irregular.slice(0, irregularMax).flatMap(serviceCondition) : [];
  return [`(${[isEntry, ...others].join(' || ')})`, ...serviceCondition(service)];
}

/** What sends no `service.name` is listed under the empty name. */
export function serviceCondition(service: string | null): readonly string[] {
  if (service === null) return [];
  return [`resource.service.name = ${service === '' ? 'nil' : JSON.stringify(service)}`];
}

function spanset(conditions: readonly string[]): string {
  return conditions.length === 0 ? '{}' : `{ ${conditions.join(' && ')} }`;
}

/** LogQL wants one matcher that does not fit the empty text; lines without a service are stored as of an unknown one. */
export function selectorOf(service: string | null): string {
  if (service === null) return '{service_name=~".+"}';
  return `{service_name=${JSON.stringify(service === '' ? 'unknown_service' : service)}}`;
}

/** TraceQL: traces with a span as the box has them. */
export function tracesQuery(request: BehindRequest): string {
  const { box, service, included, excluded } = request;
  // A value of a whole trace may be that of another span than the slow one.
  const isOfTraces = comparesTraces(request);
  const ofSpans = box.chart !== 'logs' && !isOfTraces;
  const spans = spanset([
    ...(box.chart === 'errors' ? ['status = error'] : []),
    ...(box.chart === 'latency' ? requestConditions(request) : serviceCondition(service)),
    ...(box.minNs === null ? [] : [`duration >= ${printNs(box.minNs)}`]),
    ...(box.maxNs === null ? [] : [`duration < ${printNs(box.maxNs)}`]),
    ...(ofSpans ? included : []),
    ...(ofSpans ? excluded.map((condition) => `!(${condition})`) : []),
  ]);
  const others = isOfTraces ? included.map((condition) => spanset([condition])) : [];
  return [spans, ...others].join(' && ');
}

/** In the largest unit that says it exactly. */
function printNs(ns: bigint): string {
  for (const [unit, size] of [
    ['s', 1_000_000_000n],
    ['ms', 1_000_000n],
    ['us', 1000n],
  ] as const) {
    if (ns % size === 0n) return `${ns / size}${unit}`;
  }
  return `${ns}ns`;
}

/** A value of spans says nothing about a line: with one chosen, the lines are those of the traces that have it. */
export function linesOfDefault({ box, included, excluded }: BehindRequest): LinesOf {
  if (box.chart === 'logs') return 'all';
  return box.chart === 'latency' || included.length + excluded.length > 0 ? 'traces' : 'loud';
}

/** LogQL. */
export function linesQuery(request: BehindRequest, of: LinesOf): string {
  const { box, service, included, excluded } = request;
  if (of === 'traces') return `{service_name=~".+"} | trace(${tracesQuery(request)})`;
  const ofLines = box.chart === 'logs';
  return [
    selectorOf(service),
    ...(of === 'loud' ? ['detected_level=~"warn|error|critical|fatal"'] : []),
    ...(ofLines ? included : []),
    ...(ofLines ? excluded.map(negated) : []),
  ].join(' | ');
}

function negated(condition: string): string {
  return condition.replace(/^([^=]*)=/, '$1!=');
}

/** `service.version=1.5.0`: a condition as one reads it on a button. */
export function conditionWords(condition: string): string {
  const [, field = condition, value = ''] =
    /^(?:resource\.|span\.)?("(?:[^"\\]|\\.)*"|[^=]*?)\s*=\s*(.*)$/s.exec(condition) ?? [];
  if (value === '') return condition;
  return `${unquoted(field)}=${unquoted(value)}`;
}

function unquoted(text: string): string {
  if (!text.startsWith('"')) return text;
  try {
    return String(JSON.parse(text));
  } catch {
    return text;
  }
}
