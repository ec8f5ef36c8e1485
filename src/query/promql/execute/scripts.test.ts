import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { ScriptRunner } from '../../../../test/promql/run-script.ts';
import { promqlFunctions } from '../syntax/functions.ts';
import { aggregators } from '../syntax/tokens.ts';

const folder = new URL('../testdata/', import.meta.url);
const scripts = readdirSync(folder).filter((file) => file.endsWith('.test'));

function read(file: string): string {
  return readFileSync(new URL(file, folder), 'utf8');
}

describe('scripts', () => {
  for (const file of scripts) {
    test(file, async () => {
      const { failures, evals } = await new ScriptRunner().run(read(file));
      expect(failures).toEqual([]);
      expect(evals).toBeGreaterThan(0);
    });
  }

  test('every function, aggregation and operator occurs in one', () => {
    const queries = scripts
      .flatMap((file) => read(file).split('\n'))
      .filter((line) => line.startsWith('eval'))
      .join('\n');
    const called = (name: string): boolean =>
      new RegExp(`\\b${name}\\s*(?:by|without|\\()`).test(queries);
    const words = [...Object.keys(promqlFunctions), ...aggregators];
    expect(words.filter((name) => !called(name))).toEqual([]);
    const operators =
      '+ - * / % ^ == != < > <= >= </ >/ and or unless atan2 bool on ignoring group_left group_right fill_left offset anchored smoothed'.split(
        ' ',
      );
    expect(
      operators.filter(
        (operator) =>
          !queries.includes(` ${operator} `) &&
          !queries.includes(` ${operator}]`) &&
          !queries.includes(` ${operator})`) &&
          !queries.includes(` ${operator}\n`),
      ),
    ).toEqual([]);
  });
});
