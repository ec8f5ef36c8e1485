// The filter of a tag-value request, as an editor sends it while somebody types: what is complete narrows the values, what
// is not yet is left out, and what is no filter at all narrows nothing.

import { asFailure } from '../../../base/errors.ts';
import type { SpanPredicate } from '../../sources.ts';
import { checkTraceql } from '../syntax/check.ts';
import { queryLengthMax } from '../syntax/lexer.ts';
import { parseTraceql } from '../syntax/parse.ts';
import { anySpan, conjunction, requiredOfPipeline } from './predicates.ts';

/** Undefined when the text is not a query. */
function predicateOfQuery(text: string): SpanPredicate | undefined {
  try {
    const query = parseTraceql(text);
    checkTraceql(query);
    if (query.kind === 'metrics' || query.pipeline.stages.length !== 1) return anySpan;
    const [stage] = query.pipeline.stages;
    // Of several spansets, no single span has to fulfil them all.
    return stage?.kind === 'filter' ? conjunction(requiredOfPipeline(query.pipeline)) : anySpan;
  } catch (error) {
    if (asFailure(error).code === 'internal') throw error;
    return undefined;
  }
}

/** The parts between `&&` outside of quotes. */
function conjuncts(text: string): readonly string[] {
  const parts: string[] = [];
  let start = 0;
  for (const { 0: piece, index } of text.matchAll(/"(?:[^"\\]|\\[^])*"|`[^`]*`|&&/g)) {
    if (piece !== '&&') continue;
    parts.push(text.slice(start, index));
    start = index + 2;
  }
  return [...parts, text.slice(start)];
}

/** Never fails for what somebody types; `true` where the text says nothing. */
export function lenientPredicate(text: string): SpanPredicate {
  const trimmed = text.trim();
  if (trimmed === '' || trimmed.length > queryLengthMax) return anySpan;
  const whole = predicateOfQuery(trimmed);
  if (whole !== undefined) return whole;
  if (trimmed.includes('||')) return anySpan;
  const inner = /^\{([^]*?)\}?$/.exec(trimmed)?.[1];
  if (inner === undefined) return anySpan;
  return conjunction(conjuncts(inner).map((part) => predicateOfQuery(`{${part}}`) ?? anySpan));
}
