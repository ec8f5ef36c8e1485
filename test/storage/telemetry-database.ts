// An embedded database in a temporary folder with all tables and a group commit before it, for tests and benches of the
// stores alone.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { silentLogger } from '../../src/runtime/logger.ts';
import type { CommitBlocks } from '../../src/storage/attributes/table-block.ts';
import type { Database } from '../../src/storage/database.ts';
import { EmbeddedDatabase } from '../../src/storage/drivers/embedded/embedded-database.ts';
import { GroupCommit } from '../../src/storage/group-commit.ts';
import { migrate } from '../../src/storage/migrate.ts';

export interface TelemetryDatabase {
  readonly database: Database;
  readonly commit: CommitBlocks;
  close(): Promise<void>;
}

/** `kept`: a folder that is used as it is and left behind. */
export async function openTelemetryDatabase(kept?: string): Promise<TelemetryDatabase> {
  const folder = kept ?? mkdtempSync(join(tmpdir(), 'clew-stores-'));
  const database = await EmbeddedDatabase.open({ folder, logger: silentLogger });
  await migrate(database);
  const group = new GroupCommit({ database });
  return {
    database,
    commit: group.commit,
    close: async () => {
      await group.close();
      await database.close();
      if (kept === undefined) rmSync(folder, { recursive: true, force: true });
    },
  };
}
