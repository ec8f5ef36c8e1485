// Copies a text and says so for a moment.

import { useEffect, useState } from 'react';
import { Icon } from './icon-button.tsx';

interface CopyButtonProps {
  readonly text: string;
  /** What is copied: `trace ID`, `value`. */
  readonly what: string;
  readonly children?: string;
}

const saidMs = 1500;

/** Also where the clipboard API is withheld: pages over plain HTTP from another machine. */
export async function copyText(text: string): Promise<void> {
  if (isSecureContext) {
    await navigator.clipboard.writeText(text);
    return;
  }
  const area = document.createElement('textarea');
  area.value = text;
  area.className = 'visually-hidden';
  document.body.append(area);
  area.select();
  document.execCommand('copy');
  area.remove();
}

export function CopyButton({ text, what, children }: CopyButtonProps) {
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return undefined;
    const timer = setTimeout(() => setCopied(false), saidMs);
    return () => clearTimeout(timer);
  }, [copied]);
  return (
    <button
      type="button"
      className={children === undefined ? 'icon-button' : 'text-button'}
      aria-label={`Copy ${what}`}
      title={copied ? 'Copied' : `Copy ${what}`}
      onClick={(event) => {
        event.stopPropagation();
        copyText(text).then(
          () => setCopied(true),
          () => setCopied(false),
        );
      }}
    >
      <Icon name={copied ? 'check' : 'copy'} size={14} />
      {children !== undefined && <span>{copied ? 'Copied' : children}</span>}
    </button>
  );
}
