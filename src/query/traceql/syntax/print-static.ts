// Values as TraceQL writes them: what is printed reads back as the same value of the same type.

import { printGoDuration } from '../../../base/duration.ts';
import { quoteGo } from '../../language/go-string.ts';
import type { StaticValue } from './ast.ts';

/** A float always shows a fraction or an exponent. */
export function printFloat(value: number): string {
  const text = String(value);
  return /^-?\d+$/.test(text) ? `${text}.0` : text;
}

export function printStatic(value: StaticValue): string {
  switch (value.type) {
    case 'nil':
      return 'nil';
    case 'string':
      return quoteGo(value.value);
    case 'int':
      return value.value.toString();
    case 'float':
      return printFloat(value.value);
    case 'bool':
      return value.value ? 'true' : 'false';
    case 'duration':
      return printGoDuration(value.valueNs);
    case 'status':
    case 'kind':
      return value.value;
  }
}
