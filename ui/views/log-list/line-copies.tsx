// The text of a log line, and all of its record, to the clipboard.

import type { ExploreLogLine } from '../../../src/api/explore/contract/records.ts';
import { CopyButton } from '../../controls/copy-button.tsx';

export function LineCopies({ line }: { readonly line: ExploreLogLine }) {
  return (
    <>
      <CopyButton text={line.body} what="the text">
        Text
      </CopyButton>
      <CopyButton text={JSON.stringify(line, undefined, 2)} what="the record as JSON">
        JSON
      </CopyButton>
    </>
  );
}
