// The query-less search of traces and the TraceQL that it makes: two writings of one state. A query that is one filter of
// conditions joined by `&&` is read into fields; conditions that no field stands for are kept as they are. Any other query
// has no fields: it is changed as text alone.

import { parseGoDurationNs } from '../../src/base/duration.ts';
import type {
  BinaryField,
  FieldExpression,
  StaticValue,
} from '../../src/query/traceql/syntax/ast.ts';
import { parseTraceql } from '../../src/query/traceql/syntax/parse.ts';
import { printField, printReference } from '../../src/query/traceql/syntax/print.ts';
import { printStatic } from '../../src/query/traceql/syntax/print-static.ts';

export type StatusChoice = '' | 'error' | 'ok' | 'unset';

export interface AttributeCondition {
  /** As TraceQL writes it: `span.http.route`, `.user.id`. */
  readonly field: string;
  readonly excluded: boolean;
  /** As TraceQL writes it: `"/pay"`, `402`. */
  readonly value: string;
}

/** All must hold for one span. */
export interface TraceSearch {
  readonly service: string;
  readonly name: string;
  /** As typed, `1.5s`; empty: no bound. */
  readonly minDuration: string;
  readonly maxDuration: string;
  readonly status: StatusChoice;
  /** Only the first span of a trace. */
  readonly isRoot: boolean;
  readonly attributes: readonly AttributeCondition[];
  /** Conditions without a field, in TraceQL. */
  readonly others: readonly string[];
}

export const emptySearch: TraceSearch = {
  service: '',
  name: '',
  minDuration: '',
  maxDuration: '',
  status: '',
  isRoot: false,
  attributes: [],
  others: [],
};

function conjunctsOf(expression: FieldExpression): readonly FieldExpression[] {
  if (expression.kind === 'binary' && expression.operator === '&&')
    return [...conjunctsOf(expression.left), ...conjunctsOf(expression.right)];
  return [expression];
}

/** The expression in the braces; undefined when the query is not one filter. */
function filterOf(query: string): FieldExpression | undefined {
  try {
    const parsed = parseTraceql(query);
    if (parsed.kind !== 'spansets' || parsed.hints.length > 0) return undefined;
    const [stage, ...rest] = parsed.pipeline.stages;
    return stage?.kind === 'filter' && rest.length === 0 ? stage.expression : undefined;
  } catch {
    // The query bar says what is wrong with it.
    return undefined;
  }
}

/** Undefined when the query does more than the fields can show. */
export function parseTraceSearch(query: string): TraceSearch | undefined {
  if (query.trim() === '') return emptySearch;
  const filter = filterOf(query);
  if (filter === undefined) return undefined;
  let search = emptySearch;
  for (const conjunct of conjunctsOf(filter)) search = withConjunct(search, conjunct);
  return search;
}

function withConjunct(search: TraceSearch, conjunct: FieldExpression): TraceSearch {
  if (conjunct.kind === 'static' && conjunct.value.type === 'bool' && conjunct.value.value)
    return search;
  const asOther = { ...search, others: [...search.others, printField(conjunct)] };
  if (conjunct.kind !== 'binary' || conjunct.right.kind !== 'static') return asOther;
  const field = conjunct.left;
  const { value } = conjunct.right;
  if (field.kind === 'intrinsic')
    return withIntrinsic(search, field.name, conjunct, value) ?? asOther;
  if (field.kind !== 'attribute' || field.parent) return asOther;
  if (conjunct.operator !== '=' && conjunct.operator !== '!=') return asOther;
  const isService = field.scope === 'resource' && field.name === 'service.name';
  if (isService && conjunct.operator === '=' && value.type === 'string' && search.service === '')
    return { ...search, service: value.value };
  if (value.type === 'nil') return asOther;
  const condition: AttributeCondition = {
    field: printReference(field),
    excluded: conjunct.operator === '!=',
    value: printStatic(value),
  };
  return { ...search, attributes: [...search.attributes, condition] };
}

function withIntrinsic(
  search: TraceSearch,
  name: string,
  { operator }: BinaryField,
  value: StaticValue,
): TraceSearch | undefined {
  if (name === 'name' && operator === '=' && value.type === 'string' && search.name === '')
    return { ...search, name: value.value };
  if (name === 'status' && operator === '=' && value.type === 'status' && search.status === '') {
    const status = (['error', 'ok', 'unset'] as const).find((one) => one === value.value);
    return status === undefined ? undefined : { ...search, status };
  }
  if (name === 'duration' && value.type === 'duration') {
    if (operator === '>=' && search.minDuration === '')
      return { ...search, minDuration: printStatic(value) };
    if (operator === '<=' && search.maxDuration === '')
      return { ...search, maxDuration: printStatic(value) };
  }
  const isRoot =
    name === 'nestedSetParent' && operator === '<' && value.type === 'int' && value.value === 0n;
  return isRoot ? { ...search, isRoot: true } : undefined;
}

function quoted(text: string): string {
  return printStatic({ type: 'string', value: text });
}

/** `1.5 s`, `250ms`, `2` (seconds) as TraceQL writes it; undefined when it is no duration. */
export function parseDurationText(text: string): string | undefined {
  const compact = text.replaceAll(/\s+/g, '').replace('µ', 'u');
  if (compact === '') return '';
  const withUnit = /^\d+(?:\.\d+)?$/.test(compact) ? `${compact}s` : compact;
  try {
    const ns = parseGoDurationNs(withUnit);
    return ns < 0n ? undefined : printStatic({ type: 'duration', valueNs: ns });
  } catch {
    return undefined;
  }
}

/** Empty when nothing is asked for. */
export function printTraceSearch(search: TraceSearch): string {
  const conditions = [
    ...(search.isRoot ? ['nestedSetParent < 0'] : []),
    ...(search.service === '' ? [] : [`resource.service.name = ${quoted(search.service)}`]),
    ...(search.name === '' ? [] : [`name = ${quoted(search.name)}`]),
    ...(search.status === '' ? [] : [`status = ${search.status}`]),
    ...(search.minDuration === '' ? [] : [`duration >= ${search.minDuration}`]),
    ...(search.maxDuration === '' ? [] : [`duration <= ${search.maxDuration}`]),
    ...search.attributes.map(
      ({ field, excluded, value }) => `${field} ${excluded ? '!=' : '='} ${value}`,
    ),
    ...search.others.map((other) => (needsBrackets(other) ? `(${other})` : other)),
  ];
  return conditions.length === 0 ? '' : `{ ${conditions.join(' && ')} }`;
}

/** Among `&&`, whatever is an operation of looser binding must keep together. */
function needsBrackets(condition: string): boolean {
  const parsed = filterOf(`{ ${condition} }`);
  return parsed?.kind === 'binary' && parsed.operator === '||';
}

const scopes = /^(?:span|resource|event|link|instrumentation|parent)?\./;

/**
 * `http.route=/pay`, `span.retries = 3`, `user.id!="u 1"`, as somebody types it. Without a scope any is meant; a value without quotes
 * is a number or a truth where it looks like one. Undefined when it is no such thing.
 */
export function parseAttributeText(text: string): AttributeCondition | undefined {
  const parts = /^\s*([^\s=!<>~]+)\s*(!?=)\s*(.+?)\s*$/s.exec(text);
  if (parts === null) return undefined;
  const [, key = '', operator = '=', given = ''] = parts;
  const field = scopes.test(key) ? key : `.${key}`;
  const isLiteral = /^(?:true|false|-?\d+(?:\.\d+)?|".*"|`.*`)$/s.test(given);
  const condition = `${field} ${operator} ${isLiteral ? given : quoted(given)}`;
  const filter = filterOf(`{ ${condition} }`);
  if (filter?.kind !== 'binary' || filter.left.kind !== 'attribute') return undefined;
  if (filter.right.kind !== 'static') return undefined;
  return {
    field: printReference(filter.left),
    excluded: operator === '!=',
    value: printStatic(filter.right.value),
  };
}

/** `span.http.route = "/pay"` turned into what excludes it. */
function negated(condition: string): string | undefined {
  const filter = filterOf(`{ ${condition} }`);
  if (filter?.kind !== 'binary' || filter.operator !== '=') return undefined;
  return `${printField(filter.left)} != ${printField(filter.right)}`;
}

/**
 * The query with a condition more (`span.http.route = "/pay"`). `sameSpan`: the span that the query means must fulfil it too;
 * otherwise any span of the trace may. Undefined when the query has no place for it.
 */
export function addTraceCondition(
  query: string,
  condition: string,
  options: { readonly excluded: boolean; readonly sameSpan: boolean },
): string | undefined {
  const wanted = options.excluded ? negated(condition) : condition;
  if (wanted === undefined) return undefined;
  const text = query.trim();
  const search = parseTraceSearch(text);
  const isNothing = search !== undefined && printTraceSearch(search) === '';
  if (isNothing) return `{ ${wanted} }`;
  if (search !== undefined && options.sameSpan) {
    const added = parseTraceSearch(`{ ${wanted} }`);
    if (added === undefined) return undefined;
    return printTraceSearch(merged(search, added, condition));
  }
  if (text.includes(`{ ${wanted} }`)) return text;
  return isSpansets(text) ? `${text} && { ${wanted} }` : undefined;
}

/** One value a field: asking for another one replaces the first. */
function merged(search: TraceSearch, added: TraceSearch, condition: string): TraceSearch {
  const [fresh] = added.attributes;
  const kept =
    fresh === undefined
      ? search.attributes
      : search.attributes.filter(
          (old) =>
            old.field !== fresh.field ||
            (old.value !== fresh.value && (old.excluded || fresh.excluded)),
        );
  const others = search.others.filter((other) => other !== condition);
  return {
    service: added.service === '' ? search.service : added.service,
    name: added.name === '' ? search.name : added.name,
    minDuration: added.minDuration === '' ? search.minDuration : added.minDuration,
    maxDuration: added.maxDuration === '' ? search.maxDuration : added.maxDuration,
    status: added.status === '' ? search.status : added.status,
    isRoot: search.isRoot || added.isRoot,
    attributes: [...kept, ...added.attributes],
    others: [...others, ...added.others.filter((other) => !others.includes(other))],
  };
}

/** Filters and operations on them alone: what `&& { … }` can follow. */
function isSpansets(query: string): boolean {
  try {
    const parsed = parseTraceql(query);
    if (parsed.kind !== 'spansets' || parsed.hints.length > 0) return false;
    const [stage, ...rest] = parsed.pipeline.stages;
    return rest.length === 0 && (stage?.kind === 'filter' || stage?.kind === 'operation');
  } catch {
    return false;
  }
}
