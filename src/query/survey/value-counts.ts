// How often each value occurs on the two sides of a comparison, counted over records in memory: what a server elsewhere
// gave, of which storage knows nothing. The rules are those of storage's own statement.

import { type Attributes, printAttributeText } from '../../model/attributes.ts';
import type { SpanRecord } from '../../model/span-record.ts';
import { serviceName } from '../../model/resource.ts';
import type { ValueCount } from '../difference-source.ts';

export type CountedValue = Pick<ValueCount, 'scope' | 'type' | 'key' | 'value'>;

/** Longer texts are no values that somebody filters by: statements, stack traces, bodies. */
const valueLengthMax = 300;
/** A key is as good as unique when its values are more than these and more than this share of its units. */
const uniqueValuesMin = 20;
const uniqueShareMin = 0.3;

/** Lists, maps and bytes are left out: their elements are values of their own. */
function* attributeValues(
  scope: ValueCount['scope'],
  attributes: Attributes,
): Generator<CountedValue> {
  for (const { key, value } of attributes) {
    const { kind } = value;
    if (kind === 'string' || kind === 'int' || kind === 'double' || kind === 'bool')
      yield { scope, type: kind, key, value: printAttributeText(value) };
  }
}

export function* spanValues(span: SpanRecord): Generator<CountedValue> {
  const field = (key: string, type: ValueCount['type'], value: string): CountedValue => ({
    scope: 'intrinsic',
    type,
    key,
    value,
  });
  yield field('service', 'string', serviceName(span.resource));
  yield field('name', 'string', span.name);
  yield field('status', 'keyword', span.status);
  yield field('kind', 'keyword', span.kind);
  yield field('statusMessage', 'string', span.statusMessage);
  yield* attributeValues('span', span.attributes);
  yield* attributeValues('resource', span.resource.attributes);
}

export interface ComparedUnit {
  readonly isSelected: boolean;
  /** A value that is given again counts once. */
  readonly values: Iterable<CountedValue>;
}

/** Values with their counts, and the keys that have almost as many values as units. */
export function countValues(units: Iterable<ComparedUnit>): {
  readonly values: readonly ValueCount[];
  readonly uniqueKeys: readonly string[];
} {
  const counts = new Map<string, CountedValue & { selected: number; rest: number }>();
  for (const { isSelected, values } of units) {
    const seen = new Set<string>();
    for (const value of values) {
      if (value.value === '' || value.value.length > valueLengthMax) continue;
      const id = [value.scope, value.type, value.key, value.value].join('\u0000');
      if (seen.has(id)) continue;
      seen.add(id);
      let count = counts.get(id);
      if (count === undefined) counts.set(id, (count = { ...value, selected: 0, rest: 0 }));
      count[isSelected ? 'selected' : 'rest']++;
    }
  }
  const keys = new Map<string, { readonly key: string; values: number; units: number }>();
  const keyOf = ({ scope, type, key }: CountedValue): string => [scope, type, key].join('\u0000');
  for (const count of counts.values()) {
    const id = keyOf(count);
    const known = keys.get(id) ?? { key: count.key, values: 0, units: 0 };
    known.values++;
    known.units += count.selected + count.rest;
    keys.set(id, known);
  }
  const isUnique = (id: string): boolean => {
    const { values = 0, units = 0 } = keys.get(id) ?? {};
    return values > uniqueValuesMin && values > uniqueShareMin * units;
  };
  return {
    values: [...counts.values()].filter((count) => !isUnique(keyOf(count))),
    uniqueKeys: [
      ...new Set([...keys].flatMap(([id, { key }]) => (isUnique(id) ? [key] : []))),
    ].toSorted(),
  };
}
