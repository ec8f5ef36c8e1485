import { describe, expect, test } from 'vitest';
import type { IncidentPlan } from './shop.ts';
import { incidentPlans } from './shop.ts';
import { createTimetable, defaultPace } from './timetable.ts';
import type { Timetable } from './timetable.ts';

const pace = { quietFirstMs: 100, incidentMs: 50, quietMs: 30 };
const plans: readonly IncidentPlan[] = incidentPlans.slice(0, 2);

function open(): Timetable {
  return createTimetable(plans, pace, 1000);
}

/** Changes that are due at each of the times, as `start bad-deploy`. */
function check(timetable: Timetable, expected: Readonly<Record<number, readonly string[]>>): void {
  for (const [nowMs, changes] of Object.entries(expected))
    expect(timetable.due(Number(nowMs)).map(({ kind, id }) => `${kind} ${id}`)).toEqual(changes);
}

describe('the timetable', () => {
  test('one incident after the other with quiet in between, round and round', () => {
    check(open(), {
      1000: [],
      1099: [],
      1100: ['start bad-deploy'],
      1149: [],
      1150: ['end bad-deploy'],
      1180: ['start slow-dependency'],
      1230: ['end slow-dependency'],
      1260: ['start bad-deploy'],
    });
  });

  test('an incident that is asked for runs its whole time, and not twice at once', () => {
    const timetable = open();
    timetable.startNow('slow-dependency');
    check(timetable, { 1010: ['start slow-dependency'] });
    timetable.startNow('slow-dependency');
    check(timetable, { 1020: [], 1060: ['end slow-dependency'], 1100: ['start bad-deploy'] });
  });

  test('its turn passes while it runs already', () => {
    const timetable = open();
    check(timetable, { 1090: [] });
    timetable.startNow('bad-deploy');
    check(timetable, {
      1095: ['start bad-deploy'],
      1100: [],
      1145: ['end bad-deploy'],
      1180: ['start slow-dependency'],
    });
  });

  test('after a long sleep the turns that were missed stay missed', () => {
    check(open(), { 1100: ['start bad-deploy'], 9000: ['end bad-deploy', 'start bad-deploy'] });
  });

  test('says when each was and will be', () => {
    const timetable = open();
    check(timetable, { 1100: ['start bad-deploy'] });
    expect(timetable.incidents()).toMatchObject([
      {
        id: 'bad-deploy',
        state: 'running',
        startedMs: 1100,
        endedMs: null,
        endsMs: 1150,
        nextMs: 1260,
      },
      {
        id: 'slow-dependency',
        state: 'waiting',
        startedMs: null,
        endedMs: null,
        endsMs: null,
        nextMs: 1180,
      },
    ]);
    check(timetable, { 1150: ['end bad-deploy'] });
    expect(timetable.incidents()[0]).toMatchObject({
      state: 'waiting',
      startedMs: 1100,
      endedMs: 1150,
      endsMs: null,
    });
  });

  test('a shop that has closed keeps what happened, and announces nothing', () => {
    const timetable = open();
    check(timetable, { 1100: ['start bad-deploy'] });
    timetable.close(1120);
    expect(timetable.incidents()).toMatchObject([
      { state: 'waiting', startedMs: 1100, endedMs: 1120, endsMs: null, nextMs: null },
      { state: 'waiting', startedMs: null, nextMs: null },
    ]);
  });

  test('the usual pace shows every incident within a quarter of an hour', () => {
    const { quietFirstMs, incidentMs, quietMs } = defaultPace;
    expect(quietFirstMs + incidentPlans.length * (incidentMs + quietMs)).toBeLessThan(900_000);
  });
});
