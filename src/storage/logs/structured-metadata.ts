// Structured metadata of a stored record, as Loki's API shows what it ingests over OTLP: the record's attributes, then
// those of its scope and resource that are not stream labels, then its fields; nested maps flattened, names sanitised.

import {
  type Attributes,
  type AttributeValue,
  printAttributeText,
} from '../../model/attributes.ts';
import { labelsFromEntries, type Labels } from '../../model/labels.ts';
import { structuredMetadataName } from '../../model/log-labels.ts';
import type { Resource, Scope } from '../../model/resource.ts';

type Entry = [string, string];

const names = new Map<string, string>();
const namesMax = 10_000;

export function metadataName(key: string): string {
  let name = names.get(key);
  if (name === undefined) {
    name = structuredMetadataName(key);
    if (names.size >= namesMax) names.clear();
    names.set(key, name);
  }
  return name;
}

/**
 * What may be left of a key whose metadata name this is when each character that a name cannot have is `_`: for SQL that
 * looks for the key. Sanitising puts `key_` or `key` before a name that would begin with a digit or one underscore.
 */
export function plainSpellings(name: string): readonly string[] {
  const plain = name.replaceAll(/[^a-zA-Z0-9_]/gu, '_');
  return [
    ...new Set([plain, plain.replace(/^key_?(?=[0-9_])/, ''), plain.replace(/^key(?=_)/, '')]),
  ];
}

function addValue(entries: Entry[], name: string, value: AttributeValue): void {
  if (value.kind === 'map') {
    for (const inner of value.entries)
      addValue(entries, metadataName(`${name}_${inner.key}`), inner.value);
    return;
  }
  entries.push([name, printAttributeText(value)]);
}

function addAttributes(entries: Entry[], attributes: Attributes): void {
  for (const { key, value } of attributes) addValue(entries, metadataName(key), value);
}

/** What all records of one stream, resource and scope share. */
export function senderMetadata(labels: Labels, resource: Resource, scope: Scope): Entry[] {
  const entries: Entry[] = [];
  const labelNames = new Set(labels.map(({ name }) => name));
  addAttributes(entries, resource.attributes);
  const fromResource = entries.filter(([name]) => !labelNames.has(name));
  const fromScope: Entry[] = [];
  addAttributes(fromScope, scope.attributes);
  fromScope.push(['scope_name', scope.name], ['scope_version', scope.version]);
  if (scope.droppedAttributesCount > 0)
    fromScope.push(['scope_dropped_attributes_count', String(scope.droppedAttributesCount)]);
  return [...fromResource, ...fromScope];
}

export interface RecordFields {
  readonly attributes: Attributes;
  /** 0n when unknown. */
  readonly observedTimeNs: bigint;
  readonly severityNumber: number;
  readonly severityText: string;
  readonly level: string;
  /** As the record's own fields have them; empty when absent or found elsewhere. */
  readonly traceId: string;
  readonly spanId: string;
  readonly flags: number;
  readonly eventName: string;
  readonly droppedAttributesCount: number;
}

/** `shared` is what `senderMetadata` made. Of equal names the record's own counts. */
export function recordMetadata(shared: readonly Entry[], record: RecordFields): Labels {
  const entries: Entry[] = [...shared];
  addAttributes(entries, record.attributes);
  if (record.observedTimeNs !== 0n)
    entries.push(['observed_timestamp', record.observedTimeNs.toString()]);
  if (record.severityNumber !== 0) entries.push(['severity_number', String(record.severityNumber)]);
  if (record.severityText !== '') entries.push(['severity_text', record.severityText]);
  if (record.droppedAttributesCount !== 0)
    entries.push(['dropped_attributes_count', String(record.droppedAttributesCount)]);
  if (record.flags !== 0) entries.push(['flags', String(record.flags)]);
  if (record.traceId !== '') entries.push(['trace_id', record.traceId]);
  if (record.spanId !== '') entries.push(['span_id', record.spanId]);
  if (record.eventName !== '') entries.push(['event_name', record.eventName]);
  if (record.level !== '') entries.push(['detected_level', record.level]);
  return labelsFromEntries(entries);
}
