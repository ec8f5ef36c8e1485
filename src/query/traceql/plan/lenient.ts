// The filter of a tag-value request, as an editor sends it while somebody types: what is complete narrows the values, what
// is not yet is left out, and what is no filter at all narrows nothing.

import { asFailure } from '../../../base/errors.ts';
import type { SpanPredicate } from '../../sources.ts';
import { checkTraceql } from '../syntax/check.ts';
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

/** Named limits: a longer text, or one of more parts, narrows nothing. */
const textLengthMax = 16_384;
const partsMax = 100;

/** The parts between `&&` outside of quotes. */
function conjuncts(text: string): readonly string[] {
  const parts: string[] = [];
  let start = 0;
  let quote = '';
  for (let at = 0; at < text.length; at++) {
    const char = text[at] ?? '';
    if (quote !== '') {
      if (char === '\\' && quote === '"') at++;
      else if (char === quote) quote = '';
    } else if (char === '"' || char === '`') quote = char;
    else if (char === '&' && text[at + 1] === '&') {
      parts.push(text.slice(start, at));
      at++;
      start = at + 1;
    }
  }
  return [...parts, text.slice(start)];
}

/** Never fails for what somebody types; `true` where the text says nothing. */
export function lenientPredicate(text: string): SpanPredicate {
  const trimmed = text.trim();
  if (trimmed === '' || trimmed.length > textLengthMax) return anySpan;
  const whole = predicateOfQuery(trimmed);
  if (whole !== undefined) return whole;
  if (trimmed.includes('||')) return anySpan;
  if (!trimmed.startsWith('{')) return anySpan;
  const parts = conjuncts(trimmed.slice(1, trimmed.endsWith('}') ? -1 : undefined));
  if (parts.length > partsMax) return anySpan;
  return conjunction(parts.map((part) => predicateOfQuery(`{${part}}`) ?? anySpan));
}
