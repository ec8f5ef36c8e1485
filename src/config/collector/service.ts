// The `service` section of a Collector's YAML: which components the pipelines are made of. The texts of the problems are the
// Collector's own.

import { didYouMean } from '../nearest.ts';
import type {
  CollectorConfig,
  CollectorSignal,
  ConfiguredComponent,
  ConfiguredPipeline,
  KnownComponents,
} from './load.ts';
import { parseComponentId, printComponentId } from './component-id.ts';
import type { Section } from './section.ts';

type Components = Pick<CollectorConfig, 'receivers' | 'processors' | 'exporters' | 'extensions'>;
type PipelineRole = 'receiver' | 'processor' | 'exporter';

const signals: readonly CollectorSignal[] = ['traces', 'metrics', 'logs'];

export function checkService(
  service: Section,
  components: Components,
  known: KnownComponents,
): Pick<CollectorConfig, 'pipelines' | 'extensionsUsed'> {
  service.ignore('telemetry');
  const extensionsUsed = service.strings('extensions').map(trimmedId);
  for (const [at, id] of extensionsUsed.entries())
    if (!components.extensions.has(id))
      service.report(
        `references extension "${id}" which is not configured${didYouMean(id, components.extensions.keys())}`,
        'extensions',
        String(at),
      );
  const pipelines = service.section('pipelines');
  if (pipelines.keys().length === 0) pipelines.report('service must have at least one pipeline');
  const checked = pipelines.keys().flatMap((id) => {
    const pipeline = checkPipeline(id, pipelines.section(id), components, known);
    return pipeline === undefined ? [] : [pipeline];
  });
  service.end();
  return { pipelines: checked, extensionsUsed };
}

/** The ID as the sections above have it: the Collector trims spaces around the parts. */
function trimmedId(text: string): string {
  const id = parseComponentId(text);
  return 'reason' in id ? text : printComponentId(id);
}

function checkPipeline(
  written: string,
  section: Section,
  components: Components,
  known: KnownComponents,
): ConfiguredPipeline | undefined {
  const id = parseComponentId(written);
  const type = 'reason' in id ? '' : id.type;
  const signal = signals.find((candidate) => candidate === type);
  const receivers = section.strings('receivers').map(trimmedId);
  const processors = section.strings('processors').map(trimmedId);
  const exporters = section.strings('exporters').map(trimmedId);
  section.end();
  if ('reason' in id) section.report(id.reason);
  else if (type === 'profiles') section.report('pipelines of profiles are not supported yet');
  else if (signal === undefined)
    section.report(
      `unknown pipeline type "${type}", expected traces, metrics or logs${didYouMean(type, signals)}`,
    );
  if (receivers.length === 0) section.report('must have at least one receiver');
  if (exporters.length === 0) section.report('must have at least one exporter');
  for (const [at, name] of processors.entries())
    if (processors.indexOf(name) < at)
      section.report(`references processor "${name}" multiple times`);
  const check = (role: PipelineRole, names: readonly string[]): void =>
    checkReferences({ section, role, names, signal }, components[`${role}s`], known);
  check('receiver', receivers);
  check('processor', processors);
  check('exporter', exporters);
  return signal === undefined
    ? undefined
    : {
        id: 'reason' in id ? written : printComponentId(id),
        signal,
        receivers,
        processors,
        exporters,
      };
}

interface References {
  readonly section: Section;
  readonly role: PipelineRole;
  readonly names: readonly string[];
  readonly signal: CollectorSignal | undefined;
}

function checkReferences(
  { section, role, names, signal }: References,
  configured: ReadonlyMap<string, ConfiguredComponent>,
  known: KnownComponents,
): void {
  for (const [at, name] of names.entries()) {
    const component = configured.get(name);
    if (component === undefined) {
      section.report(
        `references ${role} "${name}" which is not configured${didYouMean(name, configured.keys())}`,
        `${role}s`,
        String(at),
      );
      continue;
    }
    const factory = known[`${role}s`].find(({ type }) => type === component.type);
    if (signal !== undefined && factory?.signals?.includes(signal) === false)
      section.report(
        `failed to create "${name}" ${role} for data type "${signal}": telemetry type is not supported`,
        `${role}s`,
        String(at),
      );
  }
}
