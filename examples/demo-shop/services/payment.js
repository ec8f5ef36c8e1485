// Takes the money. Logs with pino.
'use strict';

const { setTimeout: pause } = require('node:timers/promises');
const { metrics, trace } = require('@opentelemetry/api');
const { serve } = require('../shop/http.js');
const logger = require('../shop/pino-logger.js');
const { inSpan } = require('../shop/span.js');

const tracer = trace.getTracer('payment');
const charges = metrics.getMeter('payment').createCounter('shop.charges', {
  description: 'Charges by outcome',
});
const version = process.env['SERVICE_VERSION'] ?? '1.4.2';

/** Version 1.5.0 brings discounts, and forgets that most orders have no coupon. */
function discountOf({ coupon }) {
  if (version !== '1.5.0') return 0;
  const [, percent] = coupon.split('-');
  return Number(percent) / 100;
}

const authorize = (order, amount) =>
  inSpan(tracer, 'authorize card', {}, async (span) => {
    span.setAttributes({ 'payment.method': order.method, 'payment.amount': amount });
    await pause(15 + Math.random() * 40);
    // One card in fifty is declined, on good days too.
    const isDeclined = Math.random() < 0.02;
    span.addEvent(isDeclined ? 'declined by issuer' : 'authorized');
    return !isDeclined;
  });

serve(
  {
    'POST /charges': async (order) => {
      trace.getActiveSpan()?.setAttributes({
        'user.id': order.user,
        'payment.method': order.method,
        'order.has_coupon': order.coupon !== undefined,
      });
      const amount = Math.round(order.total * (1 - discountOf(order)) * 100) / 100;
      if (!(await authorize(order, amount))) {
        charges.add(1, { outcome: 'declined', method: order.method });
        logger.warn({ user: order.user, method: order.method }, 'card declined by issuer');
        return { status: 402, reason: 'card declined by issuer' };
      }
      charges.add(1, { outcome: 'paid', method: order.method });
      logger.info({ user: order.user, method: order.method, amount }, 'charged');
      return { amount };
    },
  },
  (error, route) => {
    charges.add(1, { outcome: 'failed' });
    logger.error({ route, version, err: error }, `charge failed: ${error.message}`);
  },
);

logger.info({ version }, `payment ${version} started`);
