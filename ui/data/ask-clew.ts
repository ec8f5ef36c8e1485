// The request itself: to this Clew, with the tenant that was chosen and the source that the address names.

import { noteTenantMissing, tenantHeaders } from './tenant.ts';

/** Questions about the telemetry, which a server elsewhere may answer as well. */
const ofTelemetry = /^\/api\/explore\/(?!find|status|coverage|datasources)/;

interface ForeignApi {
  /** What of the prefix the server elsewhere has in its own address. */
  readonly there: string;
  /** Where the source that the address names has this API; on other pages it is of another kind. */
  readonly page: RegExp;
}

/** By their prefix here. */
const foreign: Readonly<Record<string, ForeignApi>> = {
  '/prometheus/': { there: '', page: /^\/metrics$/ },
  '/tempo/': { there: '', page: /^\/traces$/ },
  '/loki/': { there: 'loki/', page: /^\/logs$/ },
};

const proxyPath = '/api/datasources/proxy/';
const unauthenticated = 401;

/** The datasource that the page's address names; empty: this Clew. */
export function sourceOfAddress(): string {
  return new URLSearchParams(location.search).get('source') ?? '';
}

export async function askClew(address: string, init: RequestInit): Promise<Response> {
  const asked = addressAt(sourceOfAddress(), location.pathname, address);
  const headers = new Headers(init.headers);
  for (const [name, value] of Object.entries(tenantHeaders())) headers.set(name, value);
  const response = await fetch(asked, { ...init, headers });
  // A server elsewhere that wants a login knows nothing of tenants here.
  if (response.status === unauthenticated && !asked.startsWith(proxyPath)) noteTenantMissing();
  return response;
}

/** Where a question is asked: Clew translates its own for the server elsewhere, those of foreign APIs go to it as they are. */
export function addressAt(source: string, pathname: string, address: string): string {
  if (source === '') return address;
  const uid = encodeURIComponent(source);
  for (const [prefix, { there, page }] of Object.entries(foreign)) {
    if (!address.startsWith(prefix)) continue;
    return page.test(pathname)
      ? `${proxyPath}uid/${uid}/${there}${address.slice(prefix.length)}`
      : address;
  }
  if (!ofTelemetry.test(address)) return address;
  return `${address}${address.includes('?') ? '&' : '?'}source=${uid}`;
}
