import { afterEach, describe, expect, test } from 'vitest';
import { Failure } from '../../base/errors.ts';
import { lokiErrorResponse } from '../loki/errors.ts';
import { prometheusErrorResponse } from '../prometheus/envelope.ts';
import { grpcStatusOf, tempoErrorResponse } from '../tempo/errors.ts';
import { onDefect } from './defect.ts';

const reported: string[] = [];
onDefect((stack) => reported.push(stack));
afterEach(() => void reported.splice(0));

const envelopes = { lokiErrorResponse, prometheusErrorResponse, tempoErrorResponse, grpcStatusOf };

for (const [name, answer] of Object.entries(envelopes)) {
  describe(name, () => {
    test('reports our mistakes with their stack and tells the client nothing of it', async () => {
      const told = answer(new TypeError('x is not a function'));
      expect(reported).toEqual([expect.stringMatching(/^TypeError: x is not a function\n\s+at /)]);
      const text = told instanceof Response ? await told.text() : told.details;
      expect(text).toMatch(/internal error/);
      expect(text).not.toMatch(/TypeError|is not a function/);
    });

    test('reports nothing of what the client did', () => {
      answer(new Failure('syntax', 'parse error'));
      answer(new Failure('canceled', 'gone'));
      expect(reported).toEqual([]);
    });
  });
}
