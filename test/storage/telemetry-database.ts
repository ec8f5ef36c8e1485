// An embedded database in a temporary folder with the tables of logs, spans and the trace index, for tests and benches
// of the stores alone.

import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { silentLogger } from '../../src/runtime/logger.ts';
import type { CommitBlocks } from '../../src/storage/attributes/table-block.ts';
import type { Database } from '../../src/storage/database.ts';
import { EmbeddedDatabase } from '../../src/storage/drivers/embedded/embedded-database.ts';

const schemaFolder = fileURLToPath(new URL('../../src/storage/schema', import.meta.url));

export interface TelemetryDatabase {
  readonly database: Database;
  readonly commit: CommitBlocks;
  close(): Promise<void>;
}

export async function openTelemetryDatabase(): Promise<TelemetryDatabase> {
  const folder = mkdtempSync(join(tmpdir(), 'clew-stores-'));
  const database = await EmbeddedDatabase.open({ folder, logger: silentLogger });
  for (const file of readdirSync(schemaFolder).toSorted()) {
    if (!/^0[123]\d-.*\.sql$/.test(file)) continue;
    const text = readFileSync(join(schemaFolder, file), 'utf8').replaceAll('{Replicated}', '');
    for (const statement of text.replaceAll(/^--.*$/gm, '').split(';'))
      if (statement.trim() !== '') await database.execute({ kind: 'text', text: statement });
  }
  return {
    database,
    commit: async (blocks) => {
      for (const { table, columns, native } of blocks)
        await database.insert(table, columns, native);
    },
    close: async () => {
      await database.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
