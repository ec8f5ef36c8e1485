import { expect, test } from 'vitest';
import { RowCounter, type ExportFormat } from './export-lines.ts';

test.each<[ExportFormat, readonly string[], number]>([
  ['ndjson', ['{"a":1}\n{"a"', ':"x\\n"}\n'], 2],
  ['csv', ['time,line\n1,"two\n', 'lines ""quoted"" here"\n2,plain\n'], 2],
  ['csv', ['time,line\n'], 0],
  ['ndjson', [], 0],
])('rows of %s in %j', (format, pieces, rows) => {
  const counter = new RowCounter(format);
  for (const piece of pieces) counter.add(new TextEncoder().encode(piece));
  expect(counter.rows).toBe(rows);
});
