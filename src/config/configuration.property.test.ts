// Whatever stands in a file, reading it ends with a result or with problems, never with a throw, and soon.

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { loadCollectorConfig } from './collector/load.ts';
import { Section } from './collector/section.ts';
import { loadDatasources } from './datasources/load.ts';
import { readSettings } from './settings.ts';

const components = {
  receivers: [
    {
      type: 'otlp',
      aliases: [],
      signals: ['logs' as const],
      parseConfig: (raw: unknown, problem: (path: readonly string[], message: string) => void) => {
        const section = new Section(raw, problem);
        section.string('endpoint', '');
        section.strings('list');
        section.durationMs('timeout', 0);
        section.stringMap('headers');
        section.end();
      },
    },
  ],
  processors: [],
  exporters: [],
  extensions: [],
};

function readAll(text: string): void {
  const source = { name: 'x.yaml', text };
  const env = { A: text, B: '["${env:A}"]' };
  const embedded = { isEmbedded: () => false };
  const { config, problems } = loadCollectorConfig({ sources: [source, source], env, components });
  expect(config === undefined).toBe(problems.length > 0);
  loadDatasources({ sources: [source], env, embedded });
  readSettings({ flags: {}, env: {}, file: source });
}

const words = fc.constantFrom(
  'receivers',
  'otlp',
  'exporters',
  'service',
  'pipelines',
  'logs',
  'datasources',
  'name',
  'type',
  'jsonData',
  'derivedFields',
  'tracesToLogsV2',
  'tags',
  'endpoint',
  'list',
  'timeout',
  'headers',
  '__proto__',
  ': ',
  '\n',
  '\n  ',
  '- ',
  '{',
  '}',
  '[',
  ']',
  ', ',
  '&a ',
  '*a',
  '<<: *a',
  '!!map ',
  '"',
  "'",
  '|',
  '#',
  '?',
  '~',
  'null',
  '1e999',
  '${env:A}',
  '${env:B}',
  '${',
  '${yaml:',
  '$$',
  '$X',
);

test('any sequence of words of these files', () => {
  fc.assert(
    fc.property(fc.array(words, { maxLength: 40 }), (parts) => readAll(parts.join(''))),
    { numRuns: 500 },
  );
});

test('any value in any place', () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 6 }), fc.jsonValue(), (value, other) => {
      readAll(
        JSON.stringify({ receivers: { otlp: value }, service: { pipelines: { logs: other } } }),
      );
      readAll(
        JSON.stringify({ datasources: [{ name: 'a', type: 'loki', jsonData: value }, other] }),
      );
    }),
    { numRuns: 200 },
  );
});

test.each([
  ['nesting without end', '['.repeat(20_000)],
  ['closed nesting', `receivers: ${'['.repeat(3000)}${']'.repeat(3000)}`],
  ['maps in maps', `receivers: ${'{a: '.repeat(2000)}${'}'.repeat(2000)}`],
  [
    'aliases that multiply',
    `a: &a [x, x, x, x, x, x, x, x, x]\n${Array.from('bcdefghij', (name, at) => `${name}: &${name} [${Array(9).fill(`*${'abcdefghij'[at]}`).join(', ')}]`).join('\n')}`,
  ],
  ['references that multiply', 'receivers: "${env:A}${env:A}${env:A}"'],
])('%s', (_, text) => {
  readAll(text);
});
