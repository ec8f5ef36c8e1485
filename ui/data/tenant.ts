// Whose data is looked at, for a Clew that was started with `--tenants`: sent along with every request. A tab keeps its own;
// a new one begins with what was chosen last, or with what the link names that opened it.

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
    // Another tab may have chosen another one since: what this tab shows is of its own.
    return sessionStorage.getItem(key) ?? localStorage.getItem(key) ?? unstored;
  } catch {
    return unstored;
  }
}

/** Copied links name the tenant: whoever opens one sees the same. */
export const tenantParameter = 'tenant';
/** A name is short and printable; a request with another one would not even be sent. */
const namePattern = /^[\x20-\x7e]{1,300}$/;

/** The tenant of the link that opened this page becomes the tab's; the address keeps what is of the page. */
export function adoptTenantOfAddress(): void {
  const url = new URL(location.href);
  const named = url.searchParams.get(tenantParameter);
  if (named === null) return;
  if (namePattern.test(named)) setTenant(named);
  url.searchParams.delete(tenantParameter);
  history.replaceState(history.state, '', url.pathname + url.search + url.hash);
}

export function tenantOfTab(): string {
  return read();
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
    sessionStorage.setItem(key, tenant);
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
