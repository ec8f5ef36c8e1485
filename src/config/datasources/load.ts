// Grafana's data source provisioning (`datasources.yaml`) as checked data sources. What Grafana would refuse to start with is a problem;
// what it would silently get wrong is a warning; what only concerns Grafana is passed over.

import { createHash } from 'node:crypto';
import type { Datasource, DatasourceType } from '../../model/datasource.ts';
import { didYouMean } from '../nearest.ts';
import type { Problem } from '../problem.ts';
import { isYamlMap, readYamlDocuments, type YamlSource } from '../yaml-documents.ts';
import {
  readDerivedFields,
  readExemplarDestinations,
  readTracesToLogs,
  readTracesToMetrics,
} from './correlation.ts';
import { interpolateValue } from './interpolate.ts';
import { LenientMap } from './lenient.ts';

export interface DatasourceSources {
  /** In alphabetical order, as Grafana reads its folder; a later data source replaces one of the same name. */
  readonly sources: readonly YamlSource[];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly readFile?: ((path: string) => string) | undefined;
  readonly embedded: { isEmbedded(address: string): boolean };
}

export interface LoadedDatasources {
  /** Empty when there are problems. */
  readonly datasources: readonly Datasource[];
  readonly problems: readonly Problem[];
  /** Shown, never fatal. */
  readonly warnings: readonly Problem[];
}

const typesByPlugin: Readonly<Record<string, DatasourceType>> = {
  loki: 'loki',
  tempo: 'tempo',
  prometheus: 'prometheus',
  mimir: 'prometheus',
  pyroscope: 'pyroscope',
  phlare: 'pyroscope',
  'grafana-pyroscope-datasource': 'pyroscope',
};

/** What Grafana calls a data source that was given no UID. */
export function derivedUid(name: string): string {
  return `P${createHash('sha256').update(name).digest('hex').slice(0, 16).toUpperCase()}`;
}

export function loadDatasources(options: DatasourceSources): LoadedDatasources {
  const problems: Problem[] = [];
  const warnings: Problem[] = [];
  const byName = new Map<string, Datasource>();
  for (const source of options.sources) {
    const documents = readYamlDocuments([source]);
    problems.push(...documents.problems);
    if (documents.problems.length > 0) continue;
    const report = (path: readonly string[], message: string): void => {
      problems.push(documents.problemAt(path, message));
    };
    const warn = (path: readonly string[], message: string): void => {
      warnings.push(documents.problemAt(path, message));
    };
    const { tree } = documents;
    if (tree === undefined || tree === null) continue;
    if (!isYamlMap(tree)) {
      report([], 'expected a map with "apiVersion" and "datasources"');
      continue;
    }
    if (
      tree['datasources'] !== undefined &&
      tree['datasources'] !== null &&
      !Array.isArray(tree['datasources'])
    )
      report(['datasources'], 'expected a list of data sources');
    const top = new LenientMap(tree, [], (text, path) =>
      interpolateValue(text, { ...options, warn: (message) => warn(path, message) }),
    );
    for (const { map } of top.list('datasources')) {
      const datasource = readDatasource(map, options, report, warn);
      if (datasource !== undefined) byName.set(datasource.name, datasource);
    }
  }
  const datasources = [...byName.values()];
  checkTogether(datasources, problems, warnings, options.sources);
  return { datasources: problems.length === 0 ? datasources : [], problems, warnings };
}

type Report = (path: readonly string[], message: string) => void;

function readDatasource(
  map: LenientMap,
  options: DatasourceSources,
  report: Report,
  warn: Report,
): Datasource | undefined {
  const name = map.text('name');
  const plugin = map.text('type');
  if (name === '') report(map.path, 'a data source needs a name');
  if (plugin === '')
    report(map.path, 'a data source needs a type, such as loki, tempo or prometheus');
  if (name === '' || plugin === '') return undefined;
  const type = typesByPlugin[plugin] ?? 'other';
  const meant = type === 'other' ? didYouMean(plugin, Object.keys(typesByPlugin)) : '';
  if (meant !== '')
    warn([...map.path, 'type'], `Clew has no use for data sources of type "${plugin}"${meant}`);
  const url = map.text('url');
  const jsonData = map.map('jsonData', 'json_data');
  if (url === '' && type !== 'other') warn(map.path, `the data source "${name}" has no url`);
  return {
    name,
    uid: map.text('uid') || derivedUid(name),
    type,
    plugin,
    url,
    isDefault: map.flag('isDefault', 'is_default'),
    embedded: url !== '' && options.embedded.isEmbedded(url),
    headers: readHeaders(map, jsonData),
    derivedFields: readDerivedFields(jsonData, warn),
    tracesToLogs: readTracesToLogs(jsonData, warn),
    tracesToMetrics: readTracesToMetrics(jsonData, warn),
    exemplarDestinations: readExemplarDestinations(jsonData),
  };
}

function readHeaders(map: LenientMap, jsonData: LenientMap): Record<string, string> {
  const secure = map.map('secureJsonData', 'secure_json_data');
  const headers: Record<string, string> = {};
  if (map.flag('basicAuth', 'basic_auth')) {
    const user = map.text('basicAuthUser', 'basic_auth_user');
    const password = secure.text('basicAuthPassword') || map.text('basicAuthPassword');
    headers['Authorization'] = `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
  }
  for (const key of jsonData.keys()) {
    const number = /^httpHeaderName(\d+)$/.exec(key)?.[1];
    const name = number === undefined ? '' : jsonData.text(key);
    if (name !== '') headers[name] = secure.text(`httpHeaderValue${number ?? ''}`);
  }
  return headers;
}

/** What only shows when all data sources are known. */
function checkTogether(
  datasources: readonly Datasource[],
  problems: Problem[],
  warnings: Problem[],
  sources: readonly YamlSource[],
): void {
  const source = sources.map(({ name }) => name).join(', ');
  if (datasources.filter(({ isDefault }) => isDefault).length > 1)
    problems.push({
      source,
      path: ['datasources'],
      message:
        'datasource.yaml config is invalid. Only one datasource per organization can be marked as default',
    });
  const byUid = new Map<string, Datasource>();
  for (const datasource of datasources) {
    const other = byUid.get(datasource.uid);
    if (other !== undefined)
      problems.push({
        source,
        path: ['datasources'],
        message: `"${other.name}" and "${datasource.name}" have the same uid "${datasource.uid}"`,
      });
    byUid.set(datasource.uid, datasource);
  }
  for (const datasource of datasources)
    for (const [what, uid] of targetsOf(datasource))
      if (uid !== '' && !byUid.has(uid))
        warnings.push({
          source,
          path: ['datasources', datasource.name, what],
          message: `no data source has the uid "${uid}"; known are ${[...byUid.keys()].map((known) => `"${known}"`).join(', ')}`,
        });
}

function targetsOf(datasource: Datasource): readonly (readonly [string, string])[] {
  return [
    ...datasource.derivedFields.map((field) => ['derivedFields', field.datasourceUid] as const),
    ['tracesToLogsV2', datasource.tracesToLogs?.datasourceUid ?? ''],
    ['tracesToMetrics', datasource.tracesToMetrics?.datasourceUid ?? ''],
    ...datasource.exemplarDestinations.map(
      (destination) => ['exemplarTraceIdDestinations', destination.datasourceUid] as const,
    ),
  ];
}
