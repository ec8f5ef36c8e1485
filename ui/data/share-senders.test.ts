import { expect, test } from 'vitest';
import type { ExploreLogLine } from '../../src/api/explore/contract/records.ts';
import { shareSenders } from './share-senders.ts';

function line(id: string, pod: string): ExploreLogLine {
  const resource = [{ key: 'k8s.pod.name', value: pod, type: 'string' as const }];
  return { id, labels: { pod }, resource, attributes: [], links: [] } as unknown as ExploreLogLine;
}

test('lines of one sender share what they have of it, also over several answers', () => {
  const first = shareSenders([line('1-1', 'a'), line('2-1', 'b'), line('3-1', 'a')]);
  const second = shareSenders([line('4-1', 'a')]);
  expect(first).toEqual([line('1-1', 'a'), line('2-1', 'b'), line('3-1', 'a')]);
  expect(first[2]?.resource).toBe(first[0]?.resource);
  expect(second[0]?.labels).toBe(first[0]?.labels);
  expect(first[1]?.resource).not.toBe(first[0]?.resource);
});

test('senders past the limit are brought again', () => {
  const many = Array.from({ length: 5000 }, (_, at) => line(`${at}-2`, `pod-${at}`));
  expect(shareSenders(many)).toEqual(many);
});
