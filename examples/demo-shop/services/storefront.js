// The shop as its customers see it: pages, the cart, the way to the checkout. Logs with winston.
'use strict';

const { metrics, trace } = require('@opentelemetry/api');
const { call, serve } = require('../shop/http.js');
const logger = require('../shop/winston-logger.js');

const meter = metrics.getMeter('storefront');
const additions = meter.createCounter('shop.cart.additions', {
  description: 'Products put into a cart',
});
const version = process.env['SERVICE_VERSION'] ?? '4.0.2';

/**
 * Version 4.1.0 counts "per session, to see who buys": every session is a new series, for ever. A label must have few values;
 * what has many belongs on a span or a log line.
 */
function labelsOf({ category, session }) {
  return version === '4.1.0' ? { category, session_id: session } : { category };
}

function identify({ user, session }) {
  trace.getActiveSpan()?.setAttributes({ 'user.id': user, 'session.id': session });
}

serve(
  {
    'GET /': async () => {
      const { products } = await call('catalog', 'GET', '/products');
      logger.debug('home page', { products: products.length });
      return { products };
    },
    'GET /product/:id': async ({ id }) => {
      const [product, stock] = await Promise.all([
        call('catalog', 'GET', `/products/${id}`),
        call('inventory', 'GET', `/stock/${id}`),
      ]);
      logger.info('product page', { product: product.name, in_stock: stock.count });
      return { ...product, stock: stock.count };
    },
    'POST /cart': async (request) => {
      identify(request);
      const product = await call('catalog', 'GET', `/products/${request.product}`);
      additions.add(1, labelsOf({ category: product.category, session: request.session }));
      logger.info('put into the cart', { product: product.name, user: request.user });
      return { product };
    },
    'POST /checkout': async (request) => {
      identify(request);
      const order = await call('checkout', 'POST', '/orders', request);
      logger.info('order placed', { order: order.id, user: request.user, total: order.total });
      return order;
    },
  },
  (error, route) => logger.error(`${route} failed: ${error.message}`, { route }),
);

logger.info(`storefront ${version} started`, { version });
