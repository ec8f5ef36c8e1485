// Identity by content: resources, scopes and streams are stored once under a hash of what they say, so that the same
// sender has the same number in every process and after every restart.

import { createHash } from 'node:crypto';
import { type Attributes, printAttributeJson } from '../../model/attributes.ts';
import { type Labels, labelsKey } from '../../model/labels.ts';
import type { Resource, Scope } from '../../model/resource.ts';

/** The first 64 bits of SHA-1: nobody makes two of them meet by chance, and not easily on purpose. */
export function contentHash(text: string): bigint {
  return createHash('sha1').update(text).digest().readBigUInt64LE(0);
}

function attributesKey(attributes: Attributes): string {
  return printAttributeJson({ kind: 'map', entries: attributes });
}

export function hashLabels(labels: Labels): bigint {
  return contentHash(labelsKey(labels));
}

export function hashResource(resource: Resource): bigint {
  const { attributes, droppedAttributesCount, schemaUrl } = resource;
  return contentHash(
    `${attributesKey(attributes)}\u0000${droppedAttributesCount}\u0000${schemaUrl}`,
  );
}

export function hashScope(scope: Scope): bigint {
  const { name, version, attributes, droppedAttributesCount, schemaUrl } = scope;
  return contentHash(
    [name, version, attributesKey(attributes), droppedAttributesCount, schemaUrl].join('\u0000'),
  );
}
