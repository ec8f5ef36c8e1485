// Whose data telemetry and queries speak of. Tenants are off by default: whatever names one is not looked at, and all data is of one
// tenant, so that logs and traces always meet. When they are on, every request names its tenant, and queries may name several (`a|b`).

import { Failure } from '../base/errors.ts';

export const defaultTenant = 'default';

/** The HTTP header, and the gRPC metadata key, that name the tenant. */
export const tenantHeader = 'x-scope-orgid';

export interface TenantPolicy {
  readonly enabled: boolean;
}

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

/** For reads; `named` is what the header says, empty when there is none. */
export function readTenants(named: string, policy: TenantPolicy): readonly string[] {
  if (!policy.enabled) return [defaultTenant];
  return [...new Set(named.split('|').map(checkTenant))];
}

/** For writes: exactly one. */
export function readTenant(named: string, policy: TenantPolicy): string {
  return policy.enabled ? checkTenant(named) : defaultTenant;
}
