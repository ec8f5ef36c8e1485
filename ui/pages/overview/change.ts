// What changed most in a service, in words and as a weight to sort by: against the window before, and where that has
// nothing to compare with, one part of the range against the rest of it.

import type {
  ExploreService,
  ExploreServicePeriod,
} from '../../../src/api/explore/contract/overview.ts';
import { isErrorLevel, levelKind } from '../../views/words/level.ts';
import { printCount, printDuration } from '../../views/words/numbers.ts';

export interface Change {
  /** 0: as always. */
  readonly weight: number;
  /** `errors 0.4 → 6.2 %`; empty when nothing is worth a word. */
  readonly words: string;
  readonly isBad: boolean;
}

export const noChange: Change = { weight: 0, words: '', isBad: false };

/** Of services that changed alike, the one with a new version is looked at first. */
const deployWeight = 3;

/** Below this a change is noise, and is not put in words. */
const weightMin = 1;

export function percent(share: number): string {
  if (share === 0) return '0 %';
  const value = share * 100;
  return `${value >= 10 ? Math.round(value) : Number(value.toPrecision(2))} %`;
}

export function errorShare({ requests, errors }: ExploreServicePeriod): number {
  return requests === 0 ? 0 : errors / requests;
}

export function linesOf(period: ExploreServicePeriod): {
  readonly all: number;
  readonly errors: number;
  readonly warnings: number;
} {
  let all = 0;
  let errors = 0;
  let warnings = 0;
  for (const [level, count] of Object.entries(period.lines)) {
    all += count;
    if (isErrorLevel(level)) errors += count;
    else if (levelKind(level) === 'warn') warnings += count;
  }
  return { all, errors, warnings };
}

/** How many standard errors two shares are apart: 3 is hardly chance. Counts are given a head start against few. */
function sharesApart(hits: number, all: number, hitsBefore: number, allBefore: number): number {
  if (all === 0 || allBefore === 0) return 0;
  const pooled = (hits + hitsBefore + 1) / (all + allBefore + 2);
  const spread = Math.sqrt(pooled * (1 - pooled) * (1 / all + 1 / allBefore));
  return spread === 0 ? 0 : (hits / all - hitsBefore / allBefore) / spread;
}

/** Weight of a ratio: 1 for a factor of 1.5, 2.4 for four, none for few. */
function ratioWeight(value: number, before: number, counted: number): number {
  if (value <= 0 || before <= 0) return 0;
  return (
    (Math.abs(Math.log2(value / before)) / 0.585) ** 0.7 * Math.min(1, Math.sqrt(counted / 60))
  );
}

function errorsChange({ range, before }: ExploreService): Change {
  const apart = sharesApart(range.errors, range.requests, before.errors, before.requests);
  return {
    weight: Math.min(12, Math.abs(apart) / 2),
    words: `errors ${percent(errorShare(before))} → ${percent(errorShare(range))}`,
    isBad: apart > 0,
  };
}

/** The eighth of the range in which most fails, against the rest of it. */
function errorBurst({ requestsOverTime, errorsOverTime, range }: ExploreService): Change {
  const width = Math.max(1, Math.round(requestsOverTime.length / 8));
  let best = 0;
  let bestShare = 0;
  for (let first = 0; first + width <= requestsOverTime.length; first++) {
    let requests = 0;
    let errors = 0;
    for (let at = first; at < first + width; at++) {
      requests += requestsOverTime[at] ?? 0;
      errors += errorsOverTime[at] ?? 0;
    }
    const restRequests = range.requests - requests;
    const restErrors = range.errors - errors;
    const apart = sharesApart(errors, requests, restErrors, restRequests);
    if (apart <= best) continue;
    best = apart;
    bestShare = errors / requests;
  }
  return {
    // The best of many windows is always somewhat apart.
    weight: Math.min(12, Math.max(0, best - 3) / 2),
    words: `errors up to ${percent(bestShare)}`,
    isBad: true,
  };
}

function latencyChange({ range, before }: ExploreService): Change {
  const counted = Math.min(range.requests, before.requests);
  const weight = ratioWeight(range.p95Ms ?? 0, before.p95Ms ?? 0, counted);
  const isBad = (range.p95Ms ?? 0) > (before.p95Ms ?? 0);
  return {
    weight: weight * (isBad ? 1.5 : 1),
    words: `p95 ${printDuration(before.p95Ms ?? 0)} → ${printDuration(range.p95Ms ?? 0)}`,
    isBad,
  };
}

/** The eighth of the range that is slowest, against what is usual in it. */
function latencyBurst({ p95MsOverTime, requestsOverTime }: ExploreService): Change {
  const known = p95MsOverTime.flatMap((ms) => (ms === null ? [] : [ms]));
  const usual = known.toSorted((a, b) => a - b)[Math.floor(known.length / 2)] ?? 0;
  const width = Math.max(1, Math.round(p95MsOverTime.length / 8));
  let slowest = 0;
  let counted = 0;
  for (let first = 0; first + width <= p95MsOverTime.length; first++) {
    const within = p95MsOverTime.slice(first, first + width);
    // A single slow bucket among quick ones is chance: the middle one of the window counts.
    const middle =
      within.map((ms) => ms ?? 0).toSorted((a, b) => a - b)[Math.floor(width / 2)] ?? 0;
    if (middle <= slowest) continue;
    slowest = middle;
    counted = requestsOverTime
      .slice(first, first + width)
      .reduce((sum, requests) => sum + requests, 0);
  }
  if (known.length < 4 || slowest <= usual) return noChange;
  return {
    weight: ratioWeight(slowest, usual, counted) * 1.5,
    words: `p95 up to ${printDuration(slowest)}`,
    isBad: true,
  };
}

function rateChange({ range, before }: ExploreService): Change {
  const weight = ratioWeight(range.requests, before.requests, range.requests + before.requests);
  const factor = range.requests / before.requests;
  return { weight: Math.min(4, weight * 0.8), words: factorWords(factor), isBad: false };
}

function factorWords(factor: number): string {
  if (factor >= 20) return 'hardly a request before';
  if (factor >= 1) return `${Number(factor.toPrecision(2))} × the requests`;
  return factor <= 0.05
    ? 'hardly a request left'
    : `requests down ${Math.round((1 - factor) * 100)} %`;
}

function linesChange({ range, before }: ExploreService): Change {
  const lines = linesOf(range);
  const linesBefore = linesOf(before);
  const loud = lines.errors + lines.warnings;
  const loudBefore = linesBefore.errors + linesBefore.warnings;
  return {
    weight: ratioWeight(loud + 3, loudBefore + 3, loud + loudBefore),
    words: `logs E/W ${printCount(loudBefore)} → ${printCount(loud)}`,
    isBad: loud > loudBefore,
  };
}

function versionChange({ versions }: ExploreService): Change {
  const added = versions.find(({ isNew }) => isNew);
  return added === undefined
    ? noChange
    : { weight: 2, words: `new version ${added.version}`, isBad: false };
}

/** One in a thousand: so seldom a window is empty in which as many are to be expected. */
const activeMin = 7;

function comingOrGoing(service: ExploreService, othersWereBefore: boolean): Change {
  const isHere = isActive(service.range);
  const wasHere = isActive(service.before);
  // Of fewer it is chance that none of them falls into the other window.
  if (amountOf(service.range) + amountOf(service.before) < activeMin) return noChange;
  if (!isHere && wasHere) return { weight: 6, words: 'silent, was active before', isBad: true };
  return isHere && !wasHere && othersWereBefore
    ? { weight: 3, words: 'seen for the first time', isBad: false }
    : noChange;
}

function isActive(period: ExploreServicePeriod): boolean {
  return period.requests > 0 || Object.keys(period.lines).length > 0;
}

function amountOf(period: ExploreServicePeriod): number {
  return period.requests + linesOf(period).all;
}

/** Of all that is in the range: a window before with less was not looked at, but for its end or by a few senders. */
const beforeShareMin = 0.05;

/** Of every service. A window before that holds hardly anything at all says nothing: telemetry began with the range. */
export function changesOf(services: readonly ExploreService[]): ReadonlyMap<string, Change> {
  const sum = (of: (service: ExploreService) => ExploreServicePeriod): number =>
    services.reduce((all, service) => all + amountOf(of(service)), 0);
  const hadBefore =
    services.some(({ before }) => isActive(before)) &&
    sum(({ before }) => before) >= sum(({ range }) => range) * beforeShareMin;
  return new Map(
    services.map((service) => {
      const changes = [
        errorsChange(service),
        errorBurst(service),
        latencyChange(service),
        latencyBurst(service),
        hadBefore ? rateChange(service) : noChange,
        hadBefore && isActive(service.before) ? linesChange(service) : noChange,
        versionChange(service),
        comingOrGoing(service, hadBefore),
      ].toSorted((a, b) => b.weight - a.weight);
      const [first = noChange, ...rest] = changes;
      const deployed = service.versions.some(({ isNew }) => isNew) ? deployWeight : 0;
      const weight = first.weight + rest.reduce((sum, one) => sum + one.weight, 0) / 4 + deployed;
      return [
        service.service,
        first.weight < weightMin ? { ...noChange, weight } : { ...first, weight },
      ];
    }),
  );
}
