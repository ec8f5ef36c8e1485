// Sends confirmations. The oldest service of the shop: it writes plain text to standard output and nothing else. `clew run` (here:
// the demo) reads its output as logs; the trace ID at the end of a line is enough to find its trace.
'use strict';

const { setTimeout: pause } = require('node:timers/promises');
const { trace } = require('@opentelemetry/api');
const { serve } = require('../shop/http.js');

function print(level, text) {
  const traceId = trace.getActiveSpan()?.spanContext().traceId;
  const time = new Date().toISOString();
  process.stdout.write(
    `${time} ${level} ${text}${traceId === undefined ? '' : ` trace_id=${traceId}`}\n`,
  );
}

serve(
  {
    'POST /mails': async ({ user, order }) => {
      await pause(3 + Math.random() * 10);
      // Somebody's mailbox is always full.
      if (Math.random() < 0.03)
        print('WARN', `mailbox of ${user} is full, trying again later (order ${order})`);
      else print('INFO', `confirmation sent to ${user} (order ${order})`);
      return {};
    },
  },
  (error) => print('ERROR', error.message),
);

print('INFO', `mailer ${process.env['SERVICE_VERSION'] ?? '0.9.8'} started`);
