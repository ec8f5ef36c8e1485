// What the shop sells. Logs with pino, reads from the database.
'use strict';

const { serve } = require('../shop/http.js');
const { query } = require('../shop/database.js');
const pino = require('../shop/pino-logger.js');

const version = process.env['SERVICE_VERSION'] ?? '3.1.4';

/**
 * Version 3.2.0 gathers its lines and writes them once a second, "to save time in requests". By then no request is active, and
 * the lines have lost the trace that they belong to.
 */
function gatheringLogger() {
  const waiting = [];
  setInterval(() => {
    for (const [level, parts] of waiting.splice(0)) pino[level](...parts);
  }, 1000).unref();
  const gather =
    (level) =>
    (...parts) =>
      waiting.push([level, parts]);
  return {
    debug: gather('debug'),
    info: gather('info'),
    warn: gather('warn'),
    error: gather('error'),
  };
}

const logger = version === '3.2.0' ? gatheringLogger() : pino;

serve(
  {
    'GET /products': async () => {
      const products = await query('SELECT id, name, category, price FROM products ORDER BY id');
      logger.info({ products: products.length }, 'listed products');
      return { products };
    },
    'GET /products/:id': async ({ id }) => {
      const [product] = await query(
        'SELECT id, name, category, price FROM products WHERE id = $1',
        [id],
      );
      if (product === undefined) {
        logger.warn({ product_id: id }, 'no such product');
        return { status: 404, reason: `no product ${id}` };
      }
      logger.info({ product_id: id, price: product.price }, 'found product');
      return product;
    },
  },
  (error, route) => logger.error({ route, err: error }, `${route} failed`),
);

pino.info({ version }, `catalog ${version} started`);
