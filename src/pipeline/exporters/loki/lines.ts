// How a record becomes a line for a Loki elsewhere: the body alone with the rest as structured metadata, or everything in one JSON or logfmt
// line as the exporter's last generation wrote it.

import {
  type Attributes,
  findAttribute,
  printAttributeJson,
  printAttributeText,
} from '../../../model/attributes.ts';
import type { Label } from '../../../model/labels.ts';
import { structuredMetadataName } from '../../../model/log-labels.ts';
import { bodyKind, type LogsBatch } from '../../../model/logs-batch.ts';
import { severityName } from './labels.ts';

export type LineFormat = 'body' | 'json' | 'logfmt' | 'raw';

export interface Line {
  readonly line: string;
  readonly metadata: readonly Label[];
}

/** What the record's own hint asks for, or the default. */
export function lineFormat(batch: LogsBatch, row: number, fallback: LineFormat): LineFormat {
  const keyId = batch.attributes.findKeyId('loki.format');
  const entry = keyId === undefined ? -1 : batch.attributes.find(row, keyId);
  const hint =
    entry >= 0
      ? batch.attributes.valueAt(entry)
      : findAttribute(resourceOf(batch, row), 'loki.format');
  const text = hint === undefined ? '' : printAttributeText(hint);
  return text === 'json' || text === 'logfmt' || text === 'raw' ? text : fallback;
}

export function makeLine(batch: LogsBatch, row: number, format: LineFormat): Line {
  switch (format) {
    case 'body':
      return { line: batch.body.textAt(row), metadata: metadataOf(batch, row) };
    case 'raw':
      return { line: batch.body.textAt(row), metadata: [] };
    case 'json':
      return { line: jsonLine(batch, row), metadata: [] };
    case 'logfmt':
      return { line: logfmtLine(batch, row), metadata: [] };
  }
}

function resourceOf(batch: LogsBatch, row: number): Attributes {
  return batch.resources[batch.resource.at(row)]?.attributes ?? [];
}

function severityOf(batch: LogsBatch, row: number): string {
  return batch.severityText.textAt(row) || severityName(batch.severityNumber.at(row));
}

function metadataOf(batch: LogsBatch, row: number): readonly Label[] {
  const entries: [string, string][] = [];
  for (const { key, value } of [...resourceOf(batch, row), ...batch.attributes.rowAt(row)])
    entries.push([structuredMetadataName(key), printAttributeText(value)]);
  entries.push(['trace_id', batch.traceId.hexAt(row)], ['span_id', batch.spanId.hexAt(row)]);
  entries.push(['severity_text', batch.severityText.textAt(row)]);
  const number = batch.severityNumber.at(row);
  if (number > 0) entries.push(['severity_number', String(number)]);
  const byName = new Map(entries.filter(([, value]) => value !== ''));
  return [...byName].map(([name, value]) => ({ name, value }));
}

function jsonLine(batch: LogsBatch, row: number): string {
  const fields: string[] = [];
  const add = (name: string, json: string): void => {
    fields.push(`${JSON.stringify(name)}:${json}`);
  };
  const text = (name: string, value: string): void => {
    if (value !== '') add(name, JSON.stringify(value));
  };
  const body = batch.body.textAt(row);
  if (batch.bodyKind.at(row) === bodyKind.json) add('body', body);
  else text('body', body);
  text('traceid', batch.traceId.hexAt(row));
  text('spanid', batch.spanId.hexAt(row));
  text('severity', severityOf(batch, row));
  if (batch.flags.at(row) !== 0) add('flags', String(batch.flags.at(row)));
  const attributes = (name: string, values: Attributes): void => {
    const kept = values.filter(({ key }) => !key.startsWith('loki.'));
    if (kept.length > 0) add(name, printAttributeJson({ kind: 'map', entries: kept }));
  };
  attributes('attributes', batch.attributes.rowAt(row));
  attributes('resources', resourceOf(batch, row));
  const scope = batch.scopes[batch.scope.at(row)];
  if (scope !== undefined && (scope.name !== '' || scope.version !== ''))
    add('instrumentation_scope', JSON.stringify({ name: scope.name, version: scope.version }));
  return `{${fields.join(',')}}`;
}

function logfmtLine(batch: LogsBatch, row: number): string {
  const pairs: string[] = [];
  const add = (name: string, value: string): void => {
    if (value === '') return;
    const bare = /^[^\s"=\\]+$/.test(value);
    pairs.push(`${name.replaceAll(/[\s"=]/g, '_')}=${bare ? value : JSON.stringify(value)}`);
  };
  add('msg', batch.body.textAt(row));
  add('traceID', batch.traceId.hexAt(row));
  add('spanID', batch.spanId.hexAt(row));
  add('severity', severityOf(batch, row));
  for (const { key, value } of batch.attributes.rowAt(row))
    if (!key.startsWith('loki.')) add(`attribute_${key}`, printAttributeText(value));
  for (const { key, value } of resourceOf(batch, row))
    if (!key.startsWith('loki.')) add(`resource_${key}`, printAttributeText(value));
  return pairs.join(' ');
}
