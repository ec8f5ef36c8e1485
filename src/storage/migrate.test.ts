import { expect, test } from 'vitest';
import { completeStatement, parseMigration, readMigrations } from './migrate.ts';

test('a file is its statements without comments', () => {
  const text = `-- About; semicolons.
CREATE TABLE a
(
    x UInt8 -- not a line of its own
);

ALTER TABLE a ADD COLUMN y String DEFAULT 'a;b';
`;
  expect(parseMigration('007-things.sql', text)).toEqual({
    version: 7,
    name: 'things',
    statements: [
      'CREATE TABLE a\n(\n    x UInt8 -- not a line of its own\n)',
      "ALTER TABLE a ADD COLUMN y String DEFAULT 'a;b'",
    ],
  });
  expect(() => parseMigration('7-things.sql', '')).toThrow('not named');
});

test('engines and durability are filled in', () => {
  const check = (statement: string, isReplicated: boolean, expected: string): void =>
    expect(completeStatement(statement, { isReplicated })).toBe(expected);
  const durable = 'fsync_after_insert = 1, fsync_part_directory = 1, old_parts_lifetime = 90';
  check(
    'CREATE TABLE a (x UInt8)\nENGINE = {Replicated}MergeTree\nORDER BY x',
    false,
    `CREATE TABLE a (x UInt8)\nENGINE = MergeTree\nORDER BY x\nSETTINGS ${durable}`,
  );
  check(
    'CREATE TABLE a (x UInt8)\nENGINE = {Replicated}ReplacingMergeTree\nORDER BY x\nSETTINGS index_granularity = 1024',
    true,
    `CREATE TABLE a (x UInt8)\nENGINE = ReplicatedReplacingMergeTree\nORDER BY x\nSETTINGS index_granularity = 1024, ${durable}`,
  );
  check(
    'CREATE MATERIALIZED VIEW v TO a AS SELECT 1',
    false,
    'CREATE MATERIALIZED VIEW v TO a AS SELECT 1',
  );
});

test('every table of the schema belongs to a tenant and is durable', () => {
  for (const { name, statements } of readMigrations()) {
    for (const statement of statements.map((text) => completeStatement(text))) {
      if (!statement.startsWith('CREATE TABLE')) continue;
      expect(statement, name).toMatch(/\btenant LowCardinality\(String\)/);
      expect(statement, name).toContain('fsync_after_insert = 1');
    }
  }
});
