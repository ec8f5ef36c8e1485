import { expect, test } from 'vitest';
import { readStackTrace } from './stack-trace.ts';

const signs = { message: '!', own: '+', library: '-' } as const;

function check(text: string, expected: readonly string[] | undefined): void {
  expect(
    readStackTrace(text)?.map((part) =>
      part.kind === 'libraries'
        ? `(${part.lines.length})`
        : `${signs[part.kind]} ${part.text.trim()}`,
    ),
  ).toEqual(expected);
}

test('runs of library frames are one part, a single one is kept', () => {
  check(
    `CardDeclinedError: card declined
    at charge (/app/src/charge.ts:41:11)
    at Layer.handle (/app/node_modules/express/lib/router/layer.js:95:5)
    at next (/app/node_modules/express/lib/router/route.js:149:13)
    at pay (/app/src/pay.ts:17:9)
    at process.processTicksAndRejections (node:internal/process/task_queues:95:5)
`,
    [
      '! CardDeclinedError: card declined',
      '+ at charge (/app/src/charge.ts:41:11)',
      '(2)',
      '+ at pay (/app/src/pay.ts:17:9)',
      '- at process.processTicksAndRejections (node:internal/process/task_queues:95:5)',
    ],
  );
});

test('what has no frames is no stack trace', () => {
  check('card declined\nby issuer', undefined);
  check('', undefined);
});

test('an endless one is cut', () => {
  const text = `E\n${'    at f (/app/f.ts:1:1)\n'.repeat(2000)}`;
  expect(readStackTrace(text)?.at(-1)).toEqual({ kind: 'message', text: '… 1502 more lines' });
});
