// Selectors and the stages behind them.

import type { LabelMatcher, MatchOperator } from '../../language/matcher.ts';
import type {
  Extraction,
  LabelChoice,
  LabelFormat,
  LineFilterOperand,
  LineFilterOperator,
  LogExpr,
  Stage,
  Unwrap,
} from './ast.ts';
import type { TokenCursor } from './cursor.ts';
import type { UnwrapConversion } from './functions.ts';
import { parseLabelFilter, startsLabelFilter } from './parse-label-filter.ts';

const matchOperators: ReadonlySet<string> = new Set<MatchOperator>(['=', '!=', '=~', '!~']);
const lineFilterOperators: ReadonlySet<string> = new Set<LineFilterOperator>([
  '|=',
  '!=',
  '|~',
  '!~',
  '|>',
  '!>',
]);

function isMatchOperator(text: string): text is MatchOperator {
  return matchOperators.has(text);
}

function isLineFilterOperator(text: string): text is LineFilterOperator {
  return lineFilterOperators.has(text);
}

/** `name = "value"` with one of the four operators. */
function parseMatcher(cursor: TokenCursor): LabelMatcher {
  const name = cursor.demandKind('identifier');
  const operator = cursor.peek();
  if (operator.kind !== 'symbol' || !isMatchOperator(operator.text))
    cursor.unexpected(['=', '=~', '!=', '!~']);
  cursor.take();
  const value = cursor.demandKind('string');
  return {
    name: name.text,
    operator: operator.text,
    value: value.text,
    span: cursor.spanFrom(name.span.start),
  };
}

function parseSelector(cursor: TokenCursor): readonly LabelMatcher[] {
  cursor.demand('{');
  const matchers: LabelMatcher[] = [];
  if (cursor.accept('}')) return matchers;
  for (;;) {
    if (!cursor.isKind('identifier'))
      cursor.unexpected(matchers.length === 0 ? ['IDENTIFIER', '}'] : ['IDENTIFIER']);
    matchers.push(parseMatcher(cursor));
    if (cursor.accept('}')) return matchers;
    if (!cursor.accept(',')) cursor.unexpected(['}', ',']);
  }
}

function parseLineFilterOperand(cursor: TokenCursor): LineFilterOperand {
  if (cursor.isFunction('ip')) {
    cursor.take();
    cursor.demand('(');
    const value = cursor.demandKind('string').text;
    cursor.demand(')');
    return { kind: 'ip', value };
  }
  if (!cursor.isKind('string')) cursor.unexpected(['STRING', 'ip']);
  return { kind: 'text', value: cursor.take().text };
}

function parseLineFilter(cursor: TokenCursor, operator: LineFilterOperator): Stage {
  const start = cursor.take().span.start;
  const operands = [parseLineFilterOperand(cursor)];
  while (cursor.isText('or') && (cursor.isKind('string', 1) || cursor.isFunction('ip', 1))) {
    cursor.take();
    operands.push(parseLineFilterOperand(cursor));
  }
  return { kind: 'line-filter', operator, operands, span: cursor.spanFrom(start) };
}

function parseExtractions(cursor: TokenCursor): readonly Extraction[] {
  const extractions: Extraction[] = [];
  if (!cursor.isKind('identifier')) return extractions;
  do {
    const name = cursor.demandKind('identifier').text;
    const expression = cursor.accept('=') ? cursor.demandKind('string').text : name;
    extractions.push({ name, expression });
  } while (cursor.accept(','));
  return extractions;
}

function parseLabelFormats(cursor: TokenCursor): readonly LabelFormat[] {
  const formats: LabelFormat[] = [];
  do {
    const target = cursor.demandKind('identifier').text;
    cursor.demand('=');
    if (cursor.isKind('string'))
      formats.push({ kind: 'template', target, template: cursor.take().text });
    else if (cursor.isKind('identifier'))
      formats.push({ kind: 'rename', target, source: cursor.take().text });
    else cursor.unexpected(['IDENTIFIER', 'STRING']);
  } while (cursor.accept(','));
  return formats;
}

function parseChoices(cursor: TokenCursor): readonly LabelChoice[] {
  const choices: LabelChoice[] = [];
  do {
    if (!cursor.isKind('identifier')) cursor.unexpected(['IDENTIFIER']);
    const operator = cursor.peek(1);
    if (operator.kind === 'symbol' && isMatchOperator(operator.text)) {
      const matcher = parseMatcher(cursor);
      choices.push({ name: matcher.name, matcher });
    } else choices.push({ name: cursor.take().text, matcher: undefined });
  } while (cursor.accept(','));
  return choices;
}

function parseLogfmt(cursor: TokenCursor, start: number): Stage {
  let strict = false;
  let keepEmpty = false;
  while (cursor.isKind('flag')) {
    if (cursor.take().text === '--strict') strict = true;
    else keepEmpty = true;
  }
  const extractions = parseExtractions(cursor);
  return { kind: 'logfmt', strict, keepEmpty, extractions, span: cursor.spanFrom(start) };
}

const stageNames = ['json', 'logfmt', 'regexp', 'pattern', 'unpack', 'line_format', 'label_format'];

function parseTrace(cursor: TokenCursor, start: number): Stage {
  const { text, span } = cursor.take();
  const end = span.end - 1;
  const query = { language: 'traceql' as const, text, span: { start: end - text.length, end } };
  return { kind: 'trace', query, span: cursor.spanFrom(start) };
}

/** The stage behind a `|`, which has been taken. */
function parseStage(cursor: TokenCursor, start: number): Stage {
  if (startsLabelFilter(cursor)) {
    const filter = parseLabelFilter(cursor);
    return { kind: 'label-filter', filter, span: cursor.spanFrom(start) };
  }
  if (cursor.isKind('embedded')) return parseTrace(cursor, start);
  const token = cursor.peek();
  if (token.kind !== 'keyword') cursor.unexpected(stageNames);
  cursor.take();
  switch (token.text) {
    case 'json': {
      const extractions = parseExtractions(cursor);
      return { kind: 'json', extractions, span: cursor.spanFrom(start) };
    }
    case 'logfmt':
      return parseLogfmt(cursor, start);
    case 'regexp':
    case 'pattern': {
      const pattern = cursor.demandKind('string').text;
      return { kind: token.text, pattern, span: cursor.spanFrom(start) };
    }
    case 'unpack':
    case 'decolorize':
      return { kind: token.text, span: cursor.spanFrom(start) };
    case 'line_format': {
      const template = cursor.demandKind('string').text;
      return { kind: 'line-format', template, span: cursor.spanFrom(start) };
    }
    case 'label_format': {
      const formats = parseLabelFormats(cursor);
      return { kind: 'label-format', formats, span: cursor.spanFrom(start) };
    }
    case 'drop':
    case 'keep': {
      const choices = parseChoices(cursor);
      return { kind: token.text, choices, span: cursor.spanFrom(start) };
    }
    default:
      return unexpectedAt(cursor, token.text);
  }
}

function unexpectedAt(cursor: TokenCursor, text: string): never {
  cursor.unexpected(stageNames, `"${text}" is not a stage`);
}

/** Stages up to an `unwrap`, a range, or whatever ends a pipeline. */
export function parseStages(cursor: TokenCursor): readonly Stage[] {
  const stages: Stage[] = [];
  for (;;) {
    const token = cursor.peek();
    if (token.kind !== 'symbol') return stages;
    if (isLineFilterOperator(token.text)) stages.push(parseLineFilter(cursor, token.text));
    else if (token.text === '|' && !cursor.isText('unwrap', 1)) {
      cursor.take();
      stages.push(parseStage(cursor, token.span.start));
    } else return stages;
  }
}

function isConversion(text: string): text is UnwrapConversion {
  return text === 'bytes' || text === 'duration' || text === 'duration_seconds';
}

/** `| unwrap x` with its label filters, or undefined when there is none. */
export function parseUnwrap(cursor: TokenCursor): Unwrap | undefined {
  if (!cursor.isText('|') || !cursor.isText('unwrap', 1)) return undefined;
  const start = cursor.take().span.start;
  cursor.take();
  let label: string;
  let conversion: UnwrapConversion | undefined;
  const token = cursor.peek();
  if (token.kind === 'function' && isConversion(token.text)) {
    cursor.take();
    conversion = token.text;
    cursor.demand('(');
    label = cursor.demandKind('identifier').text;
    cursor.demand(')');
  } else {
    if (token.kind !== 'identifier')
      cursor.unexpected(['IDENTIFIER', 'bytes', 'duration', 'duration_seconds']);
    label = cursor.take().text;
  }
  const filters = [];
  while (cursor.isText('|')) {
    cursor.take();
    if (!startsLabelFilter(cursor))
      cursor.unexpected(['IDENTIFIER', '('], 'behind unwrap there are only label filters');
    filters.push(parseLabelFilter(cursor));
  }
  return { label, conversion, filters, span: cursor.spanFrom(start) };
}

/** A selector with its stages. */
export function parseLog(cursor: TokenCursor): LogExpr {
  const start = cursor.peek().span.start;
  const matchers = parseSelector(cursor);
  const stages = parseStages(cursor);
  return { kind: 'log', matchers, stages, span: cursor.spanFrom(start) };
}
