// Whose data a request speaks of. Tenants are off by default: the header is ignored and there is one tenant. When they
// are on, every request must name its tenant, and queries may name several (`a|b`).

import { Failure } from '../../base/errors.ts';

export const defaultTenant = 'default';

export interface TenantPolicy {
  readonly enabled: boolean;
}

const tenantHeader = 'x-scope-orgid';
const tenantLengthMax = 150;

function checkTenant(tenant: string): string {
  if (tenant === '') throw new Failure('unauthenticated', 'no org id');
  if (tenant.length > tenantLengthMax || !/^[A-Za-z0-9!\-_.*'()]+$/.test(tenant)) {
    throw new Failure(
      'invalid-data',
      `tenant ID ${JSON.stringify(tenant.slice(0, 60))} has characters that are not allowed, or is longer than ${tenantLengthMax}`,
    );
  }
  return tenant;
}

/** For reads. */
export function tenantsOf(headers: Headers, policy: TenantPolicy): readonly string[] {
  if (!policy.enabled) return [defaultTenant];
  return [...new Set((headers.get(tenantHeader) ?? '').split('|').map(checkTenant))];
}

/** For writes: exactly one. */
export function tenantOf(headers: Headers, policy: TenantPolicy): string {
  if (!policy.enabled) return defaultTenant;
  return checkTenant(headers.get(tenantHeader) ?? '');
}
