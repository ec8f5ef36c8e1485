// Label filters. A value that cannot be read keeps its line and marks it with `LabelFilterErr`; an absent label loses it.

import { assertNever } from '../../../../base/assert.ts';
import { matcherPredicate } from '../../../language/matcher.ts';
import type { LabelFilter, NumericOperator } from '../../syntax/ast.ts';
import { parseIpPattern } from '../../syntax/ip-pattern.ts';
import type { Entry, LineStage } from '../entry.ts';
import { readBytes, readDurationNs, readNumber, type Quantity } from '../quantities.ts';
import { ipMatcher } from './ip.ts';

function compare(operator: NumericOperator, value: number): (left: number) => boolean {
  switch (operator) {
    case '=':
    case '==':
      return (left) => left === value;
    case '!=':
      return (left) => left !== value;
    case '>':
      return (left) => left > value;
    case '>=':
      return (left) => left >= value;
    case '<':
      return (left) => left < value;
    case '<=':
      return (left) => left <= value;
    default:
      return assertNever(operator);
  }
}

function quantityFilter(
  name: string,
  read: (text: string) => Quantity,
  holds: (value: number) => boolean,
): LineStage {
  return (entry: Entry) => {
    const text = entry.get(name);
    if (text === undefined) return false;
    const quantity = read(text);
    if (quantity.ok) return holds(quantity.value);
    if (entry.error === '') entry.fail('LabelFilterErr', quantity.reason);
    return true;
  };
}

const readers: Readonly<Record<'number' | 'duration' | 'bytes', (text: string) => Quantity>> = {
  number: readNumber,
  duration: readDurationNs,
  bytes: readBytes,
};

export function labelFilterStage(filter: LabelFilter): LineStage {
  switch (filter.kind) {
    case 'and': {
      const operands = filter.operands.map(labelFilterStage);
      return (entry) => {
        // Every operand runs, because each may mark an error.
        let keep = true;
        for (const operand of operands) keep = operand(entry) && keep;
        return keep;
      };
    }
    case 'or': {
      const operands = filter.operands.map(labelFilterStage);
      return (entry) => operands.some((operand) => operand(entry));
    }
    case 'string': {
      const holds = matcherPredicate(filter.matcher);
      const { name } = filter.matcher;
      return (entry) => holds(entry.text(name));
    }
    case 'number':
    case 'duration':
    case 'bytes':
      return quantityFilter(
        filter.name,
        readers[filter.kind],
        compare(filter.operator, filter.value),
      );
    case 'ip': {
      const within = ipMatcher(parseIpPattern(filter.pattern));
      const { name, negated } = filter;
      return (entry) => {
        if (entry.error !== '') return true;
        const text = entry.get(name);
        return text !== undefined && within(text) !== negated;
      };
    }
  }
}
