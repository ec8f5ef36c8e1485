// Traces.

import { TopbarSlot } from '../../controls/topbar-slot.tsx';

export function TracesPage() {
  return (
    <TopbarSlot place="start">
      <h1>Traces</h1>
    </TopbarSlot>
  );
}
