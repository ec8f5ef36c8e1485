// What the predicates mean that storage is asked with, exactly: every row that storage returns is checked with this again,
// and the in-memory source is made of it.

import type { SpanPredicate, SpanScope, SpanStatic } from '../../sources.ts';
import type { FieldExpression, FieldReference, StaticValue } from '../syntax/ast.ts';
import { type IntrinsicName, intrinsicNames, statusNames } from '../syntax/catalogue.ts';
import { spanFilter } from './fields.ts';
import type { SpanView } from './trace-view.ts';

const nowhere = { start: 0, end: 0 };

function staticFrom(value: SpanStatic): StaticValue {
  switch (value.kind) {
    case 'string':
      return { type: 'string', value: value.value };
    case 'int':
      return { type: 'int', value: value.value };
    case 'float':
      return { type: 'float', value: value.value };
    case 'bool':
      return { type: 'bool', value: value.value };
    case 'duration':
      return { type: 'duration', valueNs: value.valueNs };
    case 'keyword':
      return { type: statusNames.has(value.value) ? 'status' : 'kind', value: value.value };
    case 'nil':
      return { type: 'nil' };
  }
}

const intrinsicSet: ReadonlySet<string> = new Set(intrinsicNames);

function isIntrinsic(name: string): name is IntrinsicName {
  return intrinsicSet.has(name);
}

/** The field of a predicate or a request. A name that is no intrinsic reads as nil. */
export function fieldAt(scope: SpanScope, name: string): FieldReference {
  if (scope === 'intrinsic') {
    return { kind: 'intrinsic', name: isIntrinsic(name) ? name : 'parent', span: nowhere };
  }
  return {
    kind: 'attribute',
    scope: scope === 'any' ? 'none' : scope,
    parent: false,
    name,
    span: nowhere,
  };
}

/** A condition as the query that asks for it. */
export function conditionExpression(
  predicate: Extract<SpanPredicate, { kind: 'condition' }>,
): FieldExpression {
  return {
    kind: 'binary',
    operator: predicate.operator,
    left: fieldAt(predicate.scope, predicate.name),
    right: { kind: 'static', value: staticFrom(predicate.value), span: nowhere },
    span: nowhere,
  };
}

/** What a predicate means, exactly: the law that storage is held to. */
export function predicateFilter(predicate: SpanPredicate): (span: SpanView) => boolean {
  switch (predicate.kind) {
    case 'true':
      return () => true;
    case 'and': {
      const filters = predicate.operands.map(predicateFilter);
      return (span) => filters.every((filter) => filter(span));
    }
    case 'or': {
      const filters = predicate.operands.map(predicateFilter);
      return (span) => filters.some((filter) => filter(span));
    }
    case 'condition':
      return spanFilter(conditionExpression(predicate));
  }
}
