import { describe, expect, test } from 'vitest';
import type { AttributeValue } from './attributes.ts';
import { labelsFromEntries, labelsToRecord } from './labels.ts';
import {
  sanitizeLabelName,
  streamLabelsOfResource,
  withDiscoveredServiceName,
} from './log-labels.ts';

describe('label names', () => {
  const cases: readonly (readonly [string, string])[] = [
    ['service.name', 'service_name'],
    ['a..b', 'a__b'],
    ['9lives', 'key_9lives'],
    ['_private', 'key_private'],
    ['__reserved__', '__reserved__'],
    ['a:b', 'a_b'],
    ['größe', 'gr__e'],
    ['🐈', 'key_'],
    ['', ''],
  ];
  for (const [name, expected] of cases) {
    test(JSON.stringify(name), () => expect(sanitizeLabelName(name)).toBe(expected));
  }
});

function check(attributes: Record<string, string | AttributeValue>, expected: object): void {
  const labels = streamLabelsOfResource({
    attributes: Object.entries(attributes).map(([key, value]) => ({
      key,
      value: typeof value === 'string' ? { kind: 'string', value } : value,
    })),
    droppedAttributesCount: 0,
    schemaUrl: '',
  });
  expect(labelsToRecord(labels)).toEqual(expected);
}

describe('stream labels', () => {
  test('indexed attributes only', () =>
    check(
      { 'service.name': 'cart', 'k8s.pod.name': 'p-1', 'host.name': 'h', 'os.type': 'linux' },
      { service_name: 'cart', k8s_pod_name: 'p-1' },
    ));
  test('an int is text', () =>
    check(
      { 'service.name': 'cart', 'service.instance.id': { kind: 'int', value: 7n } },
      { service_name: 'cart', service_instance_id: '7' },
    ));
  test('the service is taken from another indexed label', () =>
    check(
      { 'k8s.job.name': 'nightly', 'container.name': 'worker', app: 'not indexed' },
      { k8s_job_name: 'nightly', container_name: 'worker', service_name: 'worker' },
    ));
  test('no service', () => check({}, { service_name: 'unknown_service' }));
  test('an empty service', () =>
    check({ 'service.name': '' }, { service_name: 'unknown_service' }));
  test('push', () => {
    const labels = labelsFromEntries([
      ['job', 'j'],
      ['app', 'shop'],
    ]);
    expect(labelsToRecord(withDiscoveredServiceName(labels))['service_name']).toBe('shop');
  });
});
