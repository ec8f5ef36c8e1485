// Turns a cart into an order: reserves stock, takes the money, writes the order and tells shipping through the queue. Logs with
// winston.
'use strict';

const { metrics, trace } = require('@opentelemetry/api');
const { call, serve } = require('../shop/http.js');
const { query } = require('../shop/database.js');
const { publish } = require('../shop/queue.js');
const { inSpan } = require('../shop/span.js');
const logger = require('../shop/winston-logger.js');

const tracer = trace.getTracer('checkout');
const meter = metrics.getMeter('checkout');
const orders = meter.createCounter('shop.orders', { description: 'Orders by outcome' });
const revenue = meter.createCounter('shop.revenue', { unit: 'EUR', description: 'What was paid' });
const version = process.env['SERVICE_VERSION'] ?? '2.7.1';

/** One retry, for a connection may break at a bad moment. */
async function charge(order) {
  try {
    return await call('payment', 'POST', '/charges', order);
  } catch (error) {
    if (error.status < 500) throw error;
    logger.warn(`retrying payment: ${error.message}`, { user: order.user });
    return await call('payment', 'POST', '/charges', order);
  }
}

const placeOrder = ({ product, quantity, user, warehouse, ...payment }) =>
  inSpan(tracer, 'place order', {}, async (span) => {
    const [{ price }] = await query('SELECT price FROM products WHERE id = $1', [product]);
    const total = Math.round(Number(price) * quantity * 100) / 100;
    span.setAttributes({ 'order.total': total, 'warehouse.id': warehouse });
    logger.info('reserving stock', { product, quantity, warehouse });
    await call('inventory', 'POST', '/reservations', { product, quantity, warehouse });
    await charge({ ...payment, user, total });
    const [{ id }] = await query(
      'INSERT INTO orders (user_id, product_id, quantity, total) VALUES ($1, $2, $3, $4) RETURNING id',
      [user, product, quantity, total],
    );
    await publish('orders', { id, user, product, quantity, warehouse });
    logger.info('order written', { order: id, total });
    return { id, total };
  });

serve(
  {
    'POST /orders': async (request) => {
      trace.getActiveSpan()?.setAttributes({
        'user.id': request.user,
        'payment.method': request.method,
        'warehouse.id': request.warehouse,
      });
      try {
        const order = await placeOrder(request);
        orders.add(1, { outcome: 'placed', method: request.method });
        revenue.add(order.total, { method: request.method });
        return order;
      } catch (error) {
        const outcome = error.status < 500 ? 'declined' : 'failed';
        orders.add(1, { outcome, method: request.method });
        if (outcome === 'declined') logger.warn(error.message, { user: request.user });
        throw error;
      }
    },
  },
  (error, route) => logger.error(`${route} failed: ${error.message}`, { route }),
);

logger.info(`checkout ${version} started`, { version });
