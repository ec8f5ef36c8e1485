// The shop's database: PostgreSQL itself, compiled to WebAssembly (PGlite), behind a socket that speaks its wire protocol, so that
// nothing has to be installed. DATABASE_FOLDER holds it; `--create` makes the folder and ends, for that takes most memory.
'use strict';

const { readFileSync } = require('node:fs');
const { join } = require('node:path');
const { PGlite } = require('@electric-sql/pglite');
const { PGLiteSocketServer } = require('@electric-sql/pglite-socket');
const { ready } = require('../shop/platform.js');

/** A few products and their stock: 128 MiB of buffers, the default, would be most of the demo's memory. */
const postgresqlconf = [
  'shared_buffers=1MB',
  'wal_buffers=64kB',
  'work_mem=1MB',
  'maintenance_work_mem=2MB',
  'min_wal_size=32MB',
  'max_wal_size=64MB',
];
const connectionsMax = 20;
/** PGlite has no autovacuum, and a queue in a table leaves a dead row for every message. */
const vacuumEveryMs = 600_000;

async function start() {
  const db = await PGlite.create({
    dataDir: process.env['DATABASE_FOLDER'],
    relaxedDurability: true,
    postgresqlconf,
  });
  await db.exec(readFileSync(join(__dirname, 'schema.sql'), 'utf8'));
  if (process.argv.includes('--create')) {
    await db.close();
    process.exit(0);
  }
  const server = new PGLiteSocketServer({
    db,
    host: '127.0.0.1',
    port: 0,
    maxConnections: connectionsMax,
  });
  await server.start();
  setInterval(() => void db.exec('VACUUM').catch(() => undefined), vacuumEveryMs).unref();
  ready(Number(server.getServerConn().split(':').at(-1)), async () => {
    await server.stop();
    await db.close();
  });
}

void start();
