// The winston logger of a service. The instrumentation puts the trace ID into every line and hands each line to
// OpenTelemetry as well, through the package @opentelemetry/winston-transport.
'use strict';

const winston = require('winston');

module.exports = winston.createLogger({
  level: 'debug',
  format: winston.format.json(),
  transports: [new winston.transports.Console()],
});
