// A dotted name that may be broken behind its dots, and only there as long as that suffices.

import { Fragment } from 'react';

export function Breakable({ text }: { readonly text: string }) {
  const parts = text.split(/(?<=[._/:-])/);
  return (
    <>
      {parts.map((part, at) => (
        <Fragment key={at}>
          {at > 0 && <wbr />}
          {part}
        </Fragment>
      ))}
    </>
  );
}
