// Metrics.

import { TopbarSlot } from '../../controls/topbar-slot.tsx';

export function MetricsPage() {
  return (
    <TopbarSlot place="start">
      <h1>Metrics</h1>
    </TopbarSlot>
  );
}
