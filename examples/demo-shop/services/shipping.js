// Packs and sends what was ordered: takes orders from the queue, several at a time, in a trace that is linked to each order's.
// Logs with winston.
'use strict';

const { setTimeout: pause } = require('node:timers/promises');
const { metrics, trace } = require('@opentelemetry/api');
const { call, serve } = require('../shop/http.js');
const { query } = require('../shop/database.js');
const { receive } = require('../shop/queue.js');
const { inSpan } = require('../shop/span.js');
const logger = require('../shop/winston-logger.js');

const tracer = trace.getTracer('shipping');
const shipped = metrics.getMeter('shipping').createCounter('shop.parcels', {
  description: 'Parcels sent',
});
const version = process.env['SERVICE_VERSION'] ?? '2.3.0';
const everyMs = 1000;
/** Orders that are kept in the database. */
const ordersMax = 1000;

const ship = (order) =>
  inSpan(tracer, 'pack parcel', { attributes: { 'order.id': order.id } }, async () => {
    await pause(5 + Math.random() * 20);
    logger.info('parcel sent', { order: order.id, warehouse: order.warehouse });
    shipped.add(1, { warehouse: order.warehouse });
    await call('mailer', 'POST', '/mails', { user: order.user, order: order.id });
  });

async function work() {
  for (;;) {
    await pause(everyMs);
    try {
      await receive('orders', async (batch) => {
        logger.debug('orders received', { orders: batch.length });
        for (const order of batch) await ship(order);
        await query('DELETE FROM orders WHERE id < $1', [batch[0].id - ordersMax]);
      });
    } catch (error) {
      logger.error(`cannot take orders: ${error.message}`);
    }
  }
}

serve({}, (error) => logger.error(error.message));
logger.info(`shipping ${version} started`, { version });
void work();
