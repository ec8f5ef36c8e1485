// Which stream labels a log record gets from a `loki` exporter. Read as the user meant it: a configured name is looked for among the record's
// attributes, then the resource's, then the record's own fields, and a record that has none of them is kept.

import { type Attributes, findAttribute, printAttributeText } from '../../../model/attributes.ts';
import { labelsFromEntries, type Labels } from '../../../model/labels.ts';
import { streamLabelsOfResource } from '../../../model/log-labels.ts';
import type { LogsBatch } from '../../../model/logs-batch.ts';
import type { Logger } from '../../../runtime/logger.ts';
import type { ConfiguredLabel, LokiExporterConfig } from './config.ts';

export interface Labeller {
  /** Gives each row of the batch its stream; rows that have one already keep it. */
  label(batch: LogsBatch): void;
}

export interface LabellerOptions {
  readonly config: Pick<LokiExporterConfig, 'labels' | 'defaultLabels'>;
  /** Whether the labels of Loki's own OTLP endpoint come first; the configured ones win over them. */
  readonly withResourceLabels: boolean;
  readonly logger: Logger;
}

/** Values of one record attribute that may become labels; beyond them it stays an attribute, which can be searched just as well. */
const labelValuesMax = 10_000;

const severityFields: ReadonlySet<string> = new Set([
  'severity',
  'severity_text',
  'severitytext',
  'level',
]);
const severityNumberFields: ReadonlySet<string> = new Set([
  'severityn',
  'severity_number',
  'severitynumber',
]);
const idFields: ReadonlySet<string> = new Set(['traceid', 'trace_id', 'spanid', 'span_id']);

const severityNames: readonly string[] = ['trace', 'debug', 'info', 'warn', 'error', 'fatal'];

/** The name of OTLP's number, without the step within it: 9 to 12 are `info`; empty for 0 and numbers beyond. */
export function severityName(severityNumber: number): string {
  return severityNumber < 1 ? '' : (severityNames[Math.floor((severityNumber - 1) / 4)] ?? '');
}

export function createLabeller(options: LabellerOptions): Labeller {
  const { config, logger } = options;
  const guard = new CardinalityGuard(logger);
  const labels = config.labels?.filter(({ source }) => !idFields.has(source.toLowerCase()));
  const entriesOf =
    labels === undefined
      ? (rows: RowReader, row: number) => hintedEntries(rows, row, config, guard)
      : (rows: RowReader, row: number) => configuredEntries(rows, row, labels, guard);
  return {
    label(batch) {
      if (batch.streams.length > 0) return;
      const rows = new RowReader(batch);
      const base = batch.resources.map((resource) =>
        options.withResourceLabels ? streamLabelsOfResource(resource) : [],
      );
      const streams = new Map<string, number>();
      for (let row = 0; row < batch.length; row++) {
        const resource = batch.resource.at(row);
        const entries = entriesOf(rows, row);
        const key = `${resource}\u0000${entries.map(([name, value]) => `${name}\u0000${value}`).join('\u0001')}`;
        let stream = streams.get(key);
        if (stream === undefined) {
          stream =
            batch.streams.push(mergeLabels(base[resource] ?? [], entries, batch, resource)) - 1;
          streams.set(key, stream);
        }
        batch.stream.push(stream);
      }
    },
  };
}

/** What is worth saying once, when the pipelines start. */
export function labelWarnings(config: Pick<LokiExporterConfig, 'labels'>): readonly string[] {
  const { labels } = config;
  if (labels === undefined) return [];
  const warnings: string[] = [];
  const ids = labels.filter(({ source }) => idFields.has(source.toLowerCase()));
  if (ids.length > 0)
    warnings.push(
      `labels: ${quote(ids)} would make a stream of every trace; trace and span IDs are kept as fields, which are found as quickly`,
    );
  const looked = labels.filter(({ origin }) => origin === 'attributes');
  if (looked.length > 0)
    warnings.push(
      `labels.attributes: ${quote(looked)} are looked for among the attributes of the record, then of its resource, then among the record's own fields; a record that has none of them is kept (the Collector's exporter looked at the record's attributes only, and dropped such records)`,
    );
  return warnings;
}

function quote(labels: readonly ConfiguredLabel[]): string {
  return labels.map(({ source }) => `"${source}"`).join(', ');
}

function mergeLabels(
  base: Labels,
  entries: readonly (readonly [string, string])[],
  batch: LogsBatch,
  resource: number,
): Labels {
  const merged = labelsFromEntries([
    ...base.map(({ name, value }) => [name, value] as const),
    ...entries,
  ]);
  if (merged.length > 0) return merged;
  // Loki takes no stream without a label.
  const found = batch.resources[resource];
  return found === undefined ? [] : streamLabelsOfResource(found);
}

class RowReader {
  readonly batch: LogsBatch;

  constructor(batch: LogsBatch) {
    this.batch = batch;
  }

  attribute(row: number, key: string): string {
    const { attributes } = this.batch;
    const keyId = attributes.findKeyId(key);
    const entry = keyId === undefined ? -1 : attributes.find(row, keyId);
    return entry < 0 ? '' : printAttributeText(attributes.valueAt(entry));
  }

  resourceAttribute(row: number, key: string): string {
    const value = findAttribute(this.resourceAttributes(row), key);
    return value === undefined ? '' : printAttributeText(value);
  }

  resourceAttributes(row: number): Attributes {
    return this.batch.resources[this.batch.resource.at(row)]?.attributes ?? [];
  }

  severity(row: number): string {
    return this.batch.severityText.textAt(row) || severityName(this.batch.severityNumber.at(row));
  }

  field(row: number, name: string): string {
    const lower = name.toLowerCase();
    if (severityFields.has(lower)) return this.severity(row);
    if (severityNumberFields.has(lower)) {
      const number = this.batch.severityNumber.at(row);
      return number === 0 ? '' : String(number);
    }
    return lower === 'event_name' || lower === 'eventname' ? this.batch.eventName.textAt(row) : '';
  }
}

function configuredEntries(
  rows: RowReader,
  row: number,
  labels: readonly ConfiguredLabel[],
  guard: CardinalityGuard,
): readonly (readonly [string, string])[] {
  const entries: (readonly [string, string])[] = [];
  for (const { origin, source, label } of labels) {
    const attribute = (): string => guard.admit(label, rows.attribute(row, source));
    const resource = (): string => rows.resourceAttribute(row, source);
    const field = (): string => rows.field(row, source);
    const value =
      origin === 'attributes'
        ? attribute() || resource() || field()
        : origin === 'resource'
          ? resource() || attribute() || field()
          : field() || attribute() || resource();
    if (value !== '') entries.push([label, value]);
  }
  return entries;
}

/** The last generation: default labels, and those that `loki.attribute.labels` and `loki.resource.labels` name. */
function hintedEntries(
  rows: RowReader,
  row: number,
  { defaultLabels }: Pick<LokiExporterConfig, 'defaultLabels'>,
  guard: CardinalityGuard,
): readonly (readonly [string, string])[] {
  const entries: [string, string][] = [];
  if (defaultLabels.exporter) entries.push(['exporter', 'OTLP']);
  if (defaultLabels.job) {
    const namespace = rows.resourceAttribute(row, 'service.namespace');
    const service = rows.resourceAttribute(row, 'service.name');
    if (service !== '')
      entries.push(['job', namespace === '' ? service : `${namespace}/${service}`]);
  }
  if (defaultLabels.instance)
    entries.push(['instance', rows.resourceAttribute(row, 'service.instance.id')]);
  if (defaultLabels.level) entries.push(['level', rows.severity(row)]);
  const attributeHint =
    rows.attribute(row, 'loki.attribute.labels') ||
    rows.resourceAttribute(row, 'loki.attribute.labels');
  for (const name of splitHint(attributeHint)) {
    const label = hintLabel(name);
    entries.push([label, guard.admit(label, rows.attribute(row, name))]);
  }
  for (const name of splitHint(rows.resourceAttribute(row, 'loki.resource.labels')))
    entries.push([hintLabel(name), rows.resourceAttribute(row, name)]);
  return entries.filter(([, value]) => value !== '');
}

/** A comma list, or a list value, which prints as JSON. */
function splitHint(hint: string): readonly string[] {
  return hint
    .split(',')
    .map((name) => name.replaceAll(/[[\]"]/g, '').trim())
    .filter((name) => name !== '');
}

function hintLabel(name: string): string {
  return name.replaceAll(/[^a-zA-Z0-9_]/g, '_');
}

/** Keeps attributes with very many values from becoming labels: each value would be a stream of its own. */
class CardinalityGuard {
  readonly #values: Map<string, Set<string>> = new Map();
  readonly #logger: Logger;

  constructor(logger: Logger) {
    this.#logger = logger;
  }

  /** The value, or the empty text when its label has too many values already. */
  admit(label: string, value: string): string {
    if (value === '') return value;
    let values = this.#values.get(label);
    if (values === undefined) this.#values.set(label, (values = new Set()));
    if (values.has(value)) return value;
    if (values.size >= labelValuesMax) return '';
    values.add(value);
    if (values.size === labelValuesMax)
      this.#logger.warn('a label has too many values; further ones are kept as attributes only', {
        label,
        values: labelValuesMax,
      });
    return value;
  }
}
