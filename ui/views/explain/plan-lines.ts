// A printed plan as lines: how deep each is, who does it, and what.

export interface PlanLine {
  readonly indent: number;
  readonly who: 'storage' | 'engine' | 'clew' | '';
  readonly text: string;
}

/** `  storage: {a="b"}` and `clew    only traces of …` alike. */
export function planLines(plan: string): readonly PlanLine[] {
  return plan.split('\n').map((line) => {
    const indent = line.length - line.trimStart().length;
    const parts = /^(storage|engine|clew)\b:?\s*(.*)$/.exec(line.trimStart());
    const who = parts?.[1];
    return who === 'storage' || who === 'engine' || who === 'clew'
      ? { indent, who, text: parts?.[2] ?? '' }
      : { indent, who: '', text: line.trimStart() };
  });
}
