// The parts of an answer in the order in which they are shown: what may be a cause, how the failure shows, and what the
// selection lacks.

import type {
  DifferingValue,
  ExploreDifference,
} from '../../../src/api/explore/contract/difference.ts';

export interface DifferenceGroup {
  readonly kind: 'more' | 'symptom' | 'less';
  readonly values: readonly DifferingValue[];
}

export function groupsOf({ attributes }: ExploreDifference): readonly DifferenceGroup[] {
  const groups: DifferenceGroup[] = [
    { kind: 'more', values: attributes.filter((one) => !one.symptom && isMore(one)) },
    { kind: 'symptom', values: attributes.filter((one) => one.symptom && isMore(one)) },
    { kind: 'less', values: attributes.filter((one) => !isMore(one)) },
  ];
  return groups.filter(({ values }) => values.length > 0);
}

function isMore({ selectedShare, restShare }: DifferingValue): boolean {
  return selectedShare >= restShare;
}

/** `100 %`, `4.8 %`, `0.4 %`, `< 0.1 %`, `0 %`: never rounded to all or nothing. */
export function printShare(share: number): string {
  if (share === 0) return '0 %';
  const percent = share * 100;
  if (percent < 0.1) return '< 0.1 %';
  if (percent < 10) return `${Number(percent.toFixed(1))} %`;
  if (percent < 99.5) return `${percent.toFixed(0)} %`;
  return share === 1 ? '100 %' : '> 99 %';
}
