import { expect, test } from 'vitest';
import { deferred } from '../../../../test/pipeline-fixtures.ts';
import { SendingQueue } from './queue.ts';

function setUp(sizeMax: number, blockOnOverflow: boolean = false) {
  const running: { readonly item: number; readonly done: () => void }[] = [];
  const queue = new SendingQueue<number>({
    sizeMax,
    consumers: 1,
    blockOnOverflow,
    sizeOf: (item) => item,
    work: (item) => {
      const { promise, resolve } = deferred<undefined>();
      running.push({ item, done: () => resolve(undefined) });
      return promise;
    },
  });
  return { queue, running, items: () => running.map(({ item }) => item) };
}

test('refuses what does not fit, and takes again when there is room', async () => {
  const { queue, running, items } = setUp(10);
  await queue.push(100);
  await queue.push(6);
  await queue.push(4);
  expect([queue.size, items()]).toEqual([10, [100]]);
  await expect(queue.push(1)).rejects.toMatchObject({
    code: 'overloaded',
    message: 'sending queue is full',
  });
  running[0]?.done();
  await Promise.resolve();
  await new Promise(setImmediate);
  expect(items()).toEqual([100, 6]);
  await queue.push(1);
  expect(queue.size).toBe(5);
});

test('holds the sender when asked to', async () => {
  const { queue, running, items } = setUp(5, true);
  await queue.push(1);
  await queue.push(5);
  let isIn = false;
  const pushed = queue.push(2).then(() => {
    isIn = true;
  });
  await new Promise(setImmediate);
  expect(isIn).toBe(false);
  running[0]?.done();
  await pushed;
  expect([items(), queue.size]).toEqual([[1, 5], 2]);
});

test('drains, or says what is left', async () => {
  const { queue, running, items } = setUp(100);
  for (const item of [1, 2, 3]) await queue.push(item);
  const cut = new AbortController();
  const drained = queue.drain(cut.signal);
  running[0]?.done();
  await new Promise(setImmediate);
  cut.abort();
  expect(await drained).toEqual([3]);
  expect(items()).toEqual([1, 2]);
});
