// The connection to the shop's PostgreSQL database. The pg instrumentation makes a span of every query.
'use strict';

const pg = require('pg');
const { addressOf } = require('./platform.js');

let pool;
let poolAddress;

/** The pool of connections to where the database is at this moment. */
function currentPool() {
  const address = addressOf('database');
  if (address === poolAddress) return pool;
  poolAddress = address;
  const { hostname, port } = new URL(address);
  pool = new pg.Pool({
    host: hostname,
    port: Number(port),
    user: 'postgres',
    database: 'postgres',
    max: 1,
  });
  // A connection that breaks while nobody uses it: the next query opens another.
  pool.on('error', () => undefined);
  return pool;
}

/** Rows of a query with `$1`, `$2`, …. */
exports.query = async (text, values = []) => (await currentPool().query(text, values)).rows;
