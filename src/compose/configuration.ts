// The user's files: which ones count, read whole, checked whole, all problems at once.

import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Failure } from '../base/errors.ts';
import type { CollectorConfig } from '../config/collector/load.ts';
import { loadDatasources } from '../config/datasources/load.ts';
import {
  createEmbeddedNames,
  defaultPorts,
  type EmbeddedNameTable,
} from '../config/embedded-names.ts';
import { printProblem, type Problem, problemsFailure } from '../config/problem.ts';
import { readSettings, type Settings } from '../config/settings.ts';
import type { YamlSource } from '../config/yaml-documents.ts';
import type { Datasource } from '../model/datasource.ts';
import { readPipelineConfig } from '../pipeline/pipeline.ts';

type Environment = Readonly<Record<string, string | undefined>>;

export function readYamlFile(path: string): YamlSource {
  try {
    return { name: path, text: readFileSync(path, 'utf8') };
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unreadable';
    throw new Failure(
      'config',
      `cannot read ${path}: ${code === 'ENOENT' ? 'there is no such file' : code}`,
      { cause: error },
    );
  }
}

/** Files that were named, else the first of the usual names that is in the folder. */
function chooseFiles(
  named: readonly string[],
  folder: string,
  usual: readonly string[],
): readonly string[] {
  if (named.length > 0) return named.map((path) => resolve(folder, path));
  const found = usual.map((name) => join(folder, name)).find((path) => existsSync(path));
  return found === undefined ? [] : [found];
}

/** Flags, environment and `clew.yaml`; fails with every problem at once. */
export function loadSettings(
  flags: Readonly<Record<string, unknown>>,
  env: Environment,
  folder: string,
): Settings {
  const [file] = chooseFiles([], folder, ['clew.yaml', 'clew.yml']);
  const { settings, problems } = readSettings({
    flags,
    env,
    file: file === undefined ? undefined : readYamlFile(file),
  });
  if (settings === undefined) throw problemsFailure(problems);
  return settings;
}

export interface Configuration {
  /** Undefined: no file, the built-in pipelines. */
  readonly collector: CollectorConfig | undefined;
  readonly collectorFiles: readonly string[];
  readonly datasources: readonly Datasource[];
  readonly datasourceFiles: readonly string[];
  readonly embedded: EmbeddedNameTable;
  readonly warnings: readonly string[];
}

export function readWholeFile(path: string): string {
  return readFileSync(path, 'utf8');
}

/** Fails with every problem of all files at once. */
export function loadConfiguration(
  settings: Settings,
  env: Environment,
  folder: string,
): Configuration {
  const embedded = createEmbeddedNames({
    overrides: settings.embedded,
    portShift: settings.portShift,
  });
  const collectorFiles = chooseFiles(settings.config, folder, [
    'otel-collector-config.yaml',
    'otel-collector-config.yml',
  ]);
  const datasourceFiles = chooseFiles(settings.datasources, folder, [
    'datasources.yaml',
    'datasources.yml',
  ]);
  const problems: Problem[] = [];
  const warnings: string[] = [];
  let collector: CollectorConfig | undefined;
  if (collectorFiles.length > 0) {
    const loaded = readPipelineConfig({
      sources: collectorFiles.map(readYamlFile),
      env,
      readFile: readWholeFile,
    });
    collector = loaded.config;
    problems.push(...loaded.problems);
    warnings.push(...loaded.warnings);
  }
  let datasources: readonly Datasource[] = embeddedDatasources(settings.portShift);
  if (datasourceFiles.length > 0) {
    const loaded = loadDatasources({
      sources: datasourceFiles.map(readYamlFile),
      env,
      readFile: readWholeFile,
      embedded,
    });
    datasources = loaded.datasources;
    problems.push(...loaded.problems);
    warnings.push(...loaded.warnings.map(printProblem));
  }
  if (problems.length > 0) throw problemsFailure(problems);
  return { collector, collectorFiles, datasources, datasourceFiles, embedded, warnings };
}

/** What there is to ask when no `datasources.yaml` says so: this Clew. */
function embeddedDatasources(portShift: number): readonly Datasource[] {
  const one = (name: string, type: Datasource['type'], port: number): Datasource => ({
    name,
    uid: type,
    type,
    plugin: type,
    url: `http://localhost:${port + portShift}${type === 'prometheus' ? '/prometheus' : ''}`,
    isDefault: type === 'loki',
    embedded: true,
    headers: {},
    derivedFields: [],
    tracesToLogs: undefined,
    tracesToMetrics: undefined,
    exemplarDestinations: [],
  });
  return [
    one('Loki', 'loki', defaultPorts.loki),
    one('Tempo', 'tempo', defaultPorts.tempo),
    one('Prometheus', 'prometheus', defaultPorts.mimir),
  ];
}
