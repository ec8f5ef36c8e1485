// The pino logger of a service; the instrumentation hands every line to OpenTelemetry, with the trace that it belongs to.
'use strict';

const pino = require('pino');

module.exports = pino({ level: 'debug', base: null });
