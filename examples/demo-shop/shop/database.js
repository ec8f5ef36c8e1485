// The connection to the shop's PostgreSQL database. The pg instrumentation makes a span of every query.
'use strict';

const pg = require('pg');
const { addressOf } = require('./platform.js');

let pool;

/** Rows of a query with `$1`, `$2`, …. */
exports.query = async (text, values = []) => {
  if (pool === undefined) {
    const { hostname, port } = new URL(addressOf('database'));
    pool = new pg.Pool({
      host: hostname,
      port: Number(port),
      user: 'postgres',
      database: 'postgres',
      max: 1,
    });
    // A connection that breaks while nobody uses it: the next query opens another.
    pool.on('error', () => undefined);
  }
  return (await pool.query(text, values)).rows;
};
