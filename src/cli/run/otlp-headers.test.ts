import { expect, test } from 'vitest';
import { tenantOfHeaders } from './otlp-headers.ts';

for (const [headers, expected] of [
  ['', undefined],
  ['authorization=Basic%20abc=', undefined],
  ['X-Scope-OrgID=shop', 'shop'],
  ['a=b, x-scope-orgid = shop%2D1 ,c=d', 'shop-1'],
  ['x-scope-orgid=100%', '100%'],
  ['x-scope-orgid', undefined],
  ['x-scope-orgid=a%0Ab', undefined],
] as const) {
  test(headers === '' ? 'none' : headers, () => {
    expect(tenantOfHeaders(headers)).toBe(expected);
  });
}
