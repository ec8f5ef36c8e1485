// `|=`, `!=`, `|~`, `!~`, `|>`, `!>`: keep or lose a line by its text.

import { compileUnanchoredRegex } from '../../../language/regex.ts';
import type { Stage } from '../../syntax/ast.ts';
import { parseFilterPattern, type PatternPart } from '../../syntax/line-pattern.ts';
import { parseIpPattern } from '../../syntax/ip-pattern.ts';
import type { LineStage } from '../entry.ts';
import { ipMatcher } from './ip.ts';

type TextPredicate = (line: string) => boolean;

/** Whether the whole line is the parts in turn; gaps are not empty. */
export function patternPredicate(parts: readonly PatternPart[]): TextPredicate {
  const texts = parts.filter((part) => part.kind === 'text').map((part) => part.text);
  const gapFirst = parts[0]?.kind === 'gap';
  const gapLast = parts.at(-1)?.kind === 'gap';
  return (line) => {
    if (texts.length === 0) return parts.length === 0 || line !== '';
    let at = 0;
    for (let part = 0; part < texts.length; part++) {
      const text = texts[part] ?? '';
      const behindGap = part > 0 || gapFirst;
      if (!behindGap) {
        if (!line.startsWith(text)) return false;
        at = text.length;
        continue;
      }
      const last = part === texts.length - 1 && !gapLast;
      // The last text must end the line; those before it are found as early as possible.
      const found = last ? line.length - text.length : line.indexOf(text, at + 1);
      if (found < at + 1 || (last && !line.endsWith(text))) return false;
      at = found + text.length;
    }
    return gapLast ? at < line.length : at === line.length;
  };
}

function operandPredicate(
  operator: string,
  operand: { readonly kind: 'text' | 'ip'; readonly value: string },
): TextPredicate {
  const { value } = operand;
  if (operand.kind === 'ip') return ipMatcher(parseIpPattern(value));
  if (operator === '|=' || operator === '!=') return (line) => line.includes(value);
  if (operator === '|~' || operator === '!~') {
    const regex = compileUnanchoredRegex(value);
    // Most patterns in the wild are plain words: a substring search is many times faster.
    if (/^[\w\s"'/:=,;@#%&<>~-]*$/.test(value)) return (line) => line.includes(value);
    return (line) => regex.matches(line);
  }
  return patternPredicate(parseFilterPattern(value));
}

export function lineFilterStage(stage: Extract<Stage, { kind: 'line-filter' }>): LineStage {
  const negated = stage.operator.startsWith('!');
  const predicates = stage.operands.map((operand) => operandPredicate(stage.operator, operand));
  const [only] = predicates;
  if (only !== undefined && predicates.length === 1) return (entry) => only(entry.line) !== negated;
  return (entry) => predicates.some((predicate) => predicate(entry.line)) !== negated;
}
