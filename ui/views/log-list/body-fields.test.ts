import { describe, expect, test } from 'vitest';
import { parseBody } from './body-fields.ts';

function check(body: string, expected: string | undefined): void {
  const parsed = parseBody(body);
  const words = parsed?.fields.map(
    ({ name, value, isAskable }) => `${name}${isAskable ? '=' : ':'}${value}`,
  );
  expect(parsed === undefined ? undefined : `${parsed.parser} ${words?.join(' ')}`).toBe(expected);
}

describe('fields of a text', () => {
  test.each([
    ['{"a":1,"b":{"c-d":"x","e":true}}', 'json a=1 b_c_d=x b_e=true'],
    ['{"list":[1,2],"none":null,"deep":{"l":[]}}', 'json list:[1,2] none:null deep_l:[]'],
    ['{"broken":', undefined],
    ['[1,2]', undefined],
    [
      'level=info msg="card \\"x\\" read" user.id=7',
      'logfmt level=info msg=card "x" read user_id=7',
    ],
    ['a sentence with x=1 in the middle of it, nothing more', undefined],
    ['', undefined],
    ['{}', 'json '],
  ])('%s', check);
});
