// What a service's numbers ask for.

import type { ServiceCoverage } from '../../../src/api/explore/contract/status.ts';

export function adviceForService(one: ServiceCoverage): string {
  if (one.records === 0) {
    return 'It sends spans but no logs: send them over OTLP, or start it with clew run to read its output.';
  }
  if (one.recordsWithTraceId === 0) {
    return one.hasSpans
      ? 'Its logger adds no trace ID: add the OpenTelemetry instrumentation of its logging library, or start it with clew run.'
      : 'It sends no spans, so its logs have no trace to name: add the OpenTelemetry SDK.';
  }
  if (one.recordsWithTraceId < one.records / 2) {
    return 'Most of what it logs is outside of a span, or goes around its instrumented logger.';
  }
  if (!one.hasSpans) return 'It names traces, but sends no spans of its own.';
  return '';
}
