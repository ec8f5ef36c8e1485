// Opens a data folder and inserts until it is killed, telling its parent of every acknowledged insert.

import { silentLogger } from '../../src/runtime/logger.ts';
import { EmbeddedDatabase } from '../../src/storage/drivers/embedded/embedded-database.ts';
import { createNumbersTable, numbersBlock } from './database-blocks.ts';

const rows = 50;
const database = await EmbeddedDatabase.open({
  folder: process.argv[2] ?? '',
  logger: silentLogger,
});
await createNumbersTable(database, 'kept');
process.send?.({ storagePid: database.storagePid });
for (let from = 0; ; from += rows) {
  await database.insert('kept', ['n', 'text'], numbersBlock(from, rows));
  process.send?.({ acknowledged: from + rows });
}
