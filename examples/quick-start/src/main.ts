// A checkout API with something to find: every fifth order is slow because its stock look-up is, every seventh is declined.

import { metrics, SpanStatusCode, trace } from '@opentelemetry/api';
import express from 'express';
import logger from './logger';

const tracer = trace.getTracer('quick-start');
const orders = metrics
  .getMeter('quick-start')
  .createCounter('orders', { description: 'Orders by outcome' });
const app = express();
let count = 0;

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

async function reserveStock(order: number): Promise<void> {
  await tracer.startActiveSpan('reserve stock', async (span) => {
    const slow = order % 5 === 0;
    await pause(slow ? 800 : 15);
    if (slow) logger.warn('stock look-up was slow', { order, cache: 'miss' });
    span.end();
  });
}

app.get('/checkout', async (request, response) => {
  const order = ++count;
  logger.info('checkout', { order, user: String(request.query['user'] ?? 'u-1') });
  await reserveStock(order);
  if (order % 7 === 0) {
    trace.getActiveSpan()?.setStatus({ code: SpanStatusCode.ERROR, message: 'payment declined' });
    logger.error('payment declined', { order, reason: 'card expired' });
    orders.add(1, { outcome: 'declined' });
    response.status(402).json({ order, outcome: 'declined' });
    return;
  }
  orders.add(1, { outcome: 'paid' });
  response.json({ order, outcome: 'paid' });
});

const port = Number(process.env['PORT'] ?? 8080);
app.listen(port, () => logger.info('listening', { port }));
