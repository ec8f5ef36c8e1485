// Failures that name a place in the query the way Prometheus does: `1:4: parse error: ...`, columns in bytes.

import { Failure } from '../../../base/errors.ts';
import type { TextSpan } from '../../../base/errors.ts';
import { utf8Length } from '../../language/utf8-length.ts';

/** `line:column` of an offset, both from 1; the column counts the line's bytes. */
export function placeInQuery(text: string, offset: number): string {
  const before = text.slice(0, Math.min(offset, text.length));
  const lineStart = before.lastIndexOf('\n') + 1;
  let line = 1;
  for (let at = before.indexOf('\n'); at >= 0; at = before.indexOf('\n', at + 1)) line++;
  return `${line}:${utf8Length(before.slice(lineStart)) + 1}`;
}

export function parseFailure(text: string, span: TextSpan, message: string): Failure {
  return new Failure('syntax', `${placeInQuery(text, span.start)}: parse error: ${message}`, {
    position: span,
  });
}
