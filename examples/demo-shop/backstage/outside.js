// The world around the shop, which sends no telemetry: its visitors, at a steady rate, and the warehouses of other companies. The
// parent says when the eastern one is slow.
'use strict';

const http = require('node:http');
const { setTimeout: pause } = require('node:timers/promises');
const { addressOf, onMessage, ready } = require('../shop/platform.js');

const requestsPerSecond = Number(process.env['REQUESTS_PER_SECOND'] ?? 4);
const users = 40;
const warehouses = ['north', 'east', 'south'];
const agent = new http.Agent({ keepAlive: true });
let slowWarehouse;
let isOpen = true;
/** Visitors who wait for an answer. */
let waiting = 0;

onMessage((message) => {
  if ('slowWarehouse' in message) slowWarehouse = message.slowWarehouse;
});

const warehouse = http.createServer(async (request, response) => {
  const [, , name] = request.url.split('/');
  request.resume();
  await pause(name === slowWarehouse ? 1400 + Math.random() * 1000 : 15 + Math.random() * 30);
  response.writeHead(200, { 'content-type': 'application/json' });
  response.end('{}');
});

const oneOf = (list) => list[Math.floor(Math.random() * list.length)];

function visit() {
  const user = `u-${1 + Math.floor(Math.random() * users)}`;
  const session = `s-${Math.random().toString(36).slice(2, 10)}`;
  // Some products sell better than others.
  const product = 1 + Math.floor(Math.random() ** 2 * 12);
  const chance = Math.random();
  const who = `user=${user}&session=${session}`;
  if (chance < 0.35) return { method: 'GET', path: `/?${who}` };
  if (chance < 0.6) return { method: 'GET', path: `/product/${product}?${who}` };
  if (chance < 0.8) return { method: 'POST', path: '/cart', body: { product, user, session } };
  const body = {
    product,
    quantity: 1 + Math.floor(Math.random() * 3),
    user,
    session,
    method: oneOf(['card', 'card', 'invoice', 'wallet']),
    warehouse: oneOf(warehouses),
    ...(Math.random() < 0.3 && { coupon: 'WELCOME-10' }),
  };
  return { method: 'POST', path: '/checkout', body };
}

function send({ method, path, body }) {
  const request = http.request(`${addressOf('storefront')}${path}`, {
    method,
    agent,
    headers: { 'content-type': 'application/json' },
  });
  waiting++;
  request.on('close', () => waiting--);
  // What a visitor sees of a failure is seen by the shop as well.
  request.on('error', () => undefined);
  request.on('response', (response) => response.resume());
  request.end(body === undefined ? undefined : JSON.stringify(body));
}

async function open() {
  while (isOpen) {
    await pause((500 + Math.random() * 1000) / requestsPerSecond);
    try {
      send(visit());
    } catch {
      // The shop has not opened yet.
    }
  }
}

warehouse.listen(0, '127.0.0.1', () => {
  ready(warehouse.address().port, async () => {
    isOpen = false;
    while (waiting > 0) await pause(20);
  });
  void open();
});
