// The Collector's YAML, read as the Collector reads it: sources merged, references expanded, components checked by their own factories,
// the service section checked against them. Every problem is collected; a configuration is returned only when there is none.

import { didYouMean } from '../nearest.ts';
import type { Problem } from '../problem.ts';
import {
  isYamlMap,
  readYamlDocuments,
  type YamlDocuments,
  type YamlSource,
} from '../yaml-documents.ts';
import { parseComponentId, printComponentId } from './component-id.ts';
import { expandTree } from './expand.ts';
import { componentsElsewhere } from './known-elsewhere.ts';
import { Section, valueOf } from './section.ts';
import { checkService } from './service.ts';

export type CollectorSignal = 'traces' | 'metrics' | 'logs';

/** What the loader must know of a component; the pipeline's factories are such. */
export interface KnownComponent {
  readonly type: string;
  /** Other names of the same component (`otlp_http` for `otlphttp`). */
  readonly aliases: readonly string[];
  /** Absent for extensions. */
  readonly signals?: readonly CollectorSignal[] | undefined;
  parseConfig(raw: unknown, problem: (path: readonly string[], message: string) => void): unknown;
}

export interface KnownComponents {
  readonly receivers: readonly KnownComponent[];
  readonly processors: readonly KnownComponent[];
  readonly exporters: readonly KnownComponent[];
  readonly extensions: readonly KnownComponent[];
}

export interface ConfiguredComponent {
  /** As written, trimmed: `otlp/tempo`. */
  readonly id: string;
  /** The factory's type, aliases resolved. */
  readonly type: string;
  /** What the factory's `parseConfig` made of it. */
  readonly config: unknown;
}

export interface ConfiguredPipeline {
  readonly id: string;
  readonly signal: CollectorSignal;
  readonly receivers: readonly string[];
  readonly processors: readonly string[];
  readonly exporters: readonly string[];
}

export interface CollectorConfig {
  readonly receivers: ReadonlyMap<string, ConfiguredComponent>;
  readonly processors: ReadonlyMap<string, ConfiguredComponent>;
  readonly exporters: ReadonlyMap<string, ConfiguredComponent>;
  readonly extensions: ReadonlyMap<string, ConfiguredComponent>;
  /** The extensions that the service names, in start order. */
  readonly extensionsUsed: readonly string[];
  readonly pipelines: readonly ConfiguredPipeline[];
}

export interface CollectorSources {
  /** In merge order: later ones win. */
  readonly sources: readonly YamlSource[];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly readFile?: ((path: string) => string) | undefined;
  readonly components: KnownComponents;
}

export interface LoadedCollectorConfig {
  /** Undefined when there are problems. */
  readonly config: CollectorConfig | undefined;
  readonly problems: readonly Problem[];
  readonly warnings: readonly string[];
}

export type ComponentKind = 'receivers' | 'processors' | 'exporters' | 'connectors' | 'extensions';

type Report = (path: readonly string[], message: string) => void;

export function loadCollectorConfig(options: CollectorSources): LoadedCollectorConfig {
  const documents = readYamlDocuments(options.sources);
  const problems: Problem[] = [...documents.problems];
  const warnings = new Set<string>();
  if (problems.length > 0) return { config: undefined, problems, warnings: [] };
  const report: Report = (path, message) => problems.push(documents.problemAt(path, message));
  const config = readTop(documents, options, report, (message) => warnings.add(message));
  return {
    config: problems.length === 0 ? config : undefined,
    problems: inFileOrder(problems, options.sources),
    warnings: [...warnings],
  };
}

function readTop(
  documents: YamlDocuments,
  options: CollectorSources,
  report: Report,
  warn: (message: string) => void,
): CollectorConfig | undefined {
  const isEmpty = (tree: unknown): boolean => {
    if (tree !== undefined && tree !== null) return false;
    report([], 'empty configuration file');
    return true;
  };
  if (isEmpty(documents.tree)) return undefined;
  const tree = expandTree(documents.tree, {
    env: options.env,
    readFile: options.readFile,
    problem: report,
    warn,
  });
  // All of it may have been one reference to nothing.
  if (isEmpty(valueOf(tree))) return undefined;
  const top = new Section(tree, report);
  const components = {
    receivers: readComponents('receivers', options.components.receivers, top, report),
    processors: readComponents('processors', options.components.processors, top, report),
    exporters: readComponents('exporters', options.components.exporters, top, report),
    extensions: readComponents('extensions', options.components.extensions, top, report),
  };
  readComponents('connectors', [], top, report);
  if (!isYamlMap(tree)) return undefined;
  if (isEmptySection(top, 'receivers')) report([], 'no receiver configuration specified in config');
  if (isEmptySection(top, 'exporters')) report([], 'no exporter configuration specified in config');
  const service = checkService(top.section('service'), components, options.components);
  top.end();
  return { ...components, ...service };
}

function isEmptySection(top: Section, key: string): boolean {
  const value = valueOf(top.raw(key));
  return (
    value === undefined || value === null || (isYamlMap(value) && Object.keys(value).length === 0)
  );
}

function readComponents(
  kind: ComponentKind,
  known: readonly KnownComponent[],
  top: Section,
  report: Report,
): ReadonlyMap<string, ConfiguredComponent> {
  const configured = new Map<string, ConfiguredComponent>();
  const section = top.section(kind);
  for (const key of section.keys()) {
    const path = [kind, key];
    const id = parseComponentId(key);
    if ('reason' in id) {
      report(path, id.reason);
      continue;
    }
    const text = printComponentId(id);
    const component = known.find(
      ({ type, aliases }) => type === id.type || aliases.includes(id.type),
    );
    if (configured.has(text)) {
      report(path, `duplicate id "${text}" after trimming spaces`);
    } else if (component === undefined) {
      report(path, unknownType(kind, id.type, text, known));
      // Known to the service section, so that one mistake is one problem.
      configured.set(text, { id: text, type: '', config: undefined });
    } else {
      const config = component.parseConfig(section.raw(key), (inner, message) =>
        report([...path, ...inner], message),
      );
      configured.set(text, { id: text, type: component.type, config });
    }
  }
  return configured;
}

function unknownType(
  kind: ComponentKind,
  type: string,
  id: string,
  known: readonly KnownComponent[],
): string {
  if (kind === 'exporters' && type === 'logging')
    return 'the logging exporter has been deprecated, use the debug exporter instead';
  const names = known.flatMap((component) => [component.type, ...component.aliases]).toSorted();
  const text = `unknown type: "${type}" for id: "${id}" (valid values: [${names.join(' ')}])`;
  return componentsElsewhere[kind]?.includes(type) === true
    ? `${text}; the OpenTelemetry Collector has such a component, Clew does not support it yet`
    : `${text}${didYouMean(type, names)}`;
}

function inFileOrder(
  problems: readonly Problem[],
  sources: readonly YamlSource[],
): readonly Problem[] {
  const rank = (problem: Problem): number =>
    sources.findIndex(({ name }) => name === problem.source);
  return problems.toSorted(
    (a, b) =>
      rank(a) - rank(b) || (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0),
  );
}
