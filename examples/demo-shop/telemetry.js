// Loaded before everything else (`node --require ./telemetry.js services/checkout.js`), so that the libraries that a service
// loads are instrumented. Where to send comes from OTEL_EXPORTER_OTLP_ENDPOINT, who it is from OTEL_SERVICE_NAME and
// OTEL_RESOURCE_ATTRIBUTES: this file is the same for every service, in development and in production.
'use strict';

require('./shop/wrong-clock.js');
const { OTLPLogExporter } = require('@opentelemetry/exporter-logs-otlp-proto');
const { OTLPMetricExporter } = require('@opentelemetry/exporter-metrics-otlp-proto');
const { OTLPTraceExporter } = require('@opentelemetry/exporter-trace-otlp-proto');
const { HttpInstrumentation } = require('@opentelemetry/instrumentation-http');
const { PgInstrumentation } = require('@opentelemetry/instrumentation-pg');
const { PinoInstrumentation } = require('@opentelemetry/instrumentation-pino');
const { WinstonInstrumentation } = require('@opentelemetry/instrumentation-winston');
const { BatchLogRecordProcessor } = require('@opentelemetry/sdk-logs');
const { PeriodicExportingMetricReader } = require('@opentelemetry/sdk-metrics');
const { NodeSDK } = require('@opentelemetry/sdk-node');
const { BatchSpanProcessor } = require('@opentelemetry/sdk-trace');

/** How often what has been gathered is sent: a person is watching. */
const sendEveryMs = 3000;
const measureEveryMs = 10_000;

const sdk = new NodeSDK({
  spanProcessors: [
    new BatchSpanProcessor({
      exporter: new OTLPTraceExporter(),
      scheduledDelayMillis: sendEveryMs,
    }),
  ],
  logRecordProcessors: [
    new BatchLogRecordProcessor({
      exporter: new OTLPLogExporter(),
      scheduledDelayMillis: sendEveryMs,
    }),
  ],
  metricReaders: [
    new PeriodicExportingMetricReader({
      exporter: new OTLPMetricExporter(),
      exportIntervalMillis: measureEveryMs,
    }),
  ],
  // Only what the shop uses: `@opentelemetry/auto-instrumentations-node` has them all, at twice the memory.
  instrumentations: [
    new HttpInstrumentation(),
    // The queue is looked at every second; only what a request or a message causes is worth a span.
    new PgInstrumentation({ requireParentSpan: true }),
    new PinoInstrumentation(),
    new WinstonInstrumentation(),
  ],
});

sdk.start();

/** What is still in the batches leaves before the process does. */
exports.shutdown = () => sdk.shutdown();
