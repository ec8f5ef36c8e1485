// `line_format` and `label_format`.

import type { Clock } from '../../../../base/clock.ts';
import { Failure } from '../../../../base/errors.ts';
import type { LabelFormat } from '../../syntax/ast.ts';
import type { Template } from '../../syntax/template/template-ast.ts';
import { parseTemplate } from '../../syntax/template/template-parse.ts';
import type { Entry, LineStage } from '../entry.ts';
import { errorDetailsLabel, errorLabel } from '../entry.ts';
import { TextMap } from '../template/go-values.ts';
import { runTemplate, type TemplateData } from '../template/run.ts';

function dataOf(entry: Entry, clock: Clock): TemplateData {
  return {
    line: entry.line,
    timeNs: entry.timeNs,
    nowNs: () => clock.nowNs(),
    label: (name) =>
      name === errorLabel || name === errorDetailsLabel ? entry.text(name) : entry.get(name),
    all: () => {
      const labels = new TextMap();
      for (const { name, value } of entry.allLabels()) labels.set(name, value);
      return labels;
    },
  };
}

/** What the template prints, or undefined when it failed and the entry was marked. */
function print(template: Template, entry: Entry, data: TemplateData): string | undefined {
  const [only] = template.nodes;
  if (template.nodes.length === 1 && only?.kind === 'text') return only.text;
  try {
    return runTemplate(template, data);
  } catch (error) {
    if (!(error instanceof Failure) || error.code === 'internal') throw error;
    entry.fail('TemplateFormatErr', `template: ${template.name}: ${error.message}`);
    return undefined;
  }
}

/** A failing template leaves the line as it is. */
export function lineFormatStage(text: string, clock: Clock): LineStage {
  const template = parseTemplate('line', text);
  return (entry) => {
    const line = print(template, entry, dataOf(entry, clock));
    if (line !== undefined) entry.line = line;
    return true;
  };
}

/** Templates see the labels as they were before the stage. */
export function labelFormatStage(formats: readonly LabelFormat[], clock: Clock): LineStage {
  const prepared = formats.map((format) =>
    format.kind === 'rename'
      ? format
      : { ...format, template: parseTemplate('label', format.template) },
  );
  return (entry) => {
    const data = dataOf(entry, clock);
    const made: [string, string][] = [];
    const renamed: [string, string][] = [];
    for (const format of prepared) {
      if (format.kind === 'rename') renamed.push([format.source, format.target]);
      else {
        const value = print(format.template, entry, data);
        if (value !== undefined) made.push([format.target, value]);
      }
    }
    for (const [source, target] of renamed) entry.rename(source, target);
    for (const [target, value] of made) entry.set(target, value);
    return true;
  };
}
