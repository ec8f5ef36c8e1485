// The schema and its versions: `schema/NNN-slug.sql`, applied in order, each recorded in `schema_version` once all of its
// statements are through. A released file never changes; a change of schema is a new file. A migration that was cut off
// runs again from its start, so its statements say IF NOT EXISTS or are added one by one here.
//
// Files write `{Replicated}` before an engine's name, and nothing about durability: both are filled in here, since both
// depend on what the schema is created on.

import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Failure } from '../base/errors.ts';
import type { Database } from './database.ts';
import { identifier, type Sql, sql } from './sql/sql.ts';

export interface Migration {
  readonly version: number;
  readonly name: string;
  readonly statements: readonly string[];
}

export interface MigrationSettings {
  /** Whether tables use the replicated twin of their engine. */
  readonly isReplicated?: boolean | undefined;
}

/**
 * A part is on disk, with its directory entry, before its insert is acknowledged: 2.5 ms an insert. Merged parts are
 * not synced, so their sources stay until the system has written them by itself (30 s on Linux).
 */
const durable = 'fsync_after_insert = 1, fsync_part_directory = 1, old_parts_lifetime = 90';

/** Statements end with a semicolon at the end of a line; lines that begin with `--` are comments. */
export function parseMigration(fileName: string, text: string): Migration {
  const [, digits, name] = /^(\d{3})-([a-z0-9-]+)\.sql$/.exec(fileName) ?? [];
  if (digits === undefined || name === undefined)
    throw new Failure('internal', `schema file ${fileName} is not named NNN-slug.sql`);
  const statements = text
    .split('\n')
    .filter((line) => !line.trimStart().startsWith('--'))
    .join('\n')
    .split(/;[ \t]*(?:\n|$)/)
    .map((statement) => statement.trim())
    .filter((statement) => statement !== '');
  return { version: Number(digits), name, statements };
}

/** A statement as the given database wants it. */
export function completeStatement(statement: string, settings: MigrationSettings = {}): string {
  const replicated = statement.replaceAll(
    '{Replicated}',
    settings.isReplicated === true ? 'Replicated' : '',
  );
  const engine = /\bENGINE = \w*MergeTree\b/.exec(replicated);
  if (engine === null) return replicated;
  return /^SETTINGS\b/m.test(replicated.slice(engine.index))
    ? `${replicated}, ${durable}`
    : `${replicated}\nSETTINGS ${durable}`;
}

/** All migrations of this Clew, by version. */
export function readMigrations(
  folder: string = fileURLToPath(new URL('./schema', import.meta.url)),
): Migration[] {
  const migrations = readdirSync(folder)
    .filter((name) => name.endsWith('.sql'))
    .toSorted()
    .map((name) => parseMigration(name, readFileSync(`${folder}/${name}`, 'utf8')));
  for (const [at, { version }] of migrations.entries())
    if (migrations[at + 1]?.version === version)
      throw new Failure('internal', `two schema files have the number ${version}`);
  return migrations;
}

/** Statements of our own files: the one place where text becomes SQL as it is. */
function trusted(text: string): Sql {
  return { kind: 'text', text };
}

/** Brings the schema up to date; fails with `config` when the data is of a newer Clew. */
export async function migrate(
  database: Database,
  settings: MigrationSettings = {},
  migrations: readonly Migration[] = readMigrations(),
): Promise<void> {
  const create = `CREATE TABLE IF NOT EXISTS schema_version (version UInt32, name String, applied_at DateTime64(3, 'UTC') DEFAULT now64(3))
ENGINE = {Replicated}MergeTree
ORDER BY version`;
  await database.execute(trusted(completeStatement(create, settings)));
  const rows = await database.rows<{ version: number }>(
    sql`SELECT DISTINCT version FROM schema_version`,
  );
  const applied = new Set(rows.map(({ version }) => version));
  const newest = migrations.at(-1)?.version ?? 0;
  for (const version of applied) {
    if (version > newest) {
      throw new Failure(
        'config',
        `the stored data has schema version ${version}, this Clew knows ${newest}: it was written by a newer Clew`,
      );
    }
  }
  for (const { version, name, statements } of migrations) {
    if (applied.has(version)) continue;
    for (const statement of statements)
      await database.execute(trusted(completeStatement(onlyOnce(statement), settings)));
    await database.execute(
      sql`INSERT INTO ${identifier('schema_version')} (version, name) VALUES (${version}, ${name})`,
    );
  }
}

/** A creation that was cut off halfway through its file is repeated. */
function onlyOnce(statement: string): string {
  return statement.replace(
    /^CREATE (TABLE|MATERIALIZED VIEW|VIEW) (?!IF NOT EXISTS)/,
    'CREATE $1 IF NOT EXISTS ',
  );
}
