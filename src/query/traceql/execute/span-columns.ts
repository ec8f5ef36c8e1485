// Predicates on spans that stay in their columns: a value is decoded when a condition looks at it, what resources and
// scopes say is found out once for each of them. What it takes a trace to know is left to whoever checks traces.

import { findAttribute } from '../../../model/attributes.ts';
import { attributeKind, type AttributeColumns } from '../../../model/attribute-columns.ts';
import { emptyResource, emptyScope } from '../../../model/resource.ts';
import { type SpansBatch, spanKinds, spanStatuses } from '../../../model/spans-batch.ts';
import type { SpanPredicate } from '../../sources.ts';
import type { FieldReference, StaticValue } from '../syntax/ast.ts';
import { type IntrinsicName, intrinsics } from '../syntax/catalogue.ts';
import { isTrue, several, type ValueReader, valueReader } from './fields.ts';
import { conditionExpression, fieldAt } from './predicate-filter.ts';
import { nilValue, type SpanValue, valueOfAttribute } from './values.ts';

type RowReader = ValueReader<number>;

const kindValues: readonly StaticValue[] = spanKinds.map((value) => ({ type: 'kind', value }));
const statusValues: readonly StaticValue[] = spanStatuses.map((value) => ({
  type: 'status',
  value,
}));

function text(value: string): StaticValue {
  return { type: 'string', value };
}

/** Once for each number of a dictionary. */
function remembered(idOf: (row: number) => number, read: (id: number) => SpanValue): RowReader {
  const known: SpanValue[] = [];
  return (row) => {
    const id = idOf(row);
    return (known[id] ??= read(id));
  };
}

function attributeReader(columns: AttributeColumns, name: string): RowReader {
  const keyId = columns.findKeyId(name);
  if (keyId === undefined) return () => nilValue;
  return (row) => {
    const entry = columns.find(row, keyId);
    return entry < 0 ? nilValue : valueOfAttribute(columns.valueAt(entry));
  };
}

/** Values of the events or links of a row. */
function entriesReader(offsets: { at(row: number): number }, read: RowReader): RowReader {
  return (row) => {
    const values: SpanValue[] = [];
    for (let entry = offsets.at(row); entry < offsets.at(row + 1); entry++)
      values.push(read(entry));
    return several(values);
  };
}

function attributeOf(
  batch: SpansBatch,
  { scope, name }: Extract<FieldReference, { kind: 'attribute' }>,
): RowReader {
  const ofResource = remembered(
    (row) => batch.resource.at(row),
    (id) =>
      valueOfAttribute(findAttribute((batch.resources[id] ?? emptyResource).attributes, name)),
  );
  switch (scope) {
    case 'none': {
      const keyId = batch.attributes.findKeyId(name);
      if (keyId === undefined) return ofResource;
      return (row) => {
        const entry = batch.attributes.find(row, keyId);
        return entry < 0 ? ofResource(row) : valueOfAttribute(batch.attributes.valueAt(entry));
      };
    }
    case 'span':
      return attributeReader(batch.attributes, name);
    case 'resource':
      return ofResource;
    case 'instrumentation':
      return remembered(
        (row) => batch.scope.at(row),
        (id) => valueOfAttribute(findAttribute((batch.scopes[id] ?? emptyScope).attributes, name)),
      );
    case 'event':
      return entriesReader(batch.eventOffsets, attributeReader(batch.eventAttributes, name));
    case 'link':
      return entriesReader(batch.linkOffsets, attributeReader(batch.linkAttributes, name));
  }
}

function intrinsicOf(batch: SpansBatch, name: IntrinsicName): RowReader {
  switch (name) {
    case 'duration':
      return (row) => ({ type: 'duration', valueNs: batch.endNs.at(row) - batch.startNs.at(row) });
    case 'name':
      return (row) => text(batch.name.textAt(row));
    case 'status':
      return (row) => statusValues[batch.statusCode.at(row)] ?? nilValue;
    case 'statusMessage':
      return (row) => text(batch.statusMessage.textAt(row));
    case 'kind':
      return (row) => kindValues[batch.kind.at(row)] ?? nilValue;
    case 'span:id':
      return (row) => text(batch.spanId.hexAt(row));
    case 'span:parentID':
      return (row) => text(batch.parentSpanId.hexAt(row));
    case 'trace:id':
      return (row) => text(batch.traceId.hexAt(row));
    case 'event:name':
      return entriesReader(batch.eventOffsets, (event) => text(batch.eventName.textAt(event)));
    case 'event:timeSinceStart':
      return (row) =>
        entriesReader(batch.eventOffsets, (event) => ({
          type: 'duration',
          valueNs: batch.eventTimeNs.at(event) - batch.startNs.at(row),
        }))(row);
    case 'link:traceID':
      return entriesReader(batch.linkOffsets, (link) => text(batch.linkTraceId.hexAt(link)));
    case 'link:spanID':
      return entriesReader(batch.linkOffsets, (link) => text(batch.linkSpanId.hexAt(link)));
    case 'instrumentation:name':
      return (row) => text((batch.scopes[batch.scope.at(row)] ?? emptyScope).name);
    case 'instrumentation:version':
      return (row) => text((batch.scopes[batch.scope.at(row)] ?? emptyScope).version);
    case 'rootName':
    case 'rootServiceName':
    case 'traceDuration':
    case 'nestedSetLeft':
    case 'nestedSetRight':
    case 'nestedSetParent':
    case 'parent':
    case 'span:childCount':
      return () => nilValue;
  }
}

/** Every character is a byte of its own. */
const ascii = /^[\x20-\x7e]*$/;

/** A text of a span's attribute compared in the bytes that it is stored in; values of other kinds by `otherwise`. */
function textFilter(
  columns: AttributeColumns,
  name: string,
  wanted: string,
  otherwise: (row: number) => boolean,
): (row: number) => boolean {
  const keyId = columns.findKeyId(name);
  if (keyId === undefined) return () => false;
  const { arena, kinds, starts, lengths } = columns;
  return (row) => {
    const entry = columns.find(row, keyId);
    if (entry < 0) return false;
    if (kinds.at(entry) !== attributeKind.text) return otherwise(row);
    if (lengths.at(entry) !== wanted.length) return false;
    const start = starts.at(entry);
    for (let at = 0; at < wanted.length; at++)
      if (arena.bytes[start + at] !== wanted.charCodeAt(at)) return false;
    return true;
  };
}

function conditionFilter(
  condition: Extract<SpanPredicate, { kind: 'condition' }>,
  batch: SpansBatch,
): (row: number) => boolean {
  const { scope, name, operator, value } = condition;
  const field = fieldAt(scope, name);
  // Only a trace has it, so any row may have it.
  if (field.kind === 'intrinsic' && intrinsics[field.name].ofTrace) return () => true;
  const expression = conditionExpression(condition);
  const read = valueReader(expression, (reference): RowReader =>
    reference.kind === 'attribute'
      ? attributeOf(batch, reference)
      : intrinsicOf(batch, reference.name),
  );
  const holds = (row: number): boolean => isTrue(read(row));
  if (scope === 'resource') {
    const known: boolean[] = [];
    return (row) => (known[batch.resource.at(row)] ??= holds(row));
  }
  return scope === 'span' && operator === '=' && value.kind === 'string' && ascii.test(value.value)
    ? textFilter(batch.attributes, name, value.value, holds)
    : holds;
}

/** Rows for which a predicate holds, exactly but for what only a trace knows, which holds for all. */
export function columnFilter(
  predicate: SpanPredicate,
  batch: SpansBatch,
): (row: number) => boolean {
  switch (predicate.kind) {
    case 'true':
      return () => true;
    case 'and': {
      const filters = predicate.operands.map((operand) => columnFilter(operand, batch));
      return (row) => filters.every((filter) => filter(row));
    }
    case 'or': {
      const filters = predicate.operands.map((operand) => columnFilter(operand, batch));
      return (row) => filters.some((filter) => filter(row));
    }
    case 'condition':
      return conditionFilter(predicate, batch);
  }
}
