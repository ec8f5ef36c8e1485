// Lines that a pattern was tried on, with what it matched underlined and its value marked.

import type { ExploreLink } from '../../../src/api/explore/contract/records.ts';
import type { TestedLine } from '../../../src/api/explore/contract/datasources.ts';
import { AppLink } from '../../controls/app-link.tsx';
import { withSource } from '../../url/doors.ts';
import { piecesOf } from './pieces.ts';

interface TestedLinesProps {
  readonly lines: readonly TestedLine[];
  /** Where they are from; empty: this Clew. */
  readonly source: string;
}

export function TestedLines({ lines, source }: TestedLinesProps) {
  return (
    // The list scrolls, also by keyboard.
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
    <div className="tested-lines" tabIndex={0} role="group" aria-label="Lines that were tried">
      <ul>
        {lines.map((line) => (
          <li key={line.id} data-matched={line.value !== null || undefined}>
            <span aria-hidden="true">{line.value === null ? '·' : '✓'}</span>
            <span className="dim">{line.service}</span>
            <code>
              {piecesOf(line.text, line.match, line.group).map(({ text, kind, at }) =>
                kind === 'group' ? (
                  <mark key={at}>{text}</mark>
                ) : (
                  <span key={at} data-kind={kind}>
                    {text}
                  </span>
                ),
              )}
            </code>
            <span>
              {line.link !== null ? (
                <LinkOf link={line.link} source={source} />
              ) : line.value === null ? (
                <span className="dim">no match</span>
              ) : (
                <span className="dim">{line.value}: no link</span>
              )}
            </span>
          </li>
        ))}
      </ul>
    </div>
  );
}

function LinkOf({ link, source }: { readonly link: ExploreLink; readonly source: string }) {
  if (link.href !== null) {
    return <AppLink href={withSource(link.href, source)}>{link.title}</AppLink>;
  }
  if (link.externalUrl === null) return <span className="dim">{link.reason}</span>;
  return (
    <a href={link.externalUrl} target="_blank" rel="noreferrer" title={link.externalUrl}>
      {link.title} ↗
    </a>
  );
}
