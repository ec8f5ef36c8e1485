// Whatever the query and whatever the lines: an answer or a Failure, never another error. The seed is printed when it is not so.

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { FakeClock } from '../../../base/clock.ts';
import { Failure } from '../../../base/errors.ts';
import { labelsFromEntries } from '../../../model/labels.ts';
import { checkLogql } from '../syntax/check.ts';
import { keywords, functionNames } from '../syntax/functions.ts';
import { parseLogql } from '../syntax/parse.ts';
import { printLogql } from '../syntax/print.ts';
import { templateFunctions } from '../syntax/template/template-functions.ts';
import { parseTemplate } from '../syntax/template/template-parse.ts';
import { createLogqlEngine } from './engine.ts';
import { MemoryLogSource } from './memory-source.ts';
import { TextMap } from './template/go-values.ts';
import { runTemplate } from './template/run.ts';

const words = [...keywords, ...functionNames];
const symbols = '{ } ( ) [ ] , | = != =~ !~ |= |~ |> !> > >= < <= == + - * / % ^'.split(' ');
const pieces = [
  '[5m]',
  '[1h]',
  '{a="b"}',
  '| json',
  '| logfmt',
  '"x"',
  '`<a> <_>`',
  '"{{.a}}"',
  '1',
  '0.5',
  '5s',
  '1KB',
  '--strict',
  'a',
  'b',
  'v',
  '# c\n',
];
const soup = fc
  .array(
    fc.oneof(
      fc.constantFrom(...words),
      fc.constantFrom(...symbols),
      fc.constantFrom(...pieces),
      fc.string({ maxLength: 5 }),
    ),
    {
      maxLength: 25,
    },
  )
  .map((parts) => parts.join(' '));

function onlyFailures(run: () => void): void {
  try {
    run();
  } catch (error) {
    expect(error).toBeInstanceOf(Failure);
    expect((error as Failure).code).not.toBe('internal');
  }
}

test('parsing any text', () => {
  fc.assert(
    fc.property(fc.oneof(soup, fc.string({ unit: 'binary', maxLength: 60 })), (query) => {
      onlyFailures(() => {
        const expr = parseLogql(query);
        printLogql(expr);
        checkLogql(expr);
      });
    }),
    { numRuns: 3000 },
  );
});

// ----------------------------------------------------------------------------------- lines and stages

const value = fc.oneof(
  fc.string({ maxLength: 8 }),
  fc.constantFrom('1', '-2.5', '3s', '4KB', 'NaN', '10.0.0.1', '', '{}', 'null'),
);
const line = fc.oneof(
  fc.json(),
  fc
    .array(fc.tuple(fc.constantFrom('a', 'b', 'v', 'a b', '"', '9'), value), { maxLength: 4 })
    .map((pairs) => pairs.map(([key, text]) => `${key}=${text}`).join(' ')),
  fc
    .dictionary(fc.constantFrom('a', 'b', 'v', '_entry', 'x.y', ''), value)
    .map((record) => JSON.stringify(record)),
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc.json().map((text) => text.slice(0, -1)),
);

const stages = [
  '|= "a"',
  '!~ "b+"',
  '|> "<_>a<_>"',
  '|= ip("10.0.0.0/8")',
  '| json',
  '| json a="x.y[0]", q="a"',
  '| logfmt',
  '| logfmt --strict --keep-empty',
  '| logfmt q="a"',
  '| regexp "(?P<a>.)(?P<q>x)?"',
  '| pattern "<a>=<q> <_>"',
  '| unpack',
  '| decolorize',
  '| v > 1',
  '| v < 5s or a != ip("::1")',
  '| a=~".*" and b!="x"',
  '| v >= 1KB',
  '| line_format "{{.a}} {{__line__ | trunc 3}} {{range $k, $v := .}}{{$k}}{{end}}"',
  '| label_format q="{{.v | float64 | printf `%.1f`}}", z=a',
  '| drop a, b="1", __error__',
  '| keep v, a=~"."',
  '| __error__=""',
];
const queries = fc
  .record({
    stages: fc.array(fc.constantFrom(...stages), { maxLength: 4 }),
    shape: fc.constantFrom(
      (log: string) => log,
      (log: string) => `count_over_time(${log} [7s])`,
      (log: string) => `sum by (a) (bytes_rate(${log} [20s] offset 3s))`,
      (log: string) => `topk(2, rate(${log} | unwrap duration(v) | __error__="" [20s]))`,
      (log: string) => `quantile_over_time(0.5, ${log} | unwrap v | __error__="" [9s]) by (app)`,
      (log: string) => `rate_counter(${log} | unwrap bytes(v) | __error__="" [1m]) > bool 1`,
      (log: string) =>
        `stddev_over_time(${log} | unwrap v | __error__="" [30s]) without (a) or vector(1)`,
      (log: string) => `absent_over_time(${log} [5s])`,
    ),
  })
  .map(({ stages: chosen, shape }) => shape(['{app="x"}', ...chosen].join(' ')));

test('running any stages over any lines', async () => {
  await fc.assert(
    fc.asyncProperty(queries, fc.array(line, { maxLength: 12 }), async (query, lines) => {
      const source = new MemoryLogSource();
      lines.forEach((text, at) =>
        source.add({
          tenant: 't',
          timeNs: BigInt(at) * 2_500_000_000n,
          labels: labelsFromEntries([['app', 'x']]),
          line: text,
          metadata: labelsFromEntries(at % 2 === 0 ? [['a', 'meta']] : []),
        }),
      );
      const engine = createLogqlEngine({ logs: source, clock: new FakeClock(0) });
      const request = {
        query,
        tenants: ['t'],
        kind: 'range',
        startNs: 0n,
        endNs: 30_000_000_000n,
        stepNs: 4_000_000_000n,
        intervalNs: 0n,
        limit: 100,
        direction: 'backward',
      } as const;
      try {
        await engine.query(request, new AbortController().signal);
      } catch (error) {
        expect(error).toBeInstanceOf(Failure);
        expect((error as Failure).message).toContain('pipeline error');
      }
    }),
    { numRuns: 800 },
  );
});

// ------------------------------------------------------------------------------------------- templates

const templateWord = fc.oneof(
  fc.constantFrom(...Object.keys(templateFunctions)),
  fc.constantFrom(
    '.',
    '.a',
    '$',
    '$x',
    ':=',
    '=',
    '|',
    '(',
    ')',
    '"s"',
    '`r`',
    '1',
    '-2.5',
    "'c'",
    'nil',
    'true',
    ',',
  ),
  fc.constantFrom(
    'if',
    'else',
    'end',
    'range',
    'with',
    'define "t"',
    'template "t"',
    'block "t"',
    'break',
    'continue',
  ),
  fc.string({ maxLength: 3 }),
);
const action = fc.array(templateWord, { maxLength: 6 }).map((parts) => `{{${parts.join(' ')}}}`);
const templateText = fc
  .array(
    fc.oneof(
      action,
      fc.constantFrom('{{if .a}}', '{{range .}}', '{{else}}', '{{end}}', 'text', '{{- ', ' -}}'),
    ),
    { maxLength: 8 },
  )
  .map((parts) => parts.join(''));

test('parsing and running any template', () => {
  fc.assert(
    fc.property(templateText, (text) => {
      onlyFailures(() => {
        runTemplate(parseTemplate('line', text), {
          line: 'line',
          timeNs: 0n,
          nowNs: () => 0n,
          label: (name: string) => (name === 'a' ? 'value' : undefined),
          all: () => new TextMap([['a', 'value']]),
        });
      });
    }),
    { numRuns: 5000 },
  );
});
