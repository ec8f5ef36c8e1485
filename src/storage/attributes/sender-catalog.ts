// Resources, scopes and streams by their number, for the rows that were read. A number is the hash of the content, so
// that what has been fetched once stays right for ever.

import { labelsFromEntries, type Labels } from '../../model/labels.ts';
import { emptyResource, emptyScope, type Resource, type Scope } from '../../model/resource.ts';
import type { Database } from '../database.ts';
import { columnOfKind } from '../native/native-columns.ts';
import { identifier, type Sql, sql } from '../sql/sql.ts';
import { attributeMapsSql, AttributeMapsReader } from './attribute-maps.ts';
import { readBlocks, tenantCondition } from './read-blocks.ts';

/** Entries kept a table; the oldest go first. */
export const catalogEntriesMax = 50_000;
/** Numbers looked up by one statement. */
const idsPerStatement = 2000;

class Entries<Item> {
  readonly #items: Map<bigint, Item> = new Map();

  get(id: bigint): Item | undefined {
    return this.#items.get(id);
  }

  set(id: bigint, item: Item): void {
    if (this.#items.size >= catalogEntriesMax) {
      const oldest = this.#items.keys().next().value;
      if (oldest !== undefined) this.#items.delete(oldest);
    }
    this.#items.set(id, item);
  }

  missing(ids: Iterable<bigint>): bigint[] {
    const missing = new Set<bigint>();
    for (const id of ids) if (!this.#items.has(id)) missing.add(id);
    return [...missing];
  }
}

export class SenderCatalog {
  readonly #database: Database;
  readonly #resources: Entries<Resource> = new Entries();
  readonly #scopes: Entries<Scope> = new Entries();
  readonly #streams: Entries<Labels> = new Entries();

  constructor(database: Database) {
    this.#database = database;
  }

  /** Of loaded numbers; one that is not stored is the empty resource. */
  resource(id: bigint): Resource {
    return this.#resources.get(id) ?? emptyResource;
  }

  scope(id: bigint): Scope {
    return this.#scopes.get(id) ?? emptyScope;
  }

  streamLabels(id: bigint): Labels {
    return this.#streams.get(id) ?? [];
  }

  async loadResources(
    tenants: readonly string[],
    ids: Iterable<bigint>,
    signal: AbortSignal,
  ): Promise<void> {
    const missing = this.#resources.missing(ids);
    for await (const block of this.#read(
      'resources',
      'resource_id',
      sql`dropped_attributes_count, schema_url, ${attributeMapsSql}`,
      tenants,
      missing,
      signal,
    )) {
      const found = block.unsigned64('resource_id');
      const attributes = new AttributeMapsReader(block);
      const dropped = block.numbers('dropped_attributes_count');
      const schemaUrls = block.texts('schema_url');
      for (let row = 0; row < block.rows; row++) {
        this.#resources.set(found[row] ?? 0n, {
          attributes: attributes.rowAt(row),
          droppedAttributesCount: dropped[row] ?? 0,
          schemaUrl: schemaUrls.at(row),
        });
      }
    }
    for (const id of missing)
      if (this.#resources.get(id) === undefined) this.#resources.set(id, emptyResource);
  }

  async loadScopes(
    tenants: readonly string[],
    ids: Iterable<bigint>,
    signal: AbortSignal,
  ): Promise<void> {
    const missing = this.#scopes.missing(ids);
    for await (const block of this.#read(
      'scopes',
      'scope_id',
      sql`name, version, dropped_attributes_count, schema_url, ${attributeMapsSql}`,
      tenants,
      missing,
      signal,
    )) {
      const found = block.unsigned64('scope_id');
      const attributes = new AttributeMapsReader(block);
      const names = block.texts('name');
      const versions = block.texts('version');
      const dropped = block.numbers('dropped_attributes_count');
      const schemaUrls = block.texts('schema_url');
      for (let row = 0; row < block.rows; row++) {
        this.#scopes.set(found[row] ?? 0n, {
          name: names.at(row),
          version: versions.at(row),
          attributes: attributes.rowAt(row),
          droppedAttributesCount: dropped[row] ?? 0,
          schemaUrl: schemaUrls.at(row),
        });
      }
    }
    for (const id of missing)
      if (this.#scopes.get(id) === undefined) this.#scopes.set(id, emptyScope);
  }

  async loadStreams(
    tenants: readonly string[],
    ids: Iterable<bigint>,
    signal: AbortSignal,
  ): Promise<void> {
    const missing = this.#streams.missing(ids);
    for await (const block of this.#read(
      'streams',
      'stream_id',
      sql`labels`,
      tenants,
      missing,
      signal,
    )) {
      const found = block.unsigned64('stream_id');
      const labels = labelsReader(block.map('labels'));
      for (let row = 0; row < block.rows; row++) this.#streams.set(found[row] ?? 0n, labels(row));
    }
  }

  async *#read(
    table: string,
    idColumn: string,
    columns: Sql,
    tenants: readonly string[],
    ids: readonly bigint[],
    signal: AbortSignal,
  ): ReturnType<typeof readBlocks> {
    const id = identifier(idColumn);
    for (let from = 0; from < ids.length; from += idsPerStatement) {
      const some = ids.slice(from, from + idsPerStatement);
      const statement = sql`SELECT ${id}, ${columns} FROM ${identifier(table)}
        WHERE ${tenantCondition(tenants)} AND ${id} IN (${some}) LIMIT 1 BY ${id}`;
      yield* readBlocks(this.#database, statement, { signal });
    }
  }
}

/** Label sets of a `Map(String, String)` column, row by row. */
export function labelsReader(column: {
  readonly offsets: Uint32Array;
  readonly keys: Parameters<typeof columnOfKind>[0];
  readonly values: Parameters<typeof columnOfKind>[0];
}): (row: number) => Labels {
  const names = columnOfKind(column.keys, 'texts').values;
  const values = columnOfKind(column.values, 'texts').values;
  return (row) => {
    const entries: [string, string][] = [];
    for (let at = column.offsets[row] ?? 0; at < (column.offsets[row + 1] ?? 0); at++)
      entries.push([names.at(at), values.at(at)]);
    return labelsFromEntries(entries);
  };
}
