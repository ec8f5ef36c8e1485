// `console.log` of a service that has no logging library: no instrumentation exists for it, and this is all that one would
// have to do. Each line goes to OpenTelemetry as well; the SDK adds the trace that is active at that moment.
'use strict';

const { format } = require('node:util');
const { logs, SeverityNumber } = require('@opentelemetry/api-logs');

const logger = logs.getLogger('console');
const severities = {
  debug: SeverityNumber.DEBUG,
  info: SeverityNumber.INFO,
  warn: SeverityNumber.WARN,
  error: SeverityNumber.ERROR,
};

for (const [method, severityNumber] of Object.entries(severities)) {
  const write = console[method].bind(console);
  console[method] = (...parts) => {
    write(...parts);
    logger.emit({
      severityNumber,
      severityText: method.toUpperCase(),
      body: format(...parts),
      timestamp: Date.now(),
    });
  };
}
