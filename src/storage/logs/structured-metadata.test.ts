import { expect, test } from 'vitest';
import { labelsFromEntries, labelsToRecord } from '../../model/labels.ts';
import { structuredMetadataName } from '../../model/log-labels.ts';
import { emptyResource, emptyScope } from '../../model/resource.ts';
import { plainSpellings, recordMetadata, senderMetadata } from './structured-metadata.ts';

const bare = {
  attributes: [],
  observedTimeNs: 0n,
  severityNumber: 0,
  severityText: '',
  level: '',
  traceId: '',
  spanId: '',
  flags: 0,
  eventName: '',
  droppedAttributesCount: 0,
};

test('what is a label is not metadata as well, and the record speaks over its sender', () => {
  const shared = senderMetadata(
    labelsFromEntries([['service_name', 'cart']]),
    {
      ...emptyResource,
      attributes: [
        { key: 'service.name', value: { kind: 'string', value: 'cart' } },
        { key: 'host.name', value: { kind: 'string', value: 'a' } },
        {
          key: 'os',
          value: {
            kind: 'map',
            entries: [{ key: 'type', value: { kind: 'string', value: 'linux' } }],
          },
        },
      ],
    },
    {
      ...emptyScope,
      name: 'lib',
      attributes: [{ key: 'host.name', value: { kind: 'string', value: 'b' } }],
    },
  );
  expect(labelsToRecord(recordMetadata(shared, bare))).toEqual({
    host_name: 'b',
    os_type: 'linux',
    scope_name: 'lib',
  });
  const own = [{ key: 'host-name', value: { kind: 'string' as const, value: 'c' } }];
  expect(
    labelsToRecord(recordMetadata(shared, { ...bare, attributes: own, level: 'info' })),
  ).toEqual({
    detected_level: 'info',
    host_name: 'c',
    os_type: 'linux',
    scope_name: 'lib',
  });
});

test.each(['http.route', '123num', '<script>', '_one', '__two', 'key_1', 'ünï'])(
  'the key %s is among the spellings of its name',
  (key) => {
    expect(plainSpellings(structuredMetadataName(key))).toContain(
      key.replaceAll(/[^a-zA-Z0-9_]/gu, '_'),
    );
  },
);
