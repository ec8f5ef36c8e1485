// Who sent the telemetry: OTLP's resource and instrumentation scope. Few per batch, so plain objects.

import { type Attributes, findAttribute, printAttributeText } from './attributes.ts';

export interface Resource {
  readonly attributes: Attributes;
  readonly droppedAttributesCount: number;
  readonly schemaUrl: string;
}

export interface Scope {
  readonly name: string;
  readonly version: string;
  readonly attributes: Attributes;
  readonly droppedAttributesCount: number;
  readonly schemaUrl: string;
}

export const emptyResource: Resource = { attributes: [], droppedAttributesCount: 0, schemaUrl: '' };
export const emptyScope: Scope = {
  name: '',
  version: '',
  attributes: [],
  droppedAttributesCount: 0,
  schemaUrl: '',
};

/** The resource's `service.name`, or the empty string. */
export function serviceName(resource: Resource): string {
  const value = findAttribute(resource.attributes, 'service.name');
  return value === undefined ? '' : printAttributeText(value);
}
