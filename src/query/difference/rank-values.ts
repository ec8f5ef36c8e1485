// Which of the counted values say most about a selection, best first.
//
// The score is the log-likelihood ratio (G) of "both sides have the value equally often" against "each as often as it
// was counted", with the sign of the difference. It needs no threshold on shares: 5 % against 0.1 % counts for more than
// 52 % against 48 %, and one hit out of one counts for nothing, which a plain difference or a quotient (lift) gets wrong
// in one direction or the other. Within one answer the number of units is the same for all values, so scores compare.

import type { DifferenceCounts, ValueCount } from '../difference-source.ts';

/** Chance makes a G as high as this once in a thousand values. */
const scoreMin = 10.83;
/** Rows of an answer. */
export const rankedMax: number = 60;
/** Of one key; of what is rarer fewer do. */
const rankedPerKey = 5;
const rarerPerKey = 2;
/** Values that stand and fall with one and are listed under it. */
export const alikeMax: number = 12;

export interface RankedValue extends ValueCount {
  /** Above zero: more often in the selection. */
  readonly score: number;
  readonly selectedShare: number;
  readonly restShare: number;
  /** Says that the unit failed, which the selection says already. */
  readonly isSymptom: boolean;
  /** Values with the very same counts on both sides: as a rule the same units. */
  readonly alike: readonly ValueCount[];
}

function term(observed: number, expected: number): number {
  return observed === 0 ? 0 : observed * Math.log(observed / expected);
}

/** G of a two-by-two table; negative when the value is rarer in the selection. */
export function signedLogLikelihood(
  withValue: { readonly selected: number; readonly rest: number },
  all: { readonly selected: number; readonly rest: number },
): number {
  const total = all.selected + all.rest;
  const having = withValue.selected + withValue.rest;
  if (total === 0 || all.selected === 0 || all.rest === 0) return 0;
  const lacking = total - having;
  const g =
    2 *
    (term(withValue.selected, (having * all.selected) / total) +
      term(withValue.rest, (having * all.rest) / total) +
      term(all.selected - withValue.selected, (lacking * all.selected) / total) +
      term(all.rest - withValue.rest, (lacking * all.rest) / total));
  const isMore = withValue.selected / all.selected >= withValue.rest / all.rest;
  return isMore ? Math.max(0, g) : -Math.max(0, g);
}

const symptomKeys: ReadonlySet<string> = new Set([
  'status',
  'statusMessage',
  'level',
  'error',
  'error.type',
  'otel.status_code',
  'otel.status_description',
  'http.response.status_code',
  'http.status_code',
  'rpc.grpc.status_code',
  'detected_level',
  'severity_text',
]);

/** They tell one connection or process from the next, by a number that it was handed out: no cause of anything. */
const incidentalKeys: ReadonlySet<string> = new Set([
  'network.peer.port',
  'network.local.port',
  'server.port',
  'net.peer.port',
  'net.host.port',
  'client.port',
  'net.sock.peer.port',
  'process.pid',
  'thread.id',
]);

/** Both tell what another value tells: the sender's name stands in `service`. */
const redundantKeys: ReadonlySet<string> = new Set(['service.name', 'service_name']);

/** What a name says of a unit and where it stands says more of its cause than how it went. */
const scopeOrder: readonly ValueCount['scope'][] = [
  'intrinsic',
  'resource',
  'label',
  'span',
  'log',
];

/** Of fields that say the same, the one that people call a thing by. */
const fieldOrder: readonly string[] = [
  'rootName',
  'rootServiceName',
  'service',
  'name',
  'service.version',
];
/** They say it at length, or as a machine counts: whatever says the same as one of them says it better. */
const wordyKeys: ReadonlySet<string> = new Set([
  'service.instance.id',
  'url.full',
  'http.url',
  'db.query.text',
  'db.statement',
]);

function fieldRank(key: string): number {
  const rank = fieldOrder.indexOf(key);
  return rank < 0 ? fieldOrder.length : rank;
}

function byScore(a: RankedValue, b: RankedValue): number {
  return (
    Math.abs(b.score) - Math.abs(a.score) ||
    Number(wordyKeys.has(a.key)) - Number(wordyKeys.has(b.key)) ||
    scopeOrder.indexOf(a.scope) - scopeOrder.indexOf(b.scope) ||
    fieldRank(a.key) - fieldRank(b.key) ||
    (a.key < b.key ? -1 : a.key > b.key ? 1 : a.value < b.value ? -1 : 1)
  );
}

/** Values that are not to be listed: their key and value define the selection. */
export function rankValues(
  { values, lookedAt }: Pick<DifferenceCounts, 'values' | 'lookedAt'>,
  options: { readonly ofErrors: boolean },
): readonly RankedValue[] {
  const ranked = values
    .filter(({ scope, key }) => scope === 'intrinsic' || !redundantKeys.has(key))
    .filter(({ key, value }) => !(key === 'status' && (options.ofErrors || value === 'unset')))
    .map((count): RankedValue => ({
      ...count,
      score: signedLogLikelihood(count, lookedAt),
      selectedShare: lookedAt.selected === 0 ? 0 : count.selected / lookedAt.selected,
      restShare: lookedAt.rest === 0 ? 0 : count.rest / lookedAt.rest,
      isSymptom: options.ofErrors && symptomKeys.has(count.key),
      alike: [],
    }))
    .filter(({ score }) => Math.abs(score) >= scoreMin)
    .sort(byScore);
  const more = ranked.filter(({ score }) => score > 0);
  const isIncidental = ({ key }: RankedValue): boolean => incidentalKeys.has(key);
  const causes = mergeAlike(more.filter((one) => !one.isSymptom && !isIncidental(one)));
  const symptoms = mergeAlike(more.filter(({ isSymptom }) => isSymptom));
  const incidental = mergeAlike(more.filter(isIncidental));
  const shown = new Set(more.map(({ scope, key }) => `${scope} ${key}`));
  // That a value is rarer is news only when no other value of its key took its place.
  const less = mergeAlike(
    ranked.filter(({ score, scope, key }) => score < 0 && !shown.has(`${scope} ${key}`)),
  );
  return [
    ...limitPerKey([...causes, ...symptoms, ...incidental], rankedPerKey),
    ...limitPerKey(less, rarerPerKey),
  ].slice(0, rankedMax);
}

function mergeAlike(ranked: readonly RankedValue[]): readonly RankedValue[] {
  const byCounts = new Map<string, RankedValue & { alike: ValueCount[] }>();
  for (const value of ranked) {
    const counts = `${value.selected} ${value.rest}`;
    const first = byCounts.get(counts);
    if (first === undefined) byCounts.set(counts, { ...value, alike: [] });
    else if (first.alike.length < alikeMax) {
      const { scope, key, type, value: text, selected, rest } = value;
      first.alike.push({ scope, key, type, value: text, selected, rest });
    }
  }
  return [...byCounts.values()];
}

function limitPerKey(ranked: readonly RankedValue[], most: number): readonly RankedValue[] {
  const listed = new Map<string, number>();
  return ranked.filter(({ scope, key }) => {
    const count = (listed.get(`${scope} ${key}`) ?? 0) + 1;
    listed.set(`${scope} ${key}`, count);
    return count <= most;
  });
}
