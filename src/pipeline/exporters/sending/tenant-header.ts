// An exporter passes on whose data it sends. A tenant that its configuration names (`headers: {X-Scope-OrgID: shop}`) goes before the
// data's own, for servers elsewhere and for the embedded store alike.

import { Failure } from '../../../base/errors.ts';
import type { ConsumeContext } from '../../../model/consumers.ts';
import { readTenant, tenantHeader } from '../../../model/tenant.ts';
import type { ComponentSettings } from '../../component.ts';

type Headers = Readonly<Record<string, string>>;

function configured(headers: Headers): string | undefined {
  return Object.entries(headers).find(([name]) => name.toLowerCase() === tenantHeader)?.[1];
}

/** What is sent besides the configured headers: the data's tenant, when tenants are on and none is configured. */
export function tenantHeaders(
  { tenants }: Pick<ComponentSettings, 'tenants'>,
  headers: Headers,
): (context: ConsumeContext) => Headers {
  if (tenants?.enabled !== true || configured(headers) !== undefined) return () => ({});
  return ({ tenant }) => ({ 'X-Scope-OrgID': tenant });
}

/** Whose data it is in the embedded store. Throws `config` when the configured header names no single tenant. */
export function embeddedContext(
  { tenants, id }: Pick<ComponentSettings, 'tenants' | 'id'>,
  headers: Headers,
): (context: ConsumeContext) => ConsumeContext {
  const named = configured(headers);
  if (tenants?.enabled !== true || named === undefined) return (context) => context;
  try {
    const tenant = readTenant(named, tenants);
    return (context) => ({ ...context, tenant });
  } catch (cause) {
    throw new Failure('config', `exporters::${id}: X-Scope-OrgID "${named}" names no tenant`, {
      cause,
    });
  }
}
