// The traces page: lists, dots, groups and bands of the traces that a query finds.

import { Failure } from '../../base/errors.ts';
import { printTraceqlCondition } from '../../query/difference/print-condition.ts';
import type { SpanScope, TenantRange } from '../../query/sources.ts';
import {
  type LookedAt,
  type TraceFact,
  type TraceOrder,
  traceOrders,
  type TraceSurveyRequest,
} from '../../query/trace-survey-source.ts';
import { placeOf } from '../../query/traceql/plan/predicates.ts';
import { checkTraceql } from '../../query/traceql/syntax/check.ts';
import { parseTraceql } from '../../query/traceql/syntax/parse.ts';
import { wholeNumber } from '../http/parameters.ts';
import { readRange } from '../loki/time-parameters.ts';
import type {
  ExploreLatencyBands,
  ExploreSpanGroups,
  ExploreSpanKind,
  ExploreTraceAttributes,
  ExploreTraceFact,
  ExploreTraceList,
  ExploreTracePoints,
} from './contract/traces.ts';
import type { ExploreDependencies } from './dependencies.ts';
import { readSelection } from './difference.ts';
import { groundOfQuery } from './span-ground.ts';

const tracesMax = 2000;
const pointsMax = 20_000;
const groupsMax = 500;
const examplesMax = 20;

interface Surveyed {
  readonly request: TraceSurveyRequest;
  readonly warnings: readonly string[];
  readonly isAtLeast: boolean;
}

async function surveyOf(
  parameters: URLSearchParams,
  tenants: readonly string[],
  dependencies: ExploreDependencies,
  signal: AbortSignal,
): Promise<Surveyed> {
  const range: TenantRange = { tenants, ...readRange(parameters, dependencies.clock.nowNs()) };
  const query = parameters.get('query') ?? '';
  const { ground, isAtLeast, warnings } = await groundOfQuery(query, range, dependencies, signal);
  return {
    request: { ...range, ground, selection: readSelection(parameters) },
    warnings,
    isAtLeast,
  };
}

function sampleWarnings({ lookedAtOneIn = 1, note }: LookedAt): readonly string[] {
  const warnings = note === undefined ? [] : [note];
  if (lookedAtOneIn > 1)
    warnings.push(
      `There are so many spans in this time that one trace in ${lookedAtOneIn} is looked at; counts are estimates.`,
    );
  return warnings;
}

function orderOf(parameters: URLSearchParams): TraceOrder {
  const text = parameters.get('order') ?? 'newest';
  const order = traceOrders.find((one) => one === text);
  if (order !== undefined) return order;
  throw new Failure(
    'invalid-data',
    `invalid parameter "order": expected one of ${traceOrders.join(', ')}`,
  );
}

function encodeFact(fact: TraceFact): ExploreTraceFact {
  const { traceId, rootService, rootName, hasRoot, spans, errorSpans } = fact;
  return {
    traceId,
    rootService,
    rootName,
    hasRoot,
    startNs: fact.startNs.toString(),
    durationNs: fact.durationNs.toString(),
    extentNs: fact.extentNs.toString(),
    spans,
    errorSpans,
  };
}

export async function readTraceList(
  parameters: URLSearchParams,
  tenants: readonly string[],
  dependencies: ExploreDependencies,
  signal: AbortSignal,
): Promise<ExploreTraceList> {
  const order = orderOf(parameters);
  const limit = wholeNumber(parameters, 'limit', 50, { min: 1, max: tracesMax });
  const { request, warnings, isAtLeast } = await surveyOf(
    parameters,
    tenants,
    dependencies,
    signal,
  );
  const found = await dependencies.traceSurvey.listTraces({ ...request, order, limit }, signal);
  return {
    traces: found.traces.map((trace) => ({ ...encodeFact(trace), services: trace.services })),
    coverage: {
      returned: found.traces.length,
      total: found.total,
      isAtLeast: isAtLeast || found.isAtLeast === true,
    },
    warnings: [...warnings, ...sampleWarnings(found)],
  };
}

export async function readTracePoints(
  parameters: URLSearchParams,
  tenants: readonly string[],
  dependencies: ExploreDependencies,
  signal: AbortSignal,
): Promise<ExploreTracePoints> {
  const limit = wholeNumber(parameters, 'limit', 4000, { min: 1, max: pointsMax });
  const { request, warnings, isAtLeast } = await surveyOf(
    parameters,
    tenants,
    dependencies,
    signal,
  );
  const found = await dependencies.traceSurvey.tracePoints({ ...request, limit }, signal);
  return {
    ...encodePoints(found.points, request.startNs),
    total: found.total,
    failed: found.failed,
    oneIn: found.oneIn,
    isAtLeast: isAtLeast || found.isAtLeast === true,
    warnings: [...warnings, ...sampleWarnings(found)],
  };
}

function encodePoints(
  points: readonly TraceFact[],
  startNs: bigint,
): Pick<ExploreTracePoints, 'roots' | 'points' | 'startNs'> {
  const roots: { readonly service: string; readonly name: string }[] = [];
  const places = new Map<string, number>();
  const placeOfRoot = ({ rootService, rootName }: TraceFact): number => {
    const key = `${rootService}\u0000${rootName}`;
    let place = places.get(key);
    if (place === undefined) {
      places.set(key, (place = roots.length));
      roots.push({ service: rootService, name: rootName });
    }
    return place;
  };
  return {
    startNs: startNs.toString(),
    points: {
      traceId: points.map(({ traceId }) => traceId),
      root: points.map(placeOfRoot),
      startUs: points.map((point) => Number((point.startNs - startNs) / 1000n)),
      durationNs: points.map(({ durationNs }) => Number(durationNs)),
      spans: points.map(({ spans }) => spans),
      errorSpans: points.map(({ errorSpans }) => errorSpans),
    },
    roots,
  };
}

/** An attribute or intrinsic as TraceQL writes it. */
function fieldOf(text: string): { readonly scope: SpanScope; readonly name: string } {
  const parsed = parseTraceql(`{ } | select(${text})`);
  checkTraceql(parsed);
  const stage = parsed.kind === 'spansets' ? parsed.pipeline.stages.at(-1) : undefined;
  const field = stage?.kind === 'select' ? stage.fields[0] : undefined;
  if (field === undefined || (field.kind === 'attribute' && field.parent))
    throw new Failure(
      'invalid-data',
      'invalid parameter "attribute": expected one field of a span',
    );
  return placeOf(field);
}

const groupedIntrinsics: ReadonlySet<string> = new Set([
  'name',
  'status',
  'kind',
  'statusMessage',
  'rootName',
  'rootServiceName',
]);

export async function readSpanGroups(
  parameters: URLSearchParams,
  tenants: readonly string[],
  dependencies: ExploreDependencies,
  signal: AbortSignal,
): Promise<ExploreSpanGroups> {
  const attribute = (parameters.get('attribute') ?? 'rootName').trim();
  const { scope, name } = fieldOf(attribute);
  const isKnown =
    scope === 'intrinsic'
      ? groupedIntrinsics.has(name)
      : scope === 'span' || scope === 'resource' || scope === 'any';
  if (!isKnown)
    throw new Failure(
      'unsupported',
      `spans are not grouped by ${attribute}: take an attribute of the span or its resource, or one of ${[...groupedIntrinsics].join(', ')}`,
    );
  const limit = wholeNumber(parameters, 'limit', 100, { min: 1, max: groupsMax });
  const { request, warnings } = await surveyOf(parameters, tenants, dependencies, signal);
  const found = await dependencies.traceSurvey.spanGroups(
    { ...request, scope, name, limit },
    signal,
  );
  const seconds = Number(request.endNs - request.startNs) / 1e9;
  const isOfTraces = scope === 'intrinsic' && name.startsWith('root');
  return {
    attribute,
    of: isOfTraces ? 'traces' : 'spans',
    groups: found.groups.map(({ value, type, count, errors, ...figures }) => ({
      value,
      count,
      perSecond: seconds > 0 ? count / seconds : 0,
      errors,
      errorShare: count === 0 ? 0 : errors / count,
      ...figures,
      condition: conditionOf(attribute, { scope, name }, { value, type }),
    })),
    values: found.values,
    spans: found.spans,
    without: found.without,
    warnings: [...warnings, ...sampleWarnings(found)],
  };
}

function conditionOf(
  attribute: string,
  { scope, name }: { readonly scope: SpanScope; readonly name: string },
  {
    value,
    type,
  }: { readonly value: string; readonly type: 'string' | 'int' | 'double' | 'bool' | 'keyword' },
): string {
  const printed = printTraceqlCondition({
    scope: scope === 'intrinsic' ? 'intrinsic' : 'span',
    key: scope === 'intrinsic' ? name : 'x',
    type,
    value,
    selected: 0,
    rest: 0,
  });
  // The field stays as it was asked for; only the value is printed.
  return `${attribute} = ${printed.slice(printed.indexOf(' = ') + 3)}`;
}

export async function readLatencyBands(
  parameters: URLSearchParams,
  tenants: readonly string[],
  dependencies: ExploreDependencies,
  signal: AbortSignal,
): Promise<ExploreLatencyBands> {
  const examples = wholeNumber(parameters, 'examples', 4, { min: 1, max: examplesMax });
  const { request, warnings } = await surveyOf(parameters, tenants, dependencies, signal);
  const found = await dependencies.traceSurvey.latencyBands({ ...request, examples }, signal);
  return {
    bands: found.bands.map((band) => ({ ...band, examples: band.examples.map(encodeFact) })),
    warnings: [...warnings, ...sampleWarnings(found)],
  };
}

/** Names a scope that are offered. */
const attributesMax = 500;

export async function readTraceAttributes(
  parameters: URLSearchParams,
  tenants: readonly string[],
  { spans, clock }: ExploreDependencies,
  signal: AbortSignal,
): Promise<ExploreTraceAttributes> {
  const names = await spans.tagNames({ tenants, ...readRange(parameters, clock.nowNs()) }, signal);
  const ofScope = (scope: 'resource' | 'span'): readonly string[] =>
    (names.find((one) => one.scope === scope)?.names ?? []).slice(0, attributesMax).map((name) => {
      const printed = printTraceqlCondition({
        scope,
        key: name,
        type: 'string',
        value: '',
        selected: 0,
        rest: 0,
      });
      return printed.slice(0, printed.lastIndexOf(' = '));
    });
  return {
    attributes: [
      'rootName',
      'rootServiceName',
      'resource.service.name',
      'name',
      'status',
      'kind',
      'statusMessage',
      ...ofScope('span'),
      ...ofScope('resource').filter((name) => name !== 'resource.service.name'),
    ],
  };
}

function neededText(parameters: URLSearchParams, name: string): string {
  const text = parameters.get(name);
  if (text !== null && text !== '') return text;
  throw new Failure('invalid-data', `missing parameter "${name}"`);
}

export async function readSpanKind(
  parameters: URLSearchParams,
  tenants: readonly string[],
  { traceSurvey, clock }: ExploreDependencies,
  signal: AbortSignal,
): Promise<ExploreSpanKind> {
  const given = parameters.get('spanDurationNs');
  const durationNs =
    given === null || given === ''
      ? undefined
      : BigInt(wholeNumber(parameters, 'spanDurationNs', 0, { min: -1e15, max: 1e15 }));
  const found = await traceSurvey.spanKind(
    {
      tenants,
      ...readRange(parameters, clock.nowNs()),
      service: neededText(parameters, 'service'),
      name: parameters.get('name') ?? '',
      durationNs,
    },
    signal,
  );
  const { faster, ...figures } = found;
  return {
    ...figures,
    fasterShare: durationNs === undefined || found.spans === 0 ? null : faster / found.spans,
  };
}
