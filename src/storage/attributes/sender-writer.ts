// Writes the rows about senders that a batch needs before its own: resources, scopes, log streams and attribute keys,
// each once a day. What has been stored is remembered, so that the steady state writes nothing.

import { AttributeColumns } from '../../model/attribute-columns.ts';
import { ByteArena } from '../../base/byte-arena.ts';
import type { Labels } from '../../model/labels.ts';
import { type Resource, type Scope, serviceName } from '../../model/resource.ts';
import { NativeWriter } from '../native/native-writer.ts';
import { attributeMapColumns, writeAttributeMaps } from './attribute-maps.ts';
import { buildBlock, type TableBlock, writeConstantText } from './table-block.ts';

/** Rows that are remembered as stored; beyond it all are forgotten and written again, which does no harm. */
export const rememberedSendersMax = 500_000;

/** Which kind of telemetry an attribute key was seen on, and on what of it. */
export type KeySignal = 'logs' | 'spans';
export type KeyHolder = 'log' | 'span' | 'event' | 'link' | 'resource' | 'scope';

interface NewRow<Item> {
  readonly day: number;
  readonly id: bigint;
  readonly item: Item;
}

interface NewStream {
  readonly service: string;
  readonly labels: Labels;
}

interface NewKey {
  readonly day: number;
  readonly signal: KeySignal;
  readonly holder: KeyHolder;
  readonly key: string;
  readonly kind: number;
}

/** Remembers across batches; one for the whole store. */
export class KnownSenders {
  readonly #known: Set<string> = new Set();

  has(key: string): boolean {
    return this.#known.has(key);
  }

  add(keys: Iterable<string>): void {
    if (this.#known.size >= rememberedSendersMax) this.#known.clear();
    for (const key of keys) this.#known.add(key);
  }

  /** After days have been dropped: what refers to them must be written again. */
  forget(): void {
    this.#known.clear();
  }
}

/** Collects for one batch. `blocks` go into the same commit before the rows; `stored` is called once it succeeded. */
export class SenderWriter {
  readonly #tenant: string;
  readonly #known: KnownSenders;
  readonly #fresh: Set<string> = new Set();
  readonly #resources: NewRow<Resource>[] = [];
  readonly #scopes: NewRow<Scope>[] = [];
  readonly #streams: NewRow<NewStream>[] = [];
  readonly #keys: NewKey[] = [];

  constructor(tenant: string, known: KnownSenders) {
    this.#tenant = tenant;
    this.#known = known;
  }

  #isNew(key: string): boolean {
    const full = `${key}\u0000${this.#tenant}`;
    if (this.#known.has(full) || this.#fresh.has(full)) return false;
    this.#fresh.add(full);
    return true;
  }

  addResource(signal: KeySignal, day: number, id: bigint, resource: Resource): void {
    if (this.#isNew(`r${day} ${id}`)) this.#resources.push({ day, id, item: resource });
    if (!this.#isNew(`rk${signal}${day} ${id}`)) return;
    const columns = columnsOf([resource]);
    for (let entry = 0; entry < columns.entries; entry++)
      this.addKey(signal, 'resource', day, columns.keyAt(entry), columns.kinds.at(entry));
  }

  addScope(signal: KeySignal, day: number, id: bigint, scope: Scope): void {
    if (this.#isNew(`s${day} ${id}`)) this.#scopes.push({ day, id, item: scope });
    if (!this.#isNew(`sk${signal}${day} ${id}`)) return;
    const columns = columnsOf([scope]);
    for (let entry = 0; entry < columns.entries; entry++)
      this.addKey(signal, 'scope', day, columns.keyAt(entry), columns.kinds.at(entry));
  }

  addStream(day: number, id: bigint, service: string, labels: Labels): void {
    if (this.#isNew(`l${day} ${id} ${service}`))
      this.#streams.push({ day, id, item: { service, labels } });
  }

  addKey(signal: KeySignal, holder: KeyHolder, day: number, key: string, kind: number): void {
    if (this.#isNew(`k${day} ${signal} ${holder} ${kind} ${key}`))
      this.#keys.push({ day, signal, holder, key, kind });
  }

  /**
   * Adds the keys of all attributes of a batch. Looks at each entry, but at a text only for keys that the batch has
   * not shown before.
   */
  addKeys(
    signal: KeySignal,
    holder: KeyHolder,
    columns: AttributeColumns,
    dayOfRow: (row: number) => number,
  ): void {
    const kinds = 6;
    const lastDay = new Int32Array(columns.keys.length * kinds).fill(-1);
    let row = 0;
    for (let entry = 0; entry < columns.entries; entry++) {
      while (entry >= columns.offsets.at(row + 1)) row++;
      const place = columns.keyIds.at(entry) * kinds + columns.kinds.at(entry);
      const day = dayOfRow(row);
      if (lastDay[place] === day || day < 0) continue;
      lastDay[place] = day;
      this.addKey(signal, holder, day, columns.keyAt(entry), columns.kinds.at(entry));
    }
  }

  blocks(): TableBlock[] {
    const blocks: TableBlock[] = [];
    if (this.#resources.length > 0) blocks.push(this.#resourcesBlock());
    if (this.#scopes.length > 0) blocks.push(this.#scopesBlock());
    if (this.#streams.length > 0) blocks.push(this.#streamsBlock());
    if (this.#keys.length > 0) blocks.push(this.#keysBlock());
    return blocks;
  }

  stored(): void {
    this.#known.add(this.#fresh);
  }

  #head(writer: NativeWriter, rows: readonly { readonly day: number }[]): void {
    writeConstantText(writer, 'tenant', this.#tenant, rows.length);
    writer.column('day', 'Date');
    writer.values(
      Uint16Array.from(rows, ({ day }) => day),
      rows.length,
    );
  }

  #resourcesBlock(): TableBlock {
    const rows = this.#resources;
    const writer = new NativeWriter();
    const columns = [
      'tenant',
      'day',
      'resource_id',
      'service',
      ...attributeMapColumns,
      'dropped_attributes_count',
      'schema_url',
    ];
    return buildBlock('resources', columns, rows.length, writer, () => {
      this.#head(writer, rows);
      writeIds(writer, 'resource_id', rows);
      writeTexts(
        writer,
        'service',
        rows.map(({ item }) => serviceName(item)),
      );
      writeOwnAttributes(
        writer,
        rows.map(({ item }) => item),
      );
      writeTexts(
        writer,
        'schema_url',
        rows.map(({ item }) => item.schemaUrl),
      );
    });
  }

  #scopesBlock(): TableBlock {
    const rows = this.#scopes;
    const writer = new NativeWriter();
    const columns = [
      'tenant',
      'day',
      'scope_id',
      'name',
      'version',
      ...attributeMapColumns,
      'dropped_attributes_count',
      'schema_url',
    ];
    return buildBlock('scopes', columns, rows.length, writer, () => {
      this.#head(writer, rows);
      writeIds(writer, 'scope_id', rows);
      writeTexts(
        writer,
        'name',
        rows.map(({ item }) => item.name),
      );
      writeTexts(
        writer,
        'version',
        rows.map(({ item }) => item.version),
      );
      writeOwnAttributes(
        writer,
        rows.map(({ item }) => item),
      );
      writeTexts(
        writer,
        'schema_url',
        rows.map(({ item }) => item.schemaUrl),
      );
    });
  }

  #streamsBlock(): TableBlock {
    const rows = this.#streams;
    const writer = new NativeWriter();
    const columns = ['tenant', 'day', 'stream_id', 'service', 'labels'];
    return buildBlock('streams', columns, rows.length, writer, () => {
      this.#head(writer, rows);
      writeIds(writer, 'stream_id', rows);
      writeTexts(
        writer,
        'service',
        rows.map(({ item }) => item.service),
      );
      writer.column('labels', 'Map(String, String)');
      const ends = [0];
      for (const { item } of rows) ends.push((ends.at(-1) ?? 0) + item.labels.length);
      writer.offsets({ at: (row) => ends[row] ?? 0 }, rows.length);
      for (const { item } of rows) writer.texts(item.labels.map(({ name }) => name));
      for (const { item } of rows) writer.texts(item.labels.map(({ value }) => value));
    });
  }

  #keysBlock(): TableBlock {
    const rows = this.#keys;
    const writer = new NativeWriter();
    const columns = ['tenant', 'day', 'signal', 'holder', 'key', 'kind'];
    return buildBlock('attribute_keys', columns, rows.length, writer, () => {
      this.#head(writer, rows);
      writeTexts(
        writer,
        'signal',
        rows.map(({ signal }) => signal),
      );
      writeTexts(
        writer,
        'holder',
        rows.map(({ holder }) => holder),
      );
      writeTexts(
        writer,
        'key',
        rows.map(({ key }) => key),
      );
      writer.column('kind', 'UInt8');
      writer.values(
        Uint8Array.from(rows, ({ kind }) => kind),
        rows.length,
      );
    });
  }
}

function columnsOf(holders: readonly Pick<Resource, 'attributes'>[]): AttributeColumns {
  const columns = new AttributeColumns(new ByteArena());
  for (const { attributes } of holders) {
    for (const { key, value } of attributes) columns.push(key, value);
    columns.endRow();
  }
  return columns;
}

function writeOwnAttributes(
  writer: NativeWriter,
  holders: readonly Pick<Resource, 'attributes' | 'droppedAttributesCount'>[],
): void {
  writeAttributeMaps(
    writer,
    columnsOf(holders),
    Uint32Array.from(holders, (_, at) => at),
  );
  writer.column('dropped_attributes_count', 'UInt32');
  writer.values(
    Uint32Array.from(holders, (holder) => holder.droppedAttributesCount),
    holders.length,
  );
}

function writeIds(
  writer: NativeWriter,
  name: string,
  rows: readonly { readonly id: bigint }[],
): void {
  writer.column(name, 'UInt64');
  for (const { id } of rows) writer.bigint(id);
}

function writeTexts(writer: NativeWriter, name: string, texts: readonly string[]): void {
  writer.column(name, 'String');
  writer.texts(texts);
}
