// `clew check FILES…`: reads configuration files as `clew start` would and says all that is wrong with them.

import { resolve } from 'node:path';
import type { Arguments } from '../cli/arguments.ts';
import { loadDatasources } from '../config/datasources/load.ts';
import { createEmbeddedNames, type EmbeddedNameTable } from '../config/embedded-names.ts';
import { type Problem, printProblem } from '../config/problem.ts';
import type { YamlSource } from '../config/yaml-documents.ts';
import { findLoops, readPipelineConfig } from '../pipeline/pipeline.ts';
import { loadSettings, readWholeFile, readYamlFile } from './configuration.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** Whether the text is a data source provisioning file; everything else is taken for a Collector configuration. */
function isDatasources(text: string): boolean {
  return /^(?:datasources|deleteDatasources|apiVersion)\s*:/m.test(text);
}

interface Findings {
  readonly problems: readonly Problem[];
  readonly warnings: readonly string[];
}

interface Surroundings {
  readonly env: Environment;
  readonly embedded: EmbeddedNameTable;
  readonly portShift: number;
}

/** An exporter that leads back to this Clew's receiver is found when the pipelines are created: here too. */
function checkCollector(source: YamlSource, surroundings: Surroundings): Findings {
  const { env } = surroundings;
  const loaded = readPipelineConfig({ sources: [source], env, readFile: readWholeFile });
  const loops = loaded.config === undefined ? [] : findLoops(loaded.config, surroundings);
  const problems = loops.map((message): Problem => ({ source: source.name, path: [], message }));
  return { problems: [...loaded.problems, ...problems], warnings: loaded.warnings };
}

function checkSource(source: YamlSource, surroundings: Surroundings): Findings {
  if (!isDatasources(source.text)) return checkCollector(source, surroundings);
  const { env, embedded } = surroundings;
  const { problems, warnings } = loadDatasources({
    sources: [source],
    env,
    readFile: readWholeFile,
    embedded,
  });
  return { problems, warnings: warnings.map(printProblem) };
}

/** The exit code: 1 when a file has problems; warnings are only told. */
export function check(
  { flags, rest }: Arguments,
  env: Environment,
  folder: string,
  tell: (message: string) => void,
): number {
  const settings = loadSettings(flags, env, folder);
  if (rest.length === 0) {
    tell('clew check: name the files to check');
    return 1;
  }
  const embedded = createEmbeddedNames({
    overrides: settings.embedded,
    portShift: settings.portShift,
  });
  let bad = 0;
  for (const path of rest) {
    const source = readYamlFile(resolve(folder, path));
    const { problems, warnings } = checkSource(source, {
      env,
      embedded,
      portShift: settings.portShift,
    });
    for (const warning of warnings) tell(`warning: ${warning}`);
    for (const problem of problems) tell(printProblem(problem));
    if (problems.length === 0) tell(`${path}: ok`);
    else bad++;
  }
  return bad === 0 ? 0 : 1;
}
