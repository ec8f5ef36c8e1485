// How many there are of everything, and in which warehouse. Logs with `console`; asks the warehouses, which belong to others and
// send no telemetry.
'use strict';

require('../shop/console-logger.js');
const { trace } = require('@opentelemetry/api');
const { call, serve } = require('../shop/http.js');
const { query } = require('../shop/database.js');
const { inSpan } = require('../shop/span.js');

const tracer = trace.getTracer('inventory');
const version = process.env['SERVICE_VERSION'] ?? '1.9.0';
/** A warehouse that takes longer is worth a line. */
const slowMs = 500;

const confirm = (warehouse, product, quantity) =>
  inSpan(
    tracer,
    'confirm with warehouse',
    { attributes: { 'warehouse.id': warehouse } },
    async () => {
      const startedMs = Date.now();
      try {
        await call('warehouse', 'POST', `/warehouses/${warehouse}/confirmations`, {
          product,
          quantity,
        });
      } finally {
        const tookMs = Date.now() - startedMs;
        if (tookMs > slowMs)
          console.warn(`warehouse ${warehouse} took ${tookMs} ms to confirm; usual are 30 ms`);
      }
    },
  );

serve(
  {
    'GET /stock/:id': async ({ id }) => {
      const [{ count }] = await query(
        'SELECT sum(count) AS count FROM stock WHERE product_id = $1',
        [id],
      );
      console.debug(`product ${id}: ${count} in stock`);
      return { count: Number(count) };
    },
    'POST /reservations': async ({ product, quantity, warehouse }) => {
      trace.getActiveSpan()?.setAttributes({ 'warehouse.id': warehouse, 'product.id': product });
      await confirm(warehouse, product, quantity);
      const [{ count }] = await query(
        'UPDATE stock SET count = count - $1 WHERE product_id = $2 AND warehouse = $3 RETURNING count',
        [quantity, product, warehouse],
      );
      console.info(
        `reserved ${quantity} of product ${product} in warehouse ${warehouse}, ${count} left`,
      );
      if (count < 50) {
        await query(
          'UPDATE stock SET count = count + 500 WHERE product_id = $1 AND warehouse = $2',
          [product, warehouse],
        );
        console.warn(
          `product ${product} was running out in warehouse ${warehouse}: 500 more ordered`,
        );
      }
      return { left: count };
    },
  },
  (error, route) => console.error(`${route} failed: ${error.message}`),
);

console.info(`inventory ${version} started`);
