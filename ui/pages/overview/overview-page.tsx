// Overview.

import { TopbarSlot } from '../../controls/topbar-slot.tsx';

export function OverviewPage() {
  return (
    <TopbarSlot place="start">
      <h1>Overview</h1>
    </TopbarSlot>
  );
}
