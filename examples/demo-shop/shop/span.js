// Work in a span of its own: the span ends with the work, and says so when the work fails.
'use strict';

const { SpanStatusCode } = require('@opentelemetry/api');

/** Runs `work(span)`; what it returns or throws is passed on. */
exports.inSpan = (tracer, name, options, work) =>
  tracer.startActiveSpan(name, options, async (span) => {
    try {
      return await work(span);
    } catch (error) {
      span.recordException(error);
      span.setStatus({ code: SpanStatusCode.ERROR, message: error.message });
      throw error;
    } finally {
      span.end();
    }
  });
