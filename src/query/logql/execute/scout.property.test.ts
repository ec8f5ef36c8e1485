// What a scout drops, the whole pipeline drops; what the pipeline keeps, the scout lets pass.

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { FakeClock } from '../../../base/clock.ts';
import { labelsFromEntries } from '../../../model/labels.ts';
import { planLogql } from '../plan/plan.ts';
import { parseLogql } from '../syntax/parse.ts';
import { Entry, everythingHinted, StreamLabels } from './entry.ts';
import { compileStages } from './pipeline.ts';
import { planScout, Scout } from './scout.ts';

const value = fc.constantFrom('500', '200', '1.5', 'x', '', '3s', '2KB', 'NaN', '"', '{', 'null');
const line = fc.oneof(
  fc
    .dictionary(
      fc.constantFrom('status', 'app', 'a', 'pod', 'x.y', 'a b'),
      fc.oneof(value, fc.nat(600)),
    )
    .map((record) => JSON.stringify(record)),
  fc
    .dictionary(fc.constantFrom('status', 'a', 'n'), value)
    .map((record) => JSON.stringify({ a: record, status: 500 }).slice(0, -3)),
  fc
    .array(fc.tuple(fc.constantFrom('status', 'app', 'a', 'pod'), value), { maxLength: 4 })
    .map((pairs) => pairs.map(([key, text]) => `${key}=${text}`).join(' ')),
);
const stage = fc.constantFrom(
  '| json',
  '| json status="a", n="status"',
  '| logfmt',
  '| logfmt --strict',
  '|= "5"',
  '| status >= 500',
  '| status != 200 or a="x"',
  '| a=~"5.*|x" and pod!="p"',
  '| app_extracted="x"',
  '| a > 1s',
  '| pod="p"',
  '| n >= 1KB',
  '| a != ip("10.0.0.1")',
  '| __error__=""',
  '| drop a',
  '| line_format "{{.a}}"',
);

test('a scout drops nothing that the pipeline keeps, and nothing else than the pipeline', () => {
  const clock = new FakeClock(0);
  const stream = new StreamLabels(labelsFromEntries([['app', 'edge']]));
  let scouted = 0;
  fc.assert(
    fc.property(
      fc.array(stage, { minLength: 1, maxLength: 5 }),
      fc.array(line, { maxLength: 8 }),
      fc.boolean(),
      (stages, lines, hasPod) => {
        const plan = planLogql(parseLogql(`{app="edge"} ${stages.join(' ')}`));
        if (plan.kind !== 'log') throw new Error(plan.kind);
        const scoutPlan = planScout(plan.scan.stages, plan.scan.needed);
        if (scoutPlan === undefined) return;
        scouted++;
        const scout = new Scout(scoutPlan, clock);
        const upTo = compileStages(scoutPlan.stages, clock);
        const entry = new Entry(everythingHinted);
        const metadata = labelsFromEntries(hasPod ? [['pod', 'p']] : []);
        for (const text of lines) {
          entry.reset(0n, text, stream, metadata);
          expect(scout.drops(0n, text, stream, metadata), text).toBe(!upTo(entry));
        }
      },
    ),
    { numRuns: 3000 },
  );
  expect(scouted).toBeGreaterThan(300);
});
