// The shop as its customers see it: pages, the cart, the way to the checkout. Logs with winston.
'use strict';

const { metrics, trace } = require('@opentelemetry/api');
const { call, serve } = require('../shop/http.js');
const logger = require('../shop/winston-logger.js');

const meter = metrics.getMeter('storefront');
const views = meter.createCounter('shop.page.views', { description: 'Pages that were looked at' });
const version = process.env['SERVICE_VERSION'] ?? '4.0.2';

/**
 * Version 4.1.0 counts "per session, to see who buys": every session is a new series, for ever. A label must have few values;
 * what has many belongs on a span or a log line, as `user.id` does here.
 */
function note(page, { user, session }) {
  trace.getActiveSpan()?.setAttributes({ 'user.id': user, 'session.id': session });
  views.add(1, version === '4.1.0' ? { page, session_id: session } : { page });
}

serve(
  {
    'GET /': async (request) => {
      note('home', request);
      return await call('catalog', 'GET', '/products');
    },
    'GET /product/:id': async ({ id, ...request }) => {
      note('product', request);
      const [product, stock] = await Promise.all([
        call('catalog', 'GET', `/products/${id}`),
        call('inventory', 'GET', `/stock/${id}`),
      ]);
      logger.info('product page', { product: product.name, in_stock: stock.count });
      return { ...product, stock: stock.count };
    },
    'POST /cart': async (request) => {
      note('cart', request);
      const product = await call('catalog', 'GET', `/products/${request.product}`);
      logger.info('put into the cart', { product: product.name, user: request.user });
      return { product };
    },
    'POST /checkout': async (request) => {
      note('checkout', request);
      const order = await call('checkout', 'POST', '/orders', request);
      logger.info('order placed', { order: order.id, user: request.user, total: order.total });
      return order;
    },
  },
  (error, route) => logger.error(`${route} failed: ${error.message}`, { route }),
);

logger.info(`storefront ${version} started`, { version });
