// `OTEL_EXPORTER_OTLP_HEADERS` of an application: it names the tenant of what the application sends, so its output is of that tenant too.
// https://opentelemetry.io/docs/specs/otel/protocol/exporter/#specifying-headers-via-environment-variables

import { tenantHeader } from '../../model/tenant.ts';

/** Undefined when the headers name none. */
export function tenantOfHeaders(headers: string): string | undefined {
  for (const pair of headers.split(',')) {
    const at = pair.indexOf('=');
    if (at < 0 || pair.slice(0, at).trim().toLowerCase() !== tenantHeader) continue;
    const written = pair.slice(at + 1).trim();
    try {
      const tenant = decodeURIComponent(written);
      // Nothing else fits into a header.
      return /^[\x20-\x7e]+$/.test(tenant) ? tenant : undefined;
    } catch {
      // SDKs take a value with a stray `%` as it is.
      return written;
    }
  }
  return undefined;
}
