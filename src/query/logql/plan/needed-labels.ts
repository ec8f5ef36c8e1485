// Which labels a pipeline and what follows it look at: what storage need not return and parsers need not extract.

import type { LabelFilter, Stage, Unwrap } from '../syntax/ast.ts';
import type { Operand, Pipe, Template, TemplateNode } from '../syntax/template/template-ast.ts';
import { parseTemplate } from '../syntax/template/template-parse.ts';

/** Names, or undefined when any label may be looked at. */
export type NeededLabels = ReadonlySet<string> | undefined;

function filterLabels(filter: LabelFilter): readonly string[] {
  switch (filter.kind) {
    case 'and':
    case 'or':
      return filter.operands.flatMap(filterLabels);
    case 'string':
      return [filter.matcher.name];
    case 'number':
    case 'duration':
    case 'bytes':
    case 'ip':
      return [filter.name];
  }
}

interface TemplateUse {
  readonly labels: Set<string>;
  /** The template takes the whole set in its hands. */
  everything: boolean;
  line: boolean;
}

function visitOperand(operand: Operand, use: TemplateUse): void {
  switch (operand.kind) {
    case 'field':
      use.labels.add(operand.path[0] ?? '');
      return;
    case 'variable':
      if (operand.name !== '$') return;
      if (operand.path[0] === undefined) use.everything = true;
      else use.labels.add(operand.path[0]);
      return;
    case 'dot':
      use.everything = true;
      return;
    case 'function':
      if (operand.name === '__line__') use.line = true;
      return;
    case 'pipe':
      visitPipe(operand.pipe, use);
      return;
    case 'nil':
    case 'string':
    case 'bool':
    case 'int':
    case 'float':
      return;
  }
}

function visitPipe(pipe: Pipe, use: TemplateUse): void {
  for (const command of pipe.commands) for (const operand of command) visitOperand(operand, use);
}

function visitNodes(nodes: readonly TemplateNode[], use: TemplateUse): void {
  for (const node of nodes) {
    if (node.kind === 'action') visitPipe(node.pipe, use);
    else if (node.kind === 'template') {
      if (node.pipe !== undefined) visitPipe(node.pipe, use);
    } else if (node.kind === 'if' || node.kind === 'with' || node.kind === 'range') {
      visitPipe(node.pipe, use);
      visitNodes(node.body, use);
      visitNodes(node.otherwise, use);
    }
  }
}

/** Labels that a template reads (a superset), and whether it reads the line. */
export function templateUse(template: Template): {
  readonly labels: NeededLabels;
  readonly line: boolean;
} {
  const use: TemplateUse = { labels: new Set(), everything: false, line: false };
  visitNodes(template.nodes, use);
  for (const nodes of template.defined.values()) visitNodes(nodes, use);
  return { labels: use.everything ? undefined : use.labels, line: use.line };
}

/** Undefined: everything. */
function stageLabels(stage: Stage): readonly string[] | undefined {
  switch (stage.kind) {
    case 'label-filter':
      return filterLabels(stage.filter);
    case 'line-format': {
      const { labels } = templateUse(parseTemplate('line', stage.template));
      return labels === undefined ? undefined : [...labels];
    }
    case 'label-format': {
      const names: string[] = [];
      for (const format of stage.formats) {
        if (format.kind === 'rename') names.push(format.source);
        else {
          const { labels } = templateUse(parseTemplate('label', format.template));
          if (labels === undefined) return undefined;
          names.push(...labels);
        }
      }
      return names;
    }
    case 'drop':
    case 'keep':
      return stage.choices.flatMap(({ matcher }) => (matcher === undefined ? [] : [matcher.name]));
    case 'line-filter':
    case 'json':
    case 'logfmt':
    case 'regexp':
    case 'pattern':
    case 'unpack':
    case 'decolorize':
    case 'trace':
      return [];
  }
}

/** Labels that stages, unwrap and grouping look at. `grouping` undefined: all labels make the series. */
export function neededLabels(
  stages: readonly Stage[],
  unwrap: Unwrap | undefined,
  grouping: readonly string[] | undefined,
): NeededLabels {
  if (grouping === undefined) return undefined;
  const needed = new Set<string>(grouping);
  for (const stage of stages) {
    const labels = stageLabels(stage);
    if (labels === undefined) return undefined;
    for (const label of labels) needed.add(label);
  }
  if (unwrap !== undefined) {
    needed.add(unwrap.label);
    for (const filter of unwrap.filters) for (const name of filterLabels(filter)) needed.add(name);
  }
  return needed;
}

/** Whether a stage looks at the text of the line. */
export function readsLine(stage: Stage): boolean {
  switch (stage.kind) {
    case 'line-filter':
    case 'json':
    case 'logfmt':
    case 'regexp':
    case 'pattern':
    case 'unpack':
    case 'decolorize':
      return true;
    case 'line-format':
      return templateUse(parseTemplate('line', stage.template)).line;
    case 'label-format':
      return stage.formats.some(
        (format) =>
          format.kind === 'template' && templateUse(parseTemplate('label', format.template)).line,
      );
    case 'label-filter':
    case 'drop':
    case 'keep':
    case 'trace':
      return false;
  }
}

/** Without the `line_format`s whose line nobody reads. */
export function withoutIdleFormats(stages: readonly Stage[]): readonly Stage[] {
  const kept: Stage[] = [];
  let lineIsRead = false;
  for (const stage of stages.toReversed()) {
    if (stage.kind === 'line-format' && !lineIsRead) continue;
    if (stage.kind === 'line-format') lineIsRead = readsLine(stage);
    else lineIsRead ||= readsLine(stage);
    kept.push(stage);
  }
  return kept.reverse();
}
