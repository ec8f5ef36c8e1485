// Asks whose data to look at when the server keeps tenants apart, and says whose it is afterwards.

import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { setTenant, useTenant } from '../data/tenant.ts';

/** The banner that asks. */
export function TenantForm() {
  const { tenant, isMissing } = useTenant();
  const [text, setText] = useState(tenant);
  const client = useQueryClient();
  if (!isMissing) return null;
  return (
    <div className="banner" role="status" data-kind="warning" data-testid="tenant-form">
      <form
        className="tenant-form"
        onSubmit={(event) => {
          event.preventDefault();
          setTenant(text.trim());
          void client.resetQueries();
        }}
      >
        <p>
          This Clew keeps tenants apart, and shows nothing until it knows whose telemetry you want
          to see.
        </p>
        <label>
          Tenant{' '}
          <input
            className="text-field mono"
            value={text}
            placeholder="team-a, or team-a|team-b"
            onChange={(event) => setText(event.currentTarget.value)}
          />
        </label>
        <button type="submit" className="text-button" data-primary disabled={text.trim() === ''}>
          Show it
        </button>
      </form>
    </div>
  );
}

/** In the top bar: whose data this is, and the way to another. */
export function TenantMark() {
  const { tenant } = useTenant();
  const client = useQueryClient();
  if (tenant === '') return null;
  return (
    <button
      type="button"
      className="text-button"
      data-quiet
      title="Whose telemetry this is. Press to look at another’s."
      data-testid="tenant"
      onClick={() => {
        setTenant('');
        void client.resetQueries();
      }}
    >
      tenant {tenant}
    </button>
  );
}
