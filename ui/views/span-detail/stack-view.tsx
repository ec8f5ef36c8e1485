// A stack trace: the application's frames stand out, runs of library frames are one line that opens.

import { useState } from 'react';
import { CopyButton } from '../../controls/copy-button.tsx';
import type { StackPart } from './stack-trace.ts';

interface StackViewProps {
  /** As it was sent, for the copy. */
  readonly text: string;
  readonly parts: readonly StackPart[];
}

export function StackView({ text, parts }: StackViewProps) {
  const [isOpen, setOpen] = useState(false);
  return (
    <div className="stack" data-testid="stack">
      <CopyButton text={text} what="stack trace" />
      {parts.map((part, at) => {
        if (part.kind === 'libraries' && !isOpen) {
          return (
            <button
              key={at}
              type="button"
              className="link-button stack-libraries"
              onClick={() => setOpen(true)}
            >
              {part.lines.length} frames of libraries
            </button>
          );
        }
        const lines = part.kind === 'libraries' ? part.lines : [part];
        return lines.map((line, within) => (
          <div key={`${at}-${within}`} className="stack-line mono" data-kind={line.kind}>
            {line.text}
          </div>
        ));
      })}
    </div>
  );
}
