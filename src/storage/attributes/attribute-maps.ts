// Typed attributes as ClickHouse keeps them: one map a type, the original key in each. This file writes the maps of many
// rows from columns and reads them back; `map-conditions.ts` asks them questions.

import {
  type AttributeColumns,
  attributeKind,
  parseAttributeJson,
} from '../../model/attribute-columns.ts';
import type { Attribute, Attributes } from '../../model/attributes.ts';
import { columnOfKind, type NativeBlock, type TextValues } from '../native/native-columns.ts';
import type { NativeWriter } from '../native/native-writer.ts';
import { identifier, join, type Sql } from '../sql/sql.ts';

/** `json` holds lists, key-value lists and bytes as JSON text, and the empty value as `null`. */
export const attributeTypes = ['string', 'int', 'double', 'bool', 'json'] as const;
export type AttributeType = (typeof attributeTypes)[number];

const clickHouseTypes: Readonly<Record<AttributeType, string>> = {
  string: 'String',
  int: 'Int64',
  double: 'Float64',
  bool: 'Bool',
  json: 'String',
};

/** Type of each `attributeKind`, by its number. */
const typeOfKind: readonly AttributeType[] = ['json', 'string', 'int', 'double', 'bool', 'json'];

export function attributeTypeOfKind(kind: number): AttributeType {
  return typeOfKind[kind] ?? 'json';
}

export function attributeMapName(type: AttributeType): string {
  return `attributes_${type}`;
}

export function attributeMap(type: AttributeType): Sql {
  return identifier(attributeMapName(type));
}

export const attributeMapColumns: readonly string[] = attributeTypes.map(attributeMapName);

/** The same as a list to select, for `AttributeMapsReader`. */
export const attributeMapsSql: Sql = join(attributeMapColumns.map(identifier), ', ');

/** The entries of one map: rows end at `ends`, and `entries` are indices into the columns. */
interface MapEntries {
  readonly entries: number[];
  readonly ends: Uint32Array<ArrayBuffer>;
  /** Dictionary of this map's keys, and the place of a batch's key in it. */
  readonly keys: string[];
  readonly keyPlaces: Int32Array;
}

function emptyMapEntries(rows: number, keyCount: number): MapEntries {
  return {
    entries: [],
    ends: new Uint32Array(rows + 1),
    keys: [],
    keyPlaces: new Int32Array(keyCount).fill(-1),
  };
}

/** Whether a later entry of the row has the same key: of equal keys the last one counts. */
function isOverridden(columns: AttributeColumns, entry: number, end: number): boolean {
  const key = columns.keyIds.at(entry);
  for (let later = entry + 1; later < end; later++)
    if (columns.keyIds.at(later) === key) return true;
  return false;
}

function sortEntries(columns: AttributeColumns, rows: Uint32Array): MapEntries[] {
  const maps = attributeTypes.map(() => emptyMapEntries(rows.length, columns.keys.length));
  const mapOfKind = typeOfKind.map((type) => maps[attributeTypes.indexOf(type)]);
  const seenInRow = new Uint32Array(columns.keys.length);
  for (let at = 0; at < rows.length; at++) {
    const row = rows[at] ?? 0;
    const first = columns.offsets.at(row);
    const end = columns.offsets.at(row + 1);
    let hasRepeatedKey = false;
    for (let entry = first; entry < end; entry++) {
      const key = columns.keyIds.at(entry);
      if (seenInRow[key] === at + 1) hasRepeatedKey = true;
      seenInRow[key] = at + 1;
    }
    for (let entry = first; entry < end; entry++) {
      if (hasRepeatedKey && isOverridden(columns, entry, end)) continue;
      const map = mapOfKind[columns.kinds.at(entry)];
      if (map === undefined) continue;
      const key = columns.keyIds.at(entry);
      if (map.keyPlaces[key] === -1) {
        map.keyPlaces[key] = map.keys.length;
        map.keys.push(columns.keys[key] ?? '');
      }
      map.entries.push(entry);
    }
    for (const map of maps) map.ends[at + 1] = map.entries.length;
  }
  return maps;
}

function writeValues(
  writer: NativeWriter,
  columns: AttributeColumns,
  type: AttributeType,
  entries: readonly number[],
): void {
  switch (type) {
    case 'string':
      for (const entry of entries)
        writer.slice(columns.arena.bytes, columns.starts.at(entry), columns.lengths.at(entry));
      return;
    case 'json':
      for (const entry of entries)
        if (columns.kinds.at(entry) === attributeKind.empty) writer.text('null');
        else writer.slice(columns.arena.bytes, columns.starts.at(entry), columns.lengths.at(entry));
      return;
    case 'bool':
      for (const entry of entries) writer.uint8(columns.numbers.isZero(entry) ? 0 : 1);
      return;
    case 'int':
    case 'double': {
      const words = columns.numbers.words;
      for (const entry of entries) writer.words(words[entry * 2] ?? 0, words[entry * 2 + 1] ?? 0);
      return;
    }
  }
}

/** Writes the columns of `attributeMapColumns` for the given rows. */
export function writeAttributeMaps(
  writer: NativeWriter,
  columns: AttributeColumns,
  rows: Uint32Array,
): void {
  sortEntries(columns, rows).forEach((map, at) => {
    const type = attributeTypes[at] ?? 'json';
    writer.column(attributeMapName(type), `Map(LowCardinality(String), ${clickHouseTypes[type]})`);
    writer.lowCardinalityPrefix();
    writer.offsets({ at: (row) => map.ends[row] ?? 0 }, rows.length);
    const { entries, keyPlaces } = map;
    writer.lowCardinality(
      map.keys,
      { at: (index) => keyPlaces[columns.keyIds.at(entries[index] ?? 0)] ?? 0 },
      entries.length,
    );
    writeValues(writer, columns, type, entries);
  });
}

/** Reads the attributes of single rows out of a result that selected `attributeMapColumns`. */
export class AttributeMapsReader {
  readonly #maps: readonly {
    readonly offsets: Uint32Array;
    readonly keys: TextValues;
    readonly value: (entry: number) => Attribute['value'];
  }[];

  constructor(block: NativeBlock) {
    this.#maps = attributeTypes.map((type) => {
      const { offsets, keys, values } = block.map(attributeMapName(type));
      return {
        offsets,
        keys: columnOfKind(keys, 'texts').values,
        value: this.#valueReader(type, values),
      };
    });
  }

  #valueReader(
    type: AttributeType,
    column: Parameters<typeof columnOfKind>[0],
  ): (entry: number) => Attribute['value'] {
    switch (type) {
      case 'string': {
        const texts = columnOfKind(column, 'texts').values;
        return (entry) => ({ kind: 'string', value: texts.at(entry) });
      }
      case 'json': {
        const texts = columnOfKind(column, 'texts').values;
        return (entry) => parseAttributeJson(texts.at(entry));
      }
      case 'int': {
        const values = columnOfKind(column, 'signed64').values;
        return (entry) => ({ kind: 'int', value: values[entry] ?? 0n });
      }
      case 'double': {
        const values = columnOfKind(column, 'numbers').values;
        return (entry) => ({ kind: 'double', value: values[entry] ?? 0 });
      }
      case 'bool': {
        const values = columnOfKind(column, 'numbers').values;
        return (entry) => ({ kind: 'bool', value: values[entry] === 1 });
      }
    }
  }

  /** In the order of the types, and within one as they were sent. */
  rowAt(row: number): Attributes {
    const attributes: Attribute[] = [];
    for (const map of this.#maps) {
      for (let at = map.offsets[row] ?? 0; at < (map.offsets[row + 1] ?? 0); at++)
        attributes.push({ key: map.keys.at(at), value: map.value(at) });
    }
    return attributes;
  }
}
