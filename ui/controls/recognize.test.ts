import { expect, test } from 'vitest';
import { recognizeTraceId } from './recognize.ts';

const id = '4bf92f3577b34da6a3ce929d0e0e4736';

test.each([
  [id, id],
  [id.toUpperCase(), id],
  ['4bf92f35-77b3-4da6-a3ce-929d0e0e4736', id],
  [`00-${id}-00f067aa0ba902b7-01`, id],
  [` "${id}", `, id],
  ['a3ce929d0e0e4736', `0000000000000000a3ce929d0e0e4736`],
  [`2026-11-22 14:03:12 ERROR declined trace_id=${id} span_id=00f067aa0ba902b7`, id],
  [`http://localhost:3000/trace/${id}?span=00f067aa0ba902b7`, id],
  ['hello', undefined],
  ['', undefined],
])('%s', (text, expected) => {
  expect(recognizeTraceId(text)?.traceId).toBe(expected);
});
