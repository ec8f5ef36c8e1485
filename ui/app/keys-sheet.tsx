// The sheet of keys that `?` opens.

import { Modal } from '@mantine/core';

const groups: readonly (readonly [string, readonly (readonly [string, string])[]])[] = [
  [
    'Everywhere',
    [
      ['?', 'this sheet'],
      ['Ctrl K', 'go to: an ID, a log line, a query, a service'],
      ['g o', 'overview'],
      ['g l', 'logs'],
      ['g t', 'traces'],
      ['g m', 'metrics'],
      ['g s', 'sources'],
      ['g h', 'health'],
      ['t', 'time range'],
      ['Z', 'twice the time range'],
      ['y', 'copy a link to what is seen'],
      ['r', 'ask for fresh data'],
      ['m', 'where the mark under the pointer or the row leads'],
      ['Esc', 'back one step of the drill-down'],
    ],
  ],
  [
    'Overview',
    [
      ['← →', 'move on a chart; with Shift select, Enter looks behind'],
      ['j k', 'next, previous service, or line behind a box'],
      ['Enter', 'narrow to the service, open the line'],
      ['m', 'where it leads'],
      ['/', 'find a service'],
      ['z', 'zoom to the box'],
    ],
  ],
  [
    'Logs',
    [
      ['/', 'write a query'],
      ['j k', 'next, previous line'],
      ['Enter', 'open the line, then its trace'],
      ['[ ]', 'previous, next error'],
      ['.', 'live tail'],
      ['b p w', 'facets, patterns, wrapped lines'],
      ['f x', 'only, or no lines of the line’s service'],
      ['m', 'where the line or the bar leads'],
    ],
  ],
  [
    'Traces',
    [
      ['j k', 'next, previous trace'],
      ['Enter', 'open the trace'],
      ['x', 'pick it, to compare two'],
      ['[ ]', 'previous, next failed trace'],
      ['m', 'where it leads'],
      ['z Z', 'zoom to the box, and out'],
    ],
  ],
  [
    'Trace',
    [
      ['j k', 'next, previous span, or line where the lines have the focus'],
      ['Enter', 'only the span’s lines, and all again'],
      ['e', 'fold or unfold'],
      ['[ ]', 'previous, next error'],
      ['s', 'next span with log lines'],
      ['z Z', 'zoom to the span, and out'],
      ['c l', 'critical path, log lines as rows'],
      ['/', 'find in spans and lines'],
      ['m', 'where the span leads'],
    ],
  ],
  [
    'Metrics',
    [
      ['← →', 'move on the chart; with Shift select, Enter zooms'],
      ['↑ ↓', 'the series that is read'],
      ['j k', 'next, previous series alone; Esc draws all'],
      ['m', 'where the point or the series leads'],
    ],
  ],
  [
    'Writing a query',
    [
      ['Ctrl Space', 'what may stand here'],
      ['F1', 'what the word at the cursor means'],
      ['Enter', 'run it; with Shift a new line'],
      ['Esc', 'leave it'],
    ],
  ],
];

export function KeysSheet({ onClose }: { readonly onClose: () => void }) {
  return (
    <Modal
      opened
      onClose={onClose}
      title="Keys"
      size="lg"
      closeButtonProps={{ 'aria-label': 'Close' }}
      transitionProps={{ duration: 0 }}
    >
      <div className="keys-sheet">
        {groups.map(([name, keys]) => (
          <section key={name}>
            <h3>{name}</h3>
            <dl>
              {keys.map(([key, meaning]) => (
                <div key={key}>
                  <dt>
                    {key.split(' ').map((one) => (
                      <kbd key={one}>{one}</kbd>
                    ))}
                  </dt>
                  <dd>{meaning}</dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
    </Modal>
  );
}
