// Whose data is looked at, for a Clew that was started with `--tenants`: chosen once for this browser and sent along with
// every request.

import { useSyncExternalStore } from 'react';

const key = 'clew.tenant';
const header = 'x-scope-orgid';
const listeners = new Set<() => void>();
/** Whether the server has refused to answer for want of a tenant. */
let isMissing = false;
/** Where the browser forbids storage, the choice lasts as long as the page. */
let unstored = '';

function read(): string {
  try {
    return localStorage.getItem(key) ?? unstored;
  } catch {
    return unstored;
  }
}

function tell(): void {
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function tenantHeaders(): Readonly<Record<string, string>> {
  const tenant = read();
  return tenant === '' ? {} : { [header]: tenant };
}

export function setTenant(tenant: string): void {
  unstored = tenant;
  isMissing = false;
  try {
    localStorage.setItem(key, tenant);
  } catch {
    // Kept for this page.
  }
  tell();
}

/** Called when the server answers that a request named no tenant. */
export function noteTenantMissing(): void {
  if (isMissing) return;
  isMissing = true;
  tell();
}

export function useTenant(): { readonly tenant: string; readonly isMissing: boolean } {
  const tenant = useSyncExternalStore(subscribe, read);
  const missing = useSyncExternalStore(subscribe, () => isMissing);
  return { tenant, isMissing: missing };
}
