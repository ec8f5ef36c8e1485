// One logger for the app. The winston instrumentation (see tracing.ts) puts the trace ID into every line and hands each line to
// OpenTelemetry as well, through the package @opentelemetry/winston-transport.

import winston from 'winston';

const logger = winston.createLogger({
  level: 'debug',
  format: winston.format.combine(winston.format.timestamp(), winston.format.json()),
  transports: [new winston.transports.Console()],
});

export default logger;
