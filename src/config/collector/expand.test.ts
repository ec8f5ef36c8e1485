import { expect, test } from 'vitest';
import { parseYamlValue } from '../yaml-documents.ts';
import { ExpandedValue, expandTree } from './expand.ts';

const env = {
  PORT: '4317',
  HOST: 'tempo',
  YES: 'true',
  LIST: '[a, "${env:HOST}"]',
  EMPTY: '',
  QUOTED: '"4317"',
  NESTED: '${env:HOST}',
  WHICH: 'HOST',
  LOOP: 'x${env:LOOP}',
  SELF: '${env:SELF}',
  DOLLAR: 'a$$b',
  SELF_LIST: '["${env:SELF_LIST}", "${env:SELF_LIST}"]',
  DOUBLE: '${env:DOUBLE}${env:DOUBLE}',
};

interface Expanded {
  readonly value: unknown;
  readonly original?: string;
  readonly problems?: readonly string[];
  readonly warnings?: readonly string[];
}

function check(text: string, expected: Expanded): void {
  test(text, () => {
    const problems: string[] = [];
    const warnings: string[] = [];
    const tree = expandTree(parseYamlValue(`value: ${JSON.stringify(text)}`), {
      env,
      readFile: (path) => {
        if (path === '/secret') return 's3cret';
        throw new Error('ENOENT');
      },
      problem: (path, message) => problems.push(`${path.join('::')}: ${message}`),
      warn: (message) => warnings.push(message),
    }) as Record<string, unknown>;
    const value = tree['value'];
    expect({
      value: value instanceof ExpandedValue ? value.value : value,
      original: value instanceof ExpandedValue ? value.original : undefined,
      problems,
      warnings,
    }).toEqual({ original: undefined, problems: [], warnings: [], ...expected });
  });
}

check('plain', { value: 'plain' });
check('$HOST stays', { value: '$HOST stays' });
check('${env:PORT}', { value: 4317, original: '4317' });
check('${PORT}', { value: 4317, original: '4317' });
check('${env:QUOTED}', { value: '"4317"', original: '"4317"' });
check('${env:YES}', { value: true, original: 'true' });
check('${env:HOST}:${env:PORT}', { value: 'tempo:4317' });
check('${env:NESTED}', { value: 'tempo', original: 'tempo' });
check('${env:${env:WHICH}}', { value: 'tempo', original: 'tempo' });
check('${env:LIST}', { value: ['a', new ExpandedValue('tempo', 'tempo')], original: env.LIST });
check('${env:ABSENT:-4318}', { value: 4318, original: '4318' });
check('${ABSENT:-localhost}:1', { value: 'localhost:1' });
check('${env:ABSENT:-}', { value: null, original: '' });
check('${env:EMPTY:-other}', { value: null, original: '' });
check('${env:ABSENT:-${env:HOST}}', { value: 'tempo', original: 'tempo' });
check('${env:ABSENT}', {
  value: null,
  original: '',
  warnings: ['configuration references the unset environment variable "ABSENT"'],
});
check('$${env:PORT}', { value: '${env:PORT}' });
check('$$$${env:PORT}', { value: '$${env:PORT}' });
check('$$${env:PORT}', { value: '$4317' });
check('100$$', { value: '100$' });
check('${env:DOLLAR}', { value: 'a$b', original: 'a$b' });
check('${file:/secret}', { value: 's3cret', original: 's3cret' });
check('${yaml:[1, 2]}', { value: [1, 2], original: '[1, 2]' });
check('${file:/nowhere}', {
  value: '${file:/nowhere}',
  problems: ['value: unable to read the file "/nowhere"'],
});
check('${env:1X}', {
  value: '${env:1X}',
  problems: [
    'value: environment variable "1X" has invalid name: must match regex ^[a-zA-Z_][a-zA-Z0-9_]*$',
  ],
});
check('${vault:x}', {
  value: '${vault:x}',
  problems: ['value: scheme "vault" is not supported for uri "vault:x"'],
});
check('${env:$X}', {
  value: '${env:$X}',
  problems: [`value: the uri "env:$X" contains unsupported characters ('$')`],
});
check('x-${yaml:[1]}', {
  value: 'x-${yaml:[1]}',
  problems: [
    'value: expanding ${yaml:[1]}: expected a scalar inside a longer text, got a list or a map',
  ],
});
check('${env:LOOP}', { value: '${env:LOOP}', problems: ['value: too many recursive expansions'] });
check('${env:SELF}', { value: '${env:SELF}', problems: ['value: too many recursive expansions'] });
for (const text of ['${env:SELF_LIST}', 'x${env:DOUBLE}'])
  check(text, { value: text, problems: ['value: too many recursive expansions'] });
check('${not closed', { value: '${not closed' });
