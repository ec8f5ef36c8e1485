// Sources.

import { TopbarSlot } from '../../controls/topbar-slot.tsx';

export function SourcesPage() {
  return (
    <TopbarSlot place="start">
      <h1>Sources</h1>
    </TopbarSlot>
  );
}
