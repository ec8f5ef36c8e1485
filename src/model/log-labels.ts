// Names and stream labels of log records as Loki makes them from OTLP: which resource attributes become labels, how
// names are sanitised, and which label stands in for a missing `service_name`.

import { printAttributeText } from './attributes.ts';
import { labelsFromEntries, type Labels, labelValue } from './labels.ts';
import { type Resource, serviceName } from './resource.ts';

/** Loki's default list of resource attributes that become stream labels. */
export const indexedResourceAttributes: ReadonlySet<string> = new Set([
  'service.name',
  'service.namespace',
  'service.instance.id',
  'deployment.environment',
  'deployment.environment.name',
  'cloud.region',
  'cloud.availability_zone',
  'k8s.cluster.name',
  'k8s.namespace.name',
  'k8s.pod.name',
  'k8s.container.name',
  'container.name',
  'k8s.replicaset.name',
  'k8s.deployment.name',
  'k8s.statefulset.name',
  'k8s.daemonset.name',
  'k8s.cronjob.name',
  'k8s.job.name',
]);

/** Labels that name a service when `service_name` is missing; the first that is present wins. */
export const serviceNameLabels: readonly string[] = [
  'service',
  'app',
  'application',
  'app_name',
  'name',
  'app_kubernetes_io_name',
  'container',
  'container_name',
  'k8s_container_name',
  'component',
  'workload',
  'job',
  'k8s_job_name',
];

export const unknownService = 'unknown_service';

/** The service that spans and lines of this sender stand under: its `service.name`, else `unknown_service`. */
export function shownService(resource: Resource): string {
  return serviceName(resource) || unknownService;
}

/**
 * A label name that Loki and Prometheus accept: each other character becomes `_`, a leading digit gets `key_` before
 * it and a single leading `_` gets `key`. Names such as `__x__` stay. The empty name stays empty.
 */
export function sanitizeLabelName(name: string): string {
  const sanitized = name.replaceAll(/[^a-zA-Z0-9_]/gu, '_');
  if (/^[0-9]/.test(sanitized)) return `key_${sanitized}`;
  return sanitized.startsWith('_') && !sanitized.startsWith('__') ? `key${sanitized}` : sanitized;
}

/** The name under which Loki's API shows an attribute of a record, its scope or its resource. */
export function structuredMetadataName(attributeKey: string): string {
  return sanitizeLabelName(attributeKey);
}

/** Adds `service_name` when it is missing, as Loki does for pushed streams. */
export function withDiscoveredServiceName(labels: Labels): Labels {
  if (labelValue(labels, 'service_name') !== '') return labels;
  let service = unknownService;
  for (const name of serviceNameLabels) {
    const value = labelValue(labels, name);
    if (value === '') continue;
    service = value;
    break;
  }
  return labelsFromEntries([
    ...labels.map(({ name, value }): [string, string] => [name, value]),
    ['service_name', service],
  ]);
}

/** Stream labels of natively ingested OTLP: the indexed resource attributes and a `service_name` in any case. */
export function streamLabelsOfResource(resource: Resource): Labels {
  const entries: [string, string][] = [];
  for (const { key, value } of resource.attributes) {
    if (indexedResourceAttributes.has(key)) {
      entries.push([sanitizeLabelName(key), printAttributeText(value)]);
    }
  }
  return withDiscoveredServiceName(labelsFromEntries(entries));
}
