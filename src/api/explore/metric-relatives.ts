// `GET /api/explore/metrics/relatives`: from the labels of a series to the log lines and traces that have them, with how
// many there are. Which labels a signal knows is looked up, not assumed; what had to be left out is said.

import { compareUtf8, labelsFromEntries } from '../../model/labels.ts';
import type { LabelMatcher } from '../../query/language/matcher.ts';
import { quoteRegex } from '../../query/language/quote-regex.ts';
import { parsePromql } from '../../query/promql/syntax/parse.ts';
import type { TagNames, TenantRange } from '../../query/sources.ts';
import { readRange } from '../loki/time-parameters.ts';
import { selectorsOf } from '../prometheus/selectors.ts';
import type { ExploreMetricRelative, ExploreMetricRelatives } from './contract/metrics.ts';
import type { ExploreDependencies } from './dependencies.ts';
import { readTraceList } from './traces.ts';

/** Labels that say which part of a distribution a series is, and nothing of where it is from. */
const shapeLabels = new Set(['__name__', 'le', 'quantile']);

export interface RelativeLabel {
  readonly name: string;
  readonly value: string;
}

/** Equality matchers that all selectors of a query share. */
function sharedMatchers(query: string): readonly RelativeLabel[] {
  const selectors = query.trim() === '' ? [] : selectorsOf(parsePromql(query));
  const [first, ...others] = selectors;
  const isIn = (matcher: LabelMatcher, matchers: readonly LabelMatcher[]): boolean =>
    matchers.some(
      ({ name, operator, value }) =>
        name === matcher.name && operator === matcher.operator && value === matcher.value,
    );
  return (first ?? []).filter(
    (matcher) => matcher.operator === '=' && others.every((one) => isIn(matcher, one)),
  );
}

/** Of a job, `namespace/service`, the service. */
function serviceOfJob(job: string): string {
  return job.slice(job.lastIndexOf('/') + 1);
}

/** `namespace/service`, as OTLP's rule for `job` has it; also of plain Prometheus jobs, which are services mostly. */
function serviceOf(labels: readonly RelativeLabel[]): RelativeLabel | undefined {
  const named = labels.find(({ name }) => name === 'service_name');
  if (named !== undefined) return named;
  const job = labels.find(({ name }) => name === 'job');
  return job === undefined ? undefined : { name: job.name, value: serviceOfJob(job.value) };
}

/** Labels with a value that say where something is from; the service's under its own name, first. */
export function originLabels(labels: readonly RelativeLabel[]): readonly (RelativeLabel & {
  /** As the metric calls it. */
  readonly as: string;
})[] {
  const service = serviceOf(labels);
  const rest = labels.filter(
    ({ name, value }) =>
      value !== '' && !shapeLabels.has(name) && name !== 'job' && name !== 'service_name',
  );
  return [
    ...(service === undefined
      ? []
      : [{ name: 'service_name', value: service.value, as: service.name }]),
    ...rest.map((label) => ({ ...label, as: label.name })),
  ];
}

/** One of several values, when `oneOf` says which. */
type OriginLabel = ReturnType<typeof originLabels>[number] & {
  readonly oneOf?: readonly string[];
};

/** A regex that matches these texts and no other; the same in LogQL and TraceQL. */
function alternatives(values: readonly string[]): string {
  return values.map(quoteRegex).join('|');
}

/** Labels of the stream in braces, all others as filters of the lines' own fields. */
export function logQueryOf(
  labels: readonly OriginLabel[],
  streamLabels: ReadonlySet<string>,
): string {
  const matcher = ({ name, value, oneOf }: OriginLabel): string =>
    oneOf === undefined
      ? `${name}=${JSON.stringify(value)}`
      : `${name}=~${JSON.stringify(alternatives(oneOf))}`;
  const matchers = labels.filter(({ name }) => streamLabels.has(name)).map(matcher);
  const filters = labels
    .filter(({ name }) => !streamLabels.has(name))
    .map((label) => ` | ${matcher(label)}`);
  // Loki wants one matcher that cannot match the empty string.
  const selector = matchers.length === 0 ? 'service_name=~".+"' : matchers.join(', ');
  return `{${selector}}${filters.join('')}`;
}

/** Attributes by the name that they have as labels: `http.route` as `http_route`. A span's own come before its sender's. */
export function attributesByLabel(tags: readonly TagNames[]): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const scope of ['resource', 'span'] as const) {
    for (const { names } of tags.filter((one) => one.scope === scope)) {
      for (const name of names)
        found.set(name.replaceAll(/[^a-zA-Z0-9_]/g, '_'), `${scope}.${name}`);
    }
  }
  return found;
}

/** Attributes of `numbers` are written without quotes: labels are texts, whatever the attribute is. */
export function traceQueryOf(
  labels: readonly OriginLabel[],
  attributes: ReadonlyMap<string, string>,
  numbers: ReadonlySet<string>,
): string {
  const conditions = labels.flatMap(({ name, value, oneOf }) => {
    const attribute = attributes.get(name);
    if (attribute === undefined) return [];
    if (oneOf !== undefined) return [`${attribute} =~ ${JSON.stringify(alternatives(oneOf))}`];
    return [`${attribute} = ${numbers.has(name) ? value : JSON.stringify(value)}`];
  });
  return conditions.length === 0 ? '' : `{ ${conditions.join(' && ')} }`;
}

/** Labels whose value looks like a number and is stored as one. */
async function numbersOf(
  labels: readonly OriginLabel[],
  attributes: ReadonlyMap<string, string>,
  range: TenantRange,
  { spans }: ExploreDependencies,
  signal: AbortSignal,
): Promise<ReadonlySet<string>> {
  const numbers = new Set<string>();
  for (const { name, value } of labels) {
    const attribute = attributes.get(name);
    if (attribute === undefined || !/^-?\d{1,15}(?:\.\d+)?$/.test(value)) continue;
    const scope = attribute.startsWith('span.') ? 'span' : 'resource';
    const [first] = await spans.tagValues(
      {
        ...range,
        predicate: { kind: 'true' },
        scope,
        name: attribute.slice(scope.length + 1),
        limit: 1,
      },
      signal,
    );
    if (first?.type === 'int' || first?.type === 'float') numbers.add(name);
  }
  return numbers;
}

async function countLines(
  query: string,
  { tenants, startNs, endNs }: TenantRange,
  { logql }: ExploreDependencies,
  signal: AbortSignal,
): Promise<number> {
  const rangeMs = (endNs - startNs) / 1_000_000n;
  const { data } = await logql.query(
    {
      query: `sum(count_over_time(${query} [${rangeMs > 0n ? rangeMs : 1n}ms]))`,
      tenants,
      kind: 'instant',
      startNs: endNs,
      endNs,
      stepNs: 1_000_000_000n,
      intervalNs: 0n,
      limit: 1,
      direction: 'forward',
    },
    signal,
  );
  return data.kind === 'vector' ? (data.series[0]?.values[0] ?? 0) : 0;
}

type Relative = Omit<ExploreMetricRelative, 'source'>;

const nothingToGoBy = 'none of its labels says which service or host it is from';

function listed(labels: readonly OriginLabel[]): string {
  return labels
    .map(({ as, value, oneOf }) => `${as}=${JSON.stringify(oneOf?.join('|') ?? value)}`)
    .join(', ');
}

async function logRelative(
  labels: readonly OriginLabel[],
  range: TenantRange,
  dependencies: ExploreDependencies,
  signal: AbortSignal,
): Promise<Relative> {
  if (labels.length === 0) return { query: '', count: 0, by: [], reason: nothingToGoBy };
  const streams = await dependencies.logs.streams(range, [], signal);
  const streamLabels = new Set(streams.flatMap((one) => one.map(({ name }) => name)));
  const ofStream = labels.filter(({ name }) => streamLabels.has(name));
  const fields = labels.filter(({ name }) => !streamLabels.has(name));
  const count = (some: readonly OriginLabel[]): Promise<number> =>
    countLines(logQueryOf(some, streamLabels), range, dependencies, signal);
  const answer = (some: readonly OriginLabel[], lines: number, reason: string | null) => ({
    query: logQueryOf(some, streamLabels),
    count: lines,
    by: some.map(({ as }) => as),
    reason,
  });
  const all = await count(labels);
  if (all > 0) return answer(labels, all, null);
  if (ofStream.length === 0 || fields.length === 0) {
    return answer(labels, 0, `no line of this time has ${listed(labels)}`);
  }
  // Lines seldom carry all that a metric does: those fields are kept that some line has.
  const kept: OriginLabel[] = [...ofStream];
  const left: OriginLabel[] = [];
  let found = await count(kept);
  if (found === 0) return answer(kept, 0, `no line of this time has ${listed(ofStream)}`);
  for (const field of fields) {
    const narrower = await count([...kept, field]);
    if (narrower === 0) left.push(field);
    else {
      kept.push(field);
      found = narrower;
    }
  }
  return answer(kept, found, `no such line has ${listed(left)}: it was left out`);
}

async function traceRelative(
  labels: readonly OriginLabel[],
  range: TenantRange,
  dependencies: ExploreDependencies,
  signal: AbortSignal,
): Promise<Relative> {
  const attributes = attributesByLabel(await dependencies.spans.tagNames(range, signal));
  const known = labels.filter(({ name }) => attributes.has(name));
  const unknown = labels.filter(({ name }) => !attributes.has(name));
  const numbers = await numbersOf(known, attributes, range, dependencies, signal);
  const query = traceQueryOf(known, attributes, numbers);
  if (query === '') {
    const reason =
      labels.length === 0 ? nothingToGoBy : `no span of this time has ${listed(labels)}`;
    return { query, count: 0, by: [], reason };
  }
  const parameters = new URLSearchParams({
    query,
    limit: '1',
    start: String(range.startNs),
    end: String(range.endNs),
  });
  const { coverage } = await readTraceList(parameters, range.tenants, dependencies, signal);
  const left = unknown.length === 0 ? null : `spans do not know ${listed(unknown)}`;
  const reason = coverage.total === 0 ? `no trace of this time has ${listed(known)}` : left;
  return { query, count: coverage.total ?? 0, by: known.map(({ as }) => as), reason };
}

/** `name=value` parameters; a name has no equals sign. */
function readLabels(parameters: URLSearchParams): readonly RelativeLabel[] {
  return labelsFromEntries(
    parameters.getAll('label').map((text): [string, string] => {
      const at = text.indexOf('=');
      return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)];
    }),
  );
}

/** Series that are looked at to learn which services a query is about, and services that a query names. */
const seriesMax = 5000;
const servicesMax = 20;

/** An aggregate over all services has no label of them: the series that it is made of have. */
async function withServices(
  labels: readonly OriginLabel[],
  own: readonly RelativeLabel[],
  asked: {
    readonly range: TenantRange;
    readonly query: string;
    readonly dependencies: ExploreDependencies;
    readonly signal: AbortSignal;
  },
): Promise<readonly OriginLabel[]> {
  const { range, query, dependencies, signal } = asked;
  if (labels.some(({ name }) => name === 'service_name') || query.trim() === '') return labels;
  const matcherLists = selectorsOf(parsePromql(query));
  if (matcherLists.length === 0) return labels;
  const series = await dependencies.series.seriesLabels(
    {
      tenants: range.tenants,
      startMs: Number(range.startNs / 1_000_000n),
      endMs: Number(range.endNs / 1_000_000n),
      matcherLists,
      limit: seriesMax,
    },
    signal,
  );
  const services = new Set<string>();
  for (const one of series) {
    const isMeant = own.every(({ name, value }) =>
      one.every((label) => label.name !== name || label.value === value),
    );
    const service = isMeant ? serviceOf(one) : undefined;
    if (service !== undefined && service.value !== '') services.add(service.value);
  }
  const [first, ...others] = [...services].toSorted(compareUtf8);
  if (first === undefined || services.size > servicesMax) return labels;
  const label = { name: 'service_name', value: first, as: 'service' };
  return [others.length === 0 ? label : { ...label, oneOf: [first, ...others] }, ...labels];
}

export async function readMetricRelatives(
  parameters: URLSearchParams,
  tenants: readonly string[],
  dependencies: ExploreDependencies,
  signal: AbortSignal,
): Promise<ExploreMetricRelatives> {
  const range = { tenants, ...readRange(parameters, dependencies.clock.nowNs()) };
  const own = readLabels(parameters);
  const shared = sharedMatchers(parameters.get('query') ?? '').filter(
    ({ name }) => !own.some((label) => label.name === name),
  );
  const labels = await withServices(originLabels([...own, ...shared]), own, {
    range,
    query: parameters.get('query') ?? '',
    dependencies,
    signal,
  });
  const [logs, traces] = await Promise.all([
    logRelative(labels, range, dependencies, signal),
    traceRelative(labels, range, dependencies, signal),
  ]);
  const { relativesIn = { logs: '', traces: '' } } = dependencies;
  return {
    logs: { ...logs, source: relativesIn.logs },
    traces: { ...traces, source: relativesIn.traces },
  };
}
