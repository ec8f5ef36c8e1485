import { describe, expect, test } from 'vitest';
import { demoIncidentIds } from '../../../src/api/explore/contract/demo.ts';
import type { DemoIncident, DemoIncidentId } from '../../../src/api/explore/contract/demo.ts';
import { planTour } from './tour-plans.ts';
import type { Place, Tour } from './tour-plans.ts';

const startedMs = 1_795_386_000_000;
const endedMs = startedMs + 90_000;
const nowMs = endedMs + 600_000;

function incident(id: DemoIncidentId, times: Partial<DemoIncident> = {}): DemoIncident {
  const past = { startedMs, endedMs, endsMs: null, nextMs: null, state: 'waiting' } as const;
  return { id, title: '', ...past, ...times };
}

function tourOf(id: DemoIncidentId): Tour {
  return planTour(incident(id), nowMs)!;
}

function placeOf(href: string): Place {
  const url = new URL(href, 'http://clew');
  return { path: url.pathname, search: Object.fromEntries(url.searchParams) };
}

describe('every tour', () => {
  for (const id of demoIncidentIds) {
    test(`${id}: three to five steps, and each door shows what its step is about`, () => {
      const { steps } = tourOf(id);
      expect(steps.length).toBeGreaterThanOrEqual(3);
      expect(steps.length).toBeLessThanOrEqual(5);
      for (const { door, isShown, task } of steps) {
        const place =
          door.kind === 'page'
            ? placeOf(door.href)
            : { path: `/trace/${'0'.repeat(32)}`, search: door.more ?? {} };
        expect([task, isShown(place)]).toEqual([task, true]);
      }
    });
  }

  test('has nothing to show before its incident', () => {
    expect(planTour(incident('bad-deploy', { startedMs: null, endedMs: null }), nowMs)).toBe(
      undefined,
    );
  });
});

describe('a step is done', () => {
  const isDone = (id: DemoIncidentId, step: number, href: string): boolean | undefined =>
    tourOf(id).steps[step]?.isShown(placeOf(href));

  test('by a page whose time meets the incident, however it is written', () => {
    expect(isDone('bad-deploy', 0, '/overview?from=now-15m&to=now')).toBe(true);
    expect(isDone('bad-deploy', 0, '/overview')).toBe(true);
    expect(isDone('bad-deploy', 0, '/overview?from=now-5m&to=now')).toBe(false);
    expect(isDone('bad-deploy', 0, `/overview?from=${startedMs - 9000}&to=${startedMs - 1}`)).toBe(
      false,
    );
  });

  test('by a query of one’s own about the service', () => {
    expect(isDone('bad-deploy', 3, '/logs?query={service_name="payment"}')).toBe(true);
    expect(isDone('bad-deploy', 3, '/logs?query={service_name="catalog"}')).toBe(false);
  });

  test('by a box on the overview', () => {
    expect(isDone('bad-deploy', 1, '/overview?box=errors.1.2')).toBe(true);
    expect(isDone('bad-deploy', 1, '/overview')).toBe(false);
  });

  test('by the switch of the clocks', () => {
    expect(isDone('wrong-clock', 2, '/trace/1?clocks=raw')).toBe(true);
    expect(isDone('wrong-clock', 2, '/trace/1')).toBe(false);
  });
});

test('a tour’s range is the incident’s, and open while it runs', () => {
  expect(tourOf('slow-dependency').range).toEqual({
    from: { kind: 'at', ns: BigInt(startedMs - 40_000) * 1_000_000n },
    to: { kind: 'at', ns: BigInt(endedMs + 20_000) * 1_000_000n },
  });
  const running = planTour(incident('slow-dependency', { endedMs: null, state: 'running' }), nowMs);
  const hrefs = running?.steps.flatMap(({ door }) => (door.kind === 'page' ? door.href : []));
  expect(hrefs?.every((href) => placeOf(href).search['refresh'] === '10s')).toBe(true);
  expect(running?.range.to).toEqual({ kind: 'now', agoMs: 0 });
});
