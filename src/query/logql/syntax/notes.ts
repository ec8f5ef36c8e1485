// What may surprise about a LogQL query that is right in form.

import type { TextSpan } from '../../../base/errors.ts';
import { anchoredNote, type QueryNote } from '../../language/notes.ts';
import type { LabelMatcher } from '../../language/matcher.ts';
import type { Expr, LabelFilter, LogExpr, Stage } from './ast.ts';

function matcherNotes(matchers: readonly LabelMatcher[], span: TextSpan): readonly QueryNote[] {
  return matchers.flatMap(({ name, operator, value, span: place }) => {
    const message = anchoredNote(name, operator, value);
    return message === undefined ? [] : [{ message, position: place ?? span }];
  });
}

function filterNotes(filter: LabelFilter): readonly QueryNote[] {
  switch (filter.kind) {
    case 'and':
    case 'or':
      return filter.operands.flatMap(filterNotes);
    case 'string':
      return matcherNotes([filter.matcher], filter.span);
    case 'number':
    case 'duration':
    case 'bytes':
    case 'ip':
      return [];
  }
}

/** Signs that nobody looks for as they are, together in one text. */
const regexLike = /\.\*|\.\+|\\[dws.]|\[[^\]]*-[^\]]*\]|\(\?|^\^|\w\|\w/;

function stageNotes(stage: Stage): readonly QueryNote[] {
  if (stage.kind === 'label-filter') return filterNotes(stage.filter);
  if (stage.kind !== 'line-filter') return [];
  const { operator, operands, span } = stage;
  if (operator !== '|=' && operator !== '!=') return [];
  return operands.flatMap(({ kind, value }) =>
    kind === 'text' && regexLike.test(value)
      ? [
          {
            message: `${operator} looks for this text as it is: ${value}; a regex goes with ${operator === '|=' ? '|~' : '!~'}`,
            position: span,
          },
        ]
      : [],
  );
}

function logNotes(log: LogExpr): readonly QueryNote[] {
  return [...matcherNotes(log.matchers, log.span), ...log.stages.flatMap(stageNotes)];
}

/** In the order of the text. */
export function logqlNotes(expr: Expr): readonly QueryNote[] {
  switch (expr.kind) {
    case 'log':
      return logNotes(expr);
    case 'literal':
    case 'vector':
      return [];
    case 'range-aggregation':
      return [
        ...logNotes(expr.range.log),
        ...(expr.range.unwrap?.filters ?? []).flatMap(filterNotes),
      ];
    case 'vector-aggregation':
    case 'label-replace':
      return logqlNotes(expr.operand);
    case 'binary':
      return [...logqlNotes(expr.left), ...logqlNotes(expr.right)];
  }
}
