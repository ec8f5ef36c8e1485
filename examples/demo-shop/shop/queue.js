// A queue between services, kept in a table: a message carries the context of the span that published it, and whoever takes
// it does its work in a trace of its own that is linked to that span. A batch has many causes; a span has one parent only.
'use strict';

const { context, propagation, ROOT_CONTEXT, SpanKind, trace } = require('@opentelemetry/api');
const { query } = require('./database.js');
const { inSpan } = require('./span.js');

const tracer = trace.getTracer('shop-queue');
const batchMax = 10;

const attributesOf = (topic, type) => ({
  'messaging.system': 'postgresql',
  'messaging.destination.name': topic,
  'messaging.operation.type': type,
});

exports.publish = (topic, payload) =>
  inSpan(
    tracer,
    `send ${topic}`,
    { kind: SpanKind.PRODUCER, attributes: attributesOf(topic, 'send') },
    async () => {
      const headers = {};
      propagation.inject(context.active(), headers);
      await query('INSERT INTO messages (topic, headers, payload) VALUES ($1, $2, $3)', [
        topic,
        JSON.stringify(headers),
        JSON.stringify(payload),
      ]);
    },
  );

/** Takes what waits and calls `work(payloads)` once, in a span that is linked to every publisher. */
exports.receive = async (topic, work) => {
  const rows = await query(
    'DELETE FROM messages WHERE id IN (SELECT id FROM messages WHERE topic = $1 ORDER BY id LIMIT $2) RETURNING headers, payload',
    [topic, batchMax],
  );
  if (rows.length === 0) return;
  const links = rows.flatMap(({ headers }) => {
    const publisher = trace.getSpanContext(propagation.extract(ROOT_CONTEXT, headers));
    return publisher === undefined ? [] : [{ context: publisher }];
  });
  const attributes = {
    ...attributesOf(topic, 'process'),
    'messaging.batch.message_count': rows.length,
  };
  await inSpan(tracer, `process ${topic}`, { kind: SpanKind.CONSUMER, attributes, links }, () =>
    work(rows.map(({ payload }) => payload)),
  );
};
