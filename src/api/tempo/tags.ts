// Which attributes there are and which values they have: `search/tags` and `search/tag/{name}/values`, both generations.

import { Failure } from '../../base/errors.ts';
import type { SpanPredicate, SpanScope, TagNames, TagValue } from '../../query/sources.ts';
import type { TempoDependencies } from './dependencies.ts';
import type { Range } from './parameters.ts';

/** Tempo's list of what is no attribute but can be asked for. */
export const intrinsicNames: readonly string[] = [
  'duration',
  'event:name',
  'event:timeSinceStart',
  'instrumentation:name',
  'instrumentation:version',
  'kind',
  'link:spanID',
  'link:traceID',
  'name',
  'rootName',
  'rootServiceName',
  'span:duration',
  'span:id',
  'span:kind',
  'span:name',
  'span:parentID',
  'span:status',
  'span:statusMessage',
  'status',
  'statusMessage',
  'trace:duration',
  'trace:id',
  'trace:rootName',
  'trace:rootService',
  'traceDuration',
];

const scopes = [
  'none',
  'resource',
  'span',
  'intrinsic',
  'event',
  'link',
  'instrumentation',
] as const;
export type TagScope = (typeof scopes)[number];

export function readScope(text: string): TagScope {
  const scope = scopes.find((one) => one === (text === '' ? 'none' : text));
  if (scope === undefined) throw new Failure('invalid-data', `invalid scope: ${text.slice(0, 40)}`);
  return scope;
}

export interface TagRequest {
  readonly tenants: readonly string[];
  readonly range: Range;
  readonly scope: TagScope;
}

/** By scope, sorted; the intrinsics are a scope of their own. */
export async function readTagNames(
  { tenants, range, scope }: TagRequest,
  { spans }: TempoDependencies,
  signal: AbortSignal,
): Promise<readonly { readonly name: string; readonly tags: readonly string[] }[]> {
  const found: readonly TagNames[] =
    scope === 'intrinsic' ? [] : await spans.tagNames({ tenants, ...range }, signal);
  const listed = found
    .filter((one) => scope === 'none' || one.scope === scope)
    .map(({ scope: name, names }) => ({ name, tags: names.toSorted() }))
    .filter(({ tags }) => tags.length > 0);
  return scope === 'none' || scope === 'intrinsic'
    ? [...listed, { name: 'intrinsic', tags: intrinsicNames }]
    : listed;
}

const statusValues = ['error', 'ok', 'unset'];
const kindValues = ['client', 'consumer', 'internal', 'producer', 'server', 'unspecified'];

/** Intrinsics with few values that are known beforehand; durations have none worth listing. */
const fixedValues: Readonly<Record<string, readonly string[]>> = {
  status: statusValues,
  'span:status': statusValues,
  kind: kindValues,
  'span:kind': kindValues,
  duration: [],
  'span:duration': [],
  traceDuration: [],
  'trace:duration': [],
};

export interface TagIdentifier {
  readonly scope: SpanScope;
  readonly name: string;
}

/** `.x`, `resource.x`, `span:status`, `name`, `span."a b"`; a bare unknown name fails with `invalid-data`. */
export function parseTagIdentifier(text: string): TagIdentifier {
  const scoped = /^(resource|span|event|link|instrumentation)\.(.+)$/s.exec(text);
  const unquoted = (name: string): string => {
    const quoted = /^"((?:[^"\\]|\\.)*)"$/s.exec(name);
    return quoted === null ? name : (quoted[1] ?? '').replace(/\\(.)/gs, '$1');
  };
  if (scoped !== null) return { scope: scoped[1] as SpanScope, name: unquoted(scoped[2] ?? '') };
  if (text.startsWith('.') && text.length > 1)
    return { scope: 'any', name: unquoted(text.slice(1)) };
  if (intrinsicNames.includes(text)) return { scope: 'intrinsic', name: text };
  throw new Failure(
    'invalid-data',
    `please provide a valid tagName: ${JSON.stringify(text.slice(0, 100))}`,
  );
}

export async function readTagValues(
  request: {
    readonly tenants: readonly string[];
    readonly range: Range;
    readonly limit: number;
    readonly predicate: SpanPredicate;
  },
  { scope, name }: TagIdentifier,
  { spans }: TempoDependencies,
  signal: AbortSignal,
): Promise<readonly TagValue[]> {
  const fixed = scope === 'intrinsic' ? fixedValues[name] : undefined;
  if (fixed !== undefined) return fixed.map((value) => ({ type: 'keyword', value }));
  const { tenants, range, limit, predicate } = request;
  return await spans.tagValues({ tenants, ...range, scope, name, limit, predicate }, signal);
}

/** The first generation's identifiers: bare names are attributes, a few virtual ones intrinsics. */
export function parseLegacyTag(name: string): TagIdentifier {
  const virtual: Readonly<Record<string, TagIdentifier>> = {
    name: { scope: 'intrinsic', name: 'name' },
    'root.name': { scope: 'intrinsic', name: 'rootName' },
    'root.service.name': { scope: 'intrinsic', name: 'rootServiceName' },
    'status.code': { scope: 'intrinsic', name: 'status' },
  };
  return virtual[name] ?? { scope: 'any', name };
}
