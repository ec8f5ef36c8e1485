// The tenants that a request's header names, by the rules of `model/tenant.ts`.

import { readTenant, readTenants, tenantHeader, type TenantPolicy } from '../../model/tenant.ts';

/** For reads. */
export function tenantsOf(headers: Headers, policy: TenantPolicy): readonly string[] {
  return readTenants(headers.get(tenantHeader) ?? '', policy);
}

/** For writes: exactly one. */
export function tenantOf(headers: Headers, policy: TenantPolicy): string {
  return readTenant(headers.get(tenantHeader) ?? '', policy);
}
