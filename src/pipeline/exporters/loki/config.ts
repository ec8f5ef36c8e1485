// What the YAML of a `loki` exporter may say, in both of its generations: the first names its labels in the configuration, the last takes them
// from hints among the attributes. The Collector has dropped the exporter; people's files have not.

import { Section } from '../../../config/collector/section.ts';
import type { ConfigProblem } from '../../component.ts';
import {
  readSendingConfig,
  readTls,
  readUrl,
  refuseAuth,
  type SendingConfig,
  type TlsConfig,
} from '../sending/config.ts';

export type LabelOrigin = 'attributes' | 'resource' | 'record';

export interface ConfiguredLabel {
  readonly origin: LabelOrigin;
  /** Attribute or field as OpenTelemetry names it. */
  readonly source: string;
  readonly label: string;
}

export interface DefaultLabels {
  readonly exporter: boolean;
  readonly job: boolean;
  readonly instance: boolean;
  readonly level: boolean;
}

export interface LokiExporterConfig extends SendingConfig {
  readonly endpoint: string;
  /** Undefined: the last generation, with hints. */
  readonly labels: readonly ConfiguredLabel[] | undefined;
  readonly defaultLabels: DefaultLabels;
  /** First generation only: how a line for a server elsewhere is made. */
  readonly format: 'body' | 'json';
  readonly headers: Readonly<Record<string, string>>;
  readonly tls: TlsConfig;
}

const labelName = /^[a-zA-Z_][a-zA-Z0-9_]*$/;
const origins: readonly LabelOrigin[] = ['attributes', 'resource', 'record'];

export function parseLokiConfig(raw: unknown, problem: ConfigProblem): LokiExporterConfig {
  const section = new Section(raw, problem);
  const endpoint = readUrl(section, 'endpoint') ?? '';
  if (endpoint === '' && (section.raw('endpoint') ?? '') === '')
    section.report(
      '"endpoint" must be the URL of the push API, such as "http://loki:3100/loki/api/v1/push"',
      'endpoint',
    );
  const tenant = readTenant(section);
  const defaults = section.section('default_labels_enabled');
  const config: LokiExporterConfig = {
    endpoint,
    labels: section.has('labels') ? readLabels(section.section('labels')) : undefined,
    defaultLabels: {
      exporter: defaults.boolean('exporter', true),
      job: defaults.boolean('job', true),
      instance: defaults.boolean('instance', true),
      level: defaults.boolean('level', true),
    },
    format: section.oneOf('format', ['body', 'json'], 'body'),
    headers: {
      ...(tenant !== undefined && { 'X-Scope-OrgID': tenant }),
      ...Object.fromEntries(section.stringMap('headers')),
    },
    tls: readTls(section.section('tls')),
    ...readSendingConfig(section, 30_000),
  };
  defaults.end();
  refuseAuth(section);
  section.ignore(
    'compression',
    'read_buffer_size',
    'write_buffer_size',
    'max_idle_conns',
    'idle_conn_timeout',
  );
  section.end();
  return config;
}

function readLabels(section: Section): readonly ConfiguredLabel[] {
  const labels = origins.flatMap((origin) => {
    const map = section.section(origin);
    return map.stringEntries().flatMap(([source, written]): ConfiguredLabel[] => {
      const label = written === '' ? source.replaceAll(/[^a-zA-Z0-9_]/g, '_') : written;
      if (labelName.test(label)) return [{ origin, source, label }];
      map.report(
        `the label "${label}" is not a valid label name, expected ${labelName.source}`,
        source,
      );
      return [];
    });
  });
  if (origins.every((origin) => section.section(origin).keys().length === 0))
    section.report(
      '"labels.attributes", "labels.resource" or "labels.record" must be configured with at least one attribute',
    );
  section.end();
  return labels;
}

/** The old `tenant_id`, or `tenant` with a static source; others would need the attributes of each record. */
function readTenant(section: Section): string | undefined {
  const plain = section.optionalString('tenant_id');
  if (!section.has('tenant')) return plain;
  const tenant = section.section('tenant');
  const source = tenant.oneOf('source', ['static', 'context', 'attributes', 'attribute'], 'static');
  const value = tenant.optionalString('value');
  if (source !== 'static')
    tenant.report(`the tenant source "${source}" is not supported yet`, 'source');
  tenant.end();
  return source === 'static' ? (value ?? plain) : plain;
}
