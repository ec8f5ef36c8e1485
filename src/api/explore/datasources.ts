// The datasources as they were understood, with what about them cannot work.

import type { Datasource, DerivedField } from '../../model/datasource.ts';
import { testDerivedField } from '../../query/correlate/log-to-trace.ts';
import { defaultTags } from '../../query/correlate/span-to-logs.ts';
import type { ExploreDatasource, ExploreDatasources } from './contract/datasources.ts';
import type { ExploreDependencies } from './dependencies.ts';

export function readDatasources({ datasources, status }: ExploreDependencies): ExploreDatasources {
  const { files } = status();
  return {
    files: files.datasources,
    warnings: files.warnings,
    datasources: datasources.map((one) => describe(one, datasources)),
  };
}

function describe(datasource: Datasource, all: readonly Datasource[]): ExploreDatasource {
  const { tracesToLogs, tracesToMetrics, exemplarDestinations, headers, ...rest } = datasource;
  return {
    name: rest.name,
    uid: rest.uid,
    type: rest.type,
    plugin: rest.plugin,
    url: withoutSecret(rest.url),
    isDefault: rest.isDefault,
    embedded: rest.embedded,
    headerNames: Object.keys(headers),
    derivedFields: rest.derivedFields,
    tracesToLogs:
      tracesToLogs === undefined
        ? null
        : {
            ...tracesToLogs,
            tags: tracesToLogs.tags.length === 0 ? defaultTags : tracesToLogs.tags,
            usesDefaultTags: tracesToLogs.tags.length === 0,
            customQuery: tracesToLogs.customQuery ?? null,
          },
    tracesToMetrics:
      tracesToMetrics === undefined
        ? null
        : { datasourceUid: tracesToMetrics.datasourceUid, queries: tracesToMetrics.queries },
    exemplarDestinations: exemplarDestinations.map(({ name, url, datasourceUid }) => ({
      name,
      target: datasourceUid === '' ? url : datasourceUid,
    })),
    problems: problemsOf(datasource, all),
  };
}

function withoutSecret(address: string): string {
  return address.replace(/\/\/[^/@]*@/, '//');
}

function problemsOf(datasource: Datasource, all: readonly Datasource[]): string[] {
  const has = (uid: string): boolean => all.some((one) => one.uid === uid);
  const { type, plugin, derivedFields, tracesToLogs, tracesToMetrics } = datasource;
  const unknown = (what: string, uid: string): string[] =>
    uid === '' || has(uid) ? [] : [`${what} names the datasource “${uid}”, which no file defines.`];
  return [
    ...(type === 'other'
      ? [`Clew does not speak the language of “${plugin}”; nothing is asked of it.`]
      : []),
    ...(type === 'pyroscope' ? ['Profiles are not shown yet.'] : []),
    ...derivedFields.flatMap((field) => problemsOfField(field, unknown)),
    ...unknown('tracesToLogsV2', tracesToLogs?.datasourceUid ?? ''),
    ...unknown('tracesToMetrics', tracesToMetrics?.datasourceUid ?? ''),
  ];
}

function problemsOfField(
  field: DerivedField,
  unknown: (what: string, uid: string) => string[],
): string[] {
  const { firstError } = testDerivedField(field, ['']);
  const what = `The derived field “${field.name}”`;
  return [
    ...(firstError === '' ? [] : [`${what} cannot be run: ${firstError}.`]),
    ...(field.datasourceUid === '' && field.url === ''
      ? [`${what} has neither a datasource nor a URL: it leads nowhere.`]
      : []),
    ...unknown(what, field.datasourceUid),
  ];
}
