// Judges a parsed query by what its texts mean: regexes, patterns, paths, addresses and templates must compile, labels
// must be named once, and a selector must select. Messages are Loki's.

import { Failure } from '../../../base/errors.ts';
import { compileAnchoredRegex, compileUnanchoredRegex } from '../../language/regex.ts';
import type { Expr, LabelFilter, LabelMatcher, LogExpr, LogRange, Stage } from './ast.ts';
import { parseIpPattern } from './ip-pattern.ts';
import { parseJsonPath } from './json-path.ts';
import { parseCapturePattern, parseFilterPattern } from './line-pattern.ts';
import { printStage } from './print.ts';
import { parseTemplate } from './template/template-parse.ts';

export const emptySelectorMessage: string =
  'queries require at least one regexp or equality matcher that does not have an empty-compatible value. ' +
  'For instance, app=~".*" does not meet this requirement, but app=~".+" will';

function checkMatcher(matcher: LabelMatcher): void {
  if (matcher.operator === '=~' || matcher.operator === '!~') compileAnchoredRegex(matcher.value);
}

/** Whether the matcher refuses the empty value, and so narrows the streams. */
function selects(matcher: LabelMatcher): boolean {
  if (matcher.operator === '=') return matcher.value !== '';
  if (matcher.operator === '!=') return false;
  return matcher.operator === '=~' && !compileAnchoredRegex(matcher.value).matches('');
}

/** Names of the groups of a `regexp` stage. Fails when there is none, or one twice. */
export function checkCaptureRegex(pattern: string): readonly string[] {
  const names = [...pattern.matchAll(/\(\?P?<([^>=!]+)>/g)].map((group) => group[1] ?? '');
  const seen = new Set<string>();
  for (const name of names) {
    if (seen.has(name)) throw new Failure('syntax', `duplicate extracted label name '${name}'`);
    seen.add(name);
  }
  compileUnanchoredRegex(pattern);
  if (names.length === 0)
    throw new Failure('syntax', 'at least one named capture must be supplied', {
      hint: String.raw`a named group becomes a label: "(?P<status>\\d+)"`,
    });
  return names;
}

function checkLabelFilter(filter: LabelFilter): void {
  switch (filter.kind) {
    case 'and':
    case 'or':
      filter.operands.forEach(checkLabelFilter);
      return;
    case 'string':
      checkMatcher(filter.matcher);
      return;
    case 'ip':
      parseIpPattern(filter.pattern);
      return;
    case 'number':
    case 'duration':
    case 'bytes':
      return;
  }
}

function checkLabelFormats(stage: Extract<Stage, { kind: 'label-format' }>): void {
  const targets = new Set<string>();
  for (const format of stage.formats) {
    if (format.target === '__error__') throw new Failure('syntax', '__error__ cannot be formatted');
    if (targets.has(format.target)) {
      throw new Failure(
        'syntax',
        `multiple label name '${format.target}' not allowed in a single format operation`,
      );
    }
    targets.add(format.target);
    if (format.kind === 'template') parseTemplate('label', format.template);
  }
}

function checkStageTexts(stage: Stage): void {
  switch (stage.kind) {
    case 'line-filter':
      for (const operand of stage.operands) {
        if (operand.kind === 'ip') {
          if (stage.operator !== '|=' && stage.operator !== '!=')
            throw new Failure('syntax', 'ip: invalid operation');
          parseIpPattern(operand.value);
        } else if (stage.operator === '|~' || stage.operator === '!~')
          compileUnanchoredRegex(operand.value);
        else if (stage.operator === '|>' || stage.operator === '!>')
          parseFilterPattern(operand.value);
      }
      return;
    case 'json':
      for (const { expression } of stage.extractions) parseJsonPath(expression);
      return;
    case 'regexp':
      checkCaptureRegex(stage.pattern);
      return;
    case 'pattern':
      parseCapturePattern(stage.pattern);
      return;
    case 'label-filter':
      checkLabelFilter(stage.filter);
      return;
    case 'line-format':
      parseTemplate('line', stage.template);
      return;
    case 'label-format':
      checkLabelFormats(stage);
      return;
    case 'drop':
    case 'keep':
      for (const { matcher } of stage.choices) if (matcher !== undefined) checkMatcher(matcher);
      return;
    case 'logfmt':
    case 'unpack':
    case 'decolorize':
    // Judged by its own language, when the evaluator is at hand.
    case 'trace':
      return;
  }
}

function checkStage(stage: Stage): void {
  try {
    checkStageTexts(stage);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    throw new Failure(error.code, `parse error : stage '${printStage(stage)}' : ${error.message}`, {
      position: stage.span,
      hint: error.hint,
      cause: error,
    });
  }
}

function checkLog(log: LogExpr): void {
  for (const matcher of log.matchers) {
    try {
      checkMatcher(matcher);
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      const position = matcher.span;
      throw new Failure(error.code, `parse error : ${error.message}`, { position, cause: error });
    }
  }
  if (!log.matchers.some(selects))
    throw new Failure('syntax', `parse error : ${emptySelectorMessage}`, { position: log.span });
  log.stages.forEach(checkStage);
}

function checkRange(range: LogRange): void {
  checkLog(range.log);
  if (range.rangeNs <= 0n)
    throw new Failure('syntax', 'parse error : duration must be greater than 0', {
      position: range.span,
    });
  range.unwrap?.filters.forEach((filter) =>
    checkStage({ kind: 'label-filter', filter, span: filter.span }),
  );
}

/** Fails with `syntax` (or `limit`, for a regex too long) at the first thing that is wrong. */
export function checkLogql(expr: Expr): void {
  switch (expr.kind) {
    case 'log':
      checkLog(expr);
      return;
    case 'literal':
    case 'vector':
      return;
    case 'range-aggregation':
      checkRange(expr.range);
      return;
    case 'vector-aggregation':
      checkLogql(expr.operand);
      return;
    case 'binary':
      checkLogql(expr.left);
      checkLogql(expr.right);
      return;
    case 'label-replace':
      try {
        compileAnchoredRegex(expr.pattern);
      } catch (error) {
        if (!(error instanceof Failure)) throw error;
        throw new Failure(
          error.code,
          `parse error : invalid regex in label_replace: ${error.message}`,
          { position: expr.span, cause: error },
        );
      }
      checkLogql(expr.operand);
      return;
  }
}
