import { describe, expect, test } from 'vitest';
import { Failure } from '../../base/errors.ts';
import {
  checkEmbedded,
  type EmbeddedEvaluator,
  embeddedEnd,
  type EmbeddedLanguage,
  embeddedInPlace,
  traceSpellings,
} from './embedded.ts';

/** What stands between the first parenthesis and the one that closes it. */
function check(language: EmbeddedLanguage, text: string, expected: string | undefined): void {
  const from = text.indexOf('(') + 1;
  const end = embeddedEnd(text, from, language);
  expect(end < 0 ? undefined : text.slice(from, end), text).toBe(expected);
}

describe('where an embedded query ends', () => {
  const cases: readonly (readonly [EmbeddedLanguage, string, string | undefined])[] = [
    ['traceql', '({ a }) | x', '{ a }'],
    ['traceql', '(({ a } | count() > 2) && { b }) rest)', '({ a } | count() > 2) && { b }'],
    ['traceql', '({ name = ")" })', '{ name = ")" }'],
    ['traceql', '({ name = "\\")" }))', '{ name = "\\")" }'],
    ['traceql', '({ name = `)"` })', '{ name = `)"` }'],
    ['traceql', '({ a } // :)\n)', '{ a } // :)\n'],
    ['traceql', '({ a } /* :) */)', '{ a } /* :) */'],
    ['traceql', '({ .a//b = 1 })', '{ .a//b = 1 }'],
    ['traceql', '({ span."a)" = 1 })', '{ span."a)" = 1 }'],
    ['traceql', '({ a }', undefined],
    // Its own language says what is not closed.
    ['traceql', '({ a = ")', '{ a = "'],
    ['logql', '({a="b"} |= ":)")', '{a="b"} |= ":)"'],
    ['logql', '({a="b"} | (x="1" or y="2"))', '{a="b"} | (x="1" or y="2")'],
    ['logql', '({a="b"} # :)\n)', '{a="b"} # :)\n'],
    ['logql', '({a="b"} |~ `#\\)`)', '{a="b"} |~ `#\\)`'],
    ['logql', '()', ''],
  ];
  test.each(cases)('%s %s', check);
});

test('the text stands at its place, in line and column', () => {
  const host = 'first\nä | trace({ x })';
  const start = host.indexOf('{');
  const placed = embeddedInPlace(host, {
    language: 'traceql',
    text: '{ x }',
    span: { start, end: start + 5 },
  });
  expect(placed).toBe(`     \n${' '.repeat(start - 6)}{ x }`);
});

describe('what is refused', () => {
  const evaluator: EmbeddedEvaluator = {
    checkQuery: (query) => {
      const at = query.indexOf('!');
      if (at >= 0) throw new Failure('syntax', 'no "!"', { position: { start: at, end: at + 1 } });
    },
    findTraces: () => Promise.resolve({ traceIds: [], complete: true }),
  };
  const failure = (text: string, given: EmbeddedEvaluator | undefined): Failure | undefined => {
    const span = { start: 10, end: 10 + text.length };
    try {
      checkEmbedded(`0123456789${text})`, { language: 'logql', text, span }, given);
    } catch (error) {
      return error as Failure;
    }
    return undefined;
  };

  test('nothing, when the other language takes it', () => {
    expect(failure('{a="b"}', evaluator)).toBeUndefined();
  });

  test('a fault, at its place in the whole query', () => {
    expect(failure('a ! b', evaluator)).toMatchObject({
      code: 'syntax',
      message: 'in logs(…): no "!"',
      position: { start: 12, end: 13 },
    });
  });

  test('an empty text', () => {
    expect(failure(' ', evaluator)?.message).toBe('logs(…) is empty: write a LogQL query inside');
  });

  test('a query where nobody evaluates it', () => {
    expect(failure('{a="b"}', undefined)).toMatchObject({
      code: 'unsupported',
      position: { start: 10, end: 17 },
    });
  });
});

test('a padded low half names the trace', () => {
  const traceId = '4bf92f3577b34da6a3ce929d0e0e4736';
  expect([...traceSpellings([traceId])]).toEqual([traceId, '0000000000000000a3ce929d0e0e4736']);
});
