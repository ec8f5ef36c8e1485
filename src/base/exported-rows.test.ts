import { expect, test } from 'vitest';
import { ExportedRows, type ExportFormat } from './exported-rows.ts';

test.each<[ExportFormat, readonly string[], number]>([
  ['ndjson', ['{"a":1}\n{"a"', ':"x\\n"}\n'], 2],
  ['csv', ['time,line\n1,"two\n', 'lines ""quoted"" here"\n2,plain\n'], 2],
  ['csv', ['time,line\n'], 0],
  ['csv', [], 0],
  ['ndjson', [], 0],
])('rows of %s in %j', (format, pieces, count) => {
  const rows = new ExportedRows(format);
  for (const piece of pieces) rows.add(new TextEncoder().encode(piece));
  expect(rows.count).toBe(count);
});
