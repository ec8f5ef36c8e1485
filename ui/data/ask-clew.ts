// The request itself: to this Clew, with the tenant that was chosen and the source that the address names.

import { noteTenantMissing, tenantHeaders } from './tenant.ts';

/** Questions about the telemetry, which a server elsewhere may answer as well. */
const ofTelemetry = /^\/api\/explore\/(?!find|status|coverage|datasources)/;

/** Prefixes of the foreign APIs here, and what of them the server elsewhere has in its own address. */
const foreign: Readonly<Record<string, string>> = {
  '/prometheus/': '',
  '/tempo/': '',
  '/loki/': 'loki/',
};
const unauthenticated = 401;

/** The datasource that the page's address names; empty: this Clew. */
export function sourceOfAddress(): string {
  return new URLSearchParams(location.search).get('source') ?? '';
}

export async function askClew(address: string, init: RequestInit): Promise<Response> {
  const asked = addressAt(sourceOfAddress(), address);
  const headers = new Headers(init.headers);
  for (const [name, value] of Object.entries(tenantHeaders())) headers.set(name, value);
  const response = await fetch(asked, { ...init, headers });
  if (response.status === unauthenticated) noteTenantMissing();
  return response;
}

/** Where a question is asked: Clew translates its own for the server elsewhere, those of foreign APIs go to it as they are. */
export function addressAt(source: string, address: string): string {
  if (source === '') return address;
  const uid = encodeURIComponent(source);
  for (const [prefix, there] of Object.entries(foreign)) {
    if (!address.startsWith(prefix)) continue;
    return `/api/datasources/proxy/uid/${uid}/${there}${address.slice(prefix.length)}`;
  }
  if (!ofTelemetry.test(address)) return address;
  return `${address}${address.includes('?') ? '&' : '?'}source=${uid}`;
}
