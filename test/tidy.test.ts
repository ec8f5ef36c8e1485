// The house rules that a machine can hold: who may import whom, what pure folders may not touch, names, bans. The
// message of each violation says what to do instead.

import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));

/**
 * Rooms and what they may import (DESIGN, the house). A room is a path prefix; the longest prefix that fits is a
 * file's room. `*` in a target stands for one path segment. A room may always import itself.
 */
const allowed: Readonly<Record<string, readonly string[]>> = {
  'src/base': [],
  'src/model': ['src/base'],
  'src/wire': ['src/model', 'src/base'],
  'src/query': ['src/query/language', 'src/model', 'src/base'],
  'src/query/language': ['src/model', 'src/base'],
  'src/query/vector': ['src/model', 'src/base'],
  'src/query/logql': [
    'src/query/language',
    'src/query/vector',
    'src/query/sources.ts',
    'src/query/log-survey-source.ts',
    'src/query/overview-source.ts',
    'src/model',
    'src/base',
  ],
  'src/query/promql': [
    'src/query/language',
    'src/query/vector',
    'src/query/sources.ts',
    'src/model',
    'src/base',
  ],
  'src/query/traceql': [
    'src/query/language',
    'src/query/vector',
    'src/query/sources.ts',
    'src/model',
    'src/base',
  ],
  'src/query/correlate': [
    'src/query/*/syntax',
    'src/query/language',
    'src/query/sources.ts',
    'src/model',
    'src/base',
  ],
  'src/query/difference': [
    'src/query/*/syntax',
    'src/query/language',
    'src/query/difference-source.ts',
    'src/query/sources.ts',
    'src/model',
    'src/base',
  ],
  'src/query/survey': [
    'src/query/difference-source.ts',
    'src/query/overview-source.ts',
    'src/query/trace-survey-source.ts',
    'src/query/sources.ts',
    'src/model',
    'src/base',
  ],
  'src/storage': [
    'src/query/sources.ts',
    'src/query/difference-source.ts',
    'src/query/trace-survey-source.ts',
    'src/query/log-survey-source.ts',
    'src/query/metric-survey-source.ts',
    'src/query/overview-source.ts',
    'src/query/language',
    'src/query/*/plan',
    'src/query/*/syntax',
    'src/model',
    'src/base',
    'src/runtime',
  ],
  'src/remote': [
    'src/query/survey',
    'src/query/overview-source.ts',
    'src/query/sources.ts',
    'src/query/difference-source.ts',
    'src/query/metric-survey-source.ts',
    'src/query/trace-survey-source.ts',
    'src/query/language',
    'src/query/*/engine.ts',
    'src/wire',
    'src/model',
    'src/base',
  ],
  'src/pipeline': ['src/wire', 'src/config', 'src/model', 'src/base', 'src/runtime'],
  'src/api': ['src/query', 'src/wire', 'src/model', 'src/base', 'src/runtime'],
  'src/config': ['src/base', 'src/model'],
  'src/runtime': ['src/base'],
  'src/cli': ['src/config', 'src/runtime', 'src/base', 'src/model'],
  'src/demo': ['src/api/explore/contract', 'src/config', 'src/runtime', 'src/model', 'src/base'],
  'src/compose': ['src'],
  'src/main.ts': ['src'],
  ui: [
    'src/query/*/syntax',
    'src/query/correlate',
    'src/query/language',
    'src/model',
    'src/base',
    'src/api/explore/contract',
  ],
  test: ['src', 'ui', 'scripts', 'examples'],
  scripts: [],
};

const skipped = new Set(['node_modules', 'dist', 'data', 'fixtures', '.git']);

function sourceFiles(folder: string): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    if (skipped.has(entry.name)) return [];
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory()) return sourceFiles(path);
    return /\.(?:ts|tsx|mjs)$/.test(entry.name) ? [path] : [];
  });
}

function roomOf(path: string): string | undefined {
  return Object.keys(allowed)
    .filter((room) => path === room || path.startsWith(`${room}/`))
    .toSorted((a, b) => b.length - a.length)[0];
}

function covers(target: string, path: string): boolean {
  const wanted = target.split('/');
  const given = path.split('/');
  return wanted.every((segment, at) => segment === '*' || segment === given[at]);
}

function importsOf(path: string): string[] {
  const text = readFileSync(join(root, path), 'utf8');
  return [...text.matchAll(/(?:from|import)\s*\(?\s*['"](\.[^'"]+)['"]/g)].map((match) =>
    relative(root, normalize(join(root, dirname(path), match[1] ?? ''))),
  );
}

const files = ['src', 'ui', 'test', 'scripts'].flatMap(sourceFiles);

describe('imports', () => {
  test('every import is one that the design allows', () => {
    const violations: string[] = [];
    for (const path of files) {
      const room = roomOf(path);
      if (room === undefined) {
        violations.push(`${path}: in no room of the design; name one in test/tidy.test.ts`);
        continue;
      }
      const isTest = path.includes('.test.');
      for (const imported of importsOf(path)) {
        const targetRoom = roomOf(imported);
        const fits =
          targetRoom === room ||
          (allowed[room] ?? []).some((target) => covers(target, imported)) ||
          // Tests may use the shared fixtures of `test/`.
          (isTest && imported.startsWith('test/'));
        if (!fits)
          violations.push(
            `${path} imports ${imported}: ${room} may import only ${(allowed[room] ?? []).join(', ') || 'nothing'}`,
          );
      }
    }
    expect(violations).toEqual([]);
  });

  test('imports name the file with its real extension', () => {
    const violations = files.flatMap((path) =>
      importsOf(path)
        .filter((imported) => !/\.(?:ts|tsx|mjs|css|svg|json|yaml)$/.test(imported))
        .map(
          (imported) => `${path} imports ${imported}: write the extension, and no folder's index`,
        ),
    );
    expect(violations).toEqual([]);
  });
});

describe('names', () => {
  test('files are kebab-case and say what is inside', () => {
    const forbidden = new Set([
      'utils',
      'helpers',
      'common',
      'misc',
      'shared',
      'types',
      'constants',
      'index',
    ]);
    const violations = files.flatMap((path) => {
      const name = (path.split('/').at(-1) ?? '').split('.')[0] ?? '';
      if (forbidden.has(name)) return [`${path}: name the one concept inside`];
      return /^[a-z0-9]+(?:-[a-z0-9]+)*$/.test(name) ? [] : [`${path}: not kebab-case`];
    });
    expect(violations).toEqual([]);
  });
});

interface Ban {
  readonly pattern: RegExp;
  readonly instead: string;
  readonly except: readonly string[];
}

const bans: readonly Ban[] = [
  {
    pattern: /\bDate\.now\(|\bnew Date\(\)/,
    instead: 'take a Clock (base/clock.ts)',
    except: ['src/base/clock.ts', 'src/runtime/', 'ui/', 'test/', 'scripts/'],
  },
  {
    pattern: /\bMath\.random\(/,
    instead: 'take a Random (base/clock.ts)',
    except: ['src/base/clock.ts', 'src/runtime/', 'ui/', 'test/', 'scripts/'],
  },
  {
    pattern: /\bprocess\.exit\(/,
    instead: 'throw a Failure; only main ends the process',
    except: [
      'src/main.ts',
      'src/cli/',
      'test/',
      'scripts/',
      'src/storage/drivers/embedded/host.ts',
    ],
  },
  { pattern: /^\s*(?:export\s+)?enum\s/m, instead: 'use a union of string literals', except: [] },
  {
    pattern: /\b(?:TODO|FIXME|XXX)\b/,
    instead: 'write a decision record or an entry in gaps.json',
    except: ['test/tidy.test.ts'],
  },
];

describe('bans', () => {
  for (const ban of bans) {
    test(`${ban.pattern.source} -> ${ban.instead}`, () => {
      const violations = files.filter(
        (path) =>
          !path.includes('.test.') &&
          !ban.except.some((prefix) => path.startsWith(prefix)) &&
          ban.pattern.test(readFileSync(join(root, path), 'utf8')),
      );
      expect(violations).toEqual([]);
    });
  }
});
