// The text of a line in its detail: laid out when it is JSON, in color when it was, formatted when it is a stack trace,
// and in pieces that are drawn as they are scrolled to when it is very long. Always text, never HTML.

import { useVirtualizer } from '@tanstack/react-virtual';
import { useMemo, useRef, useState } from 'react';
import { printCount } from '../words/numbers.ts';
import { hasEscapes, plainText, styledParts } from './ansi.ts';
import { readableBody } from './log-text.ts';
import { parseStack } from './stack-trace.ts';

interface LineTextProps {
  readonly body: string;
  /** In all, when `body` is cut. */
  readonly characters: number;
  /** Asks for the rest; undefined: it is all there. */
  readonly onAll: (() => void) | undefined;
  readonly isLoading: boolean;
}

/** Beyond, a text is shown cut until someone asks for all of it. */
export const shownCharactersMax = 16_000;

export function LineText({ body, characters, onAll, isLoading }: LineTextProps) {
  const [showsAll, setShowsAll] = useState(false);
  const isCut = onAll !== undefined || (body.length > shownCharactersMax && !showsAll);
  const text = isCut ? body.slice(0, shownCharactersMax) : body;
  return (
    <>
      {!isCut && body.length > shownCharactersMax ? (
        <LongText text={plainText(readableBody(body))} />
      ) : (
        <ShortText text={text} />
      )}
      {isCut && (
        <p className="log-detail-cut number">
          The first {printCount(text.length)} of {printCount(characters)} characters.{' '}
          <button
            type="button"
            className="text-button"
            disabled={isLoading}
            onClick={() => {
              setShowsAll(true);
              onAll?.();
            }}
          >
            {isLoading ? 'Loading…' : `Show all ${printCount(characters)}`}
          </button>
        </p>
      )}
    </>
  );
}

export function ShortText({ text }: { readonly text: string }) {
  const stack = parseStack(text);
  if (stack !== undefined) {
    return (
      <pre className="log-detail-body" dir="ltr" data-testid="stack-trace">
        {stack.map((line, at) => (
          // Lines have no other name than their place.
          // oxlint-disable-next-line react/no-array-index-key
          <span key={at} className="stack-line" data-kind={line.kind}>
            {plainText(line.text)}
            {'\n'}
          </span>
        ))}
      </pre>
    );
  }
  if (hasEscapes(text)) {
    return (
      <pre className="log-detail-body" dir="auto">
        {styledParts(text).map((part, at) => (
          <span
            // oxlint-disable-next-line react/no-array-index-key
            key={at}
            style={{
              ...(part.color === '' ? {} : { color: part.color }),
              ...(part.isBold ? { fontWeight: 700 } : {}),
            }}
          >
            {part.text}
          </span>
        ))}
      </pre>
    );
  }
  return (
    <pre className="log-detail-body" dir="auto">
      {plainText(readableBody(text))}
    </pre>
  );
}

const pieceCharacters = 140;
const pieceHeight = 18;

/** Lines, the long ones in pieces. */
export function piecesOf(text: string): string[] {
  const pieces: string[] = [];
  for (const line of text.split('\n')) {
    if (line === '') pieces.push('');
    for (let at = 0; at < line.length; at += pieceCharacters)
      pieces.push(line.slice(at, at + pieceCharacters));
  }
  return pieces;
}

function LongText({ text }: { readonly text: string }) {
  const pieces = useMemo(() => piecesOf(text), [text]);
  const scroller = useRef<HTMLDivElement>(null);
  // oxlint-disable-next-line react/incompatible-library
  const virtualizer = useVirtualizer({
    count: pieces.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => pieceHeight,
    overscan: 10,
  });
  return (
    <div
      ref={scroller}
      className="log-detail-body log-detail-long"
      role="region"
      aria-label="The whole text"
      tabIndex={0}
      data-testid="long-text"
    >
      <div style={{ height: virtualizer.getTotalSize(), position: 'relative' }}>
        {virtualizer.getVirtualItems().map((item) => (
          <pre
            key={item.key}
            dir="ltr"
            style={{ transform: `translateY(${item.start}px)`, height: pieceHeight }}
          >
            {pieces[item.index]}
          </pre>
        ))}
      </div>
    </div>
  );
}
