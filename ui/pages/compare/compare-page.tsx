// Compare.

import { TopbarSlot } from '../../controls/topbar-slot.tsx';

export function ComparePage() {
  return (
    <TopbarSlot place="start">
      <h1>Compare</h1>
    </TopbarSlot>
  );
}
