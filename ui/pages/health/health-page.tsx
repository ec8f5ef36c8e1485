// Health.

import { TopbarSlot } from '../../controls/topbar-slot.tsx';

export function HealthPage() {
  return (
    <TopbarSlot place="start">
      <h1>Health</h1>
    </TopbarSlot>
  );
}
