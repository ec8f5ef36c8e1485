// The stages of a scan as one function over entries.

import { assertNever } from '../../../base/assert.ts';
import type { Clock } from '../../../base/clock.ts';
import type { Stage } from '../syntax/ast.ts';
import type { LineStage } from './entry.ts';
import { decolorizeStage } from './stages/decolorize.ts';
import { labelFormatStage, lineFormatStage } from './stages/format.ts';
import { jsonExpressionStage, jsonStage, unpackStage } from './stages/json.ts';
import { dropStage, keepStage } from './stages/label-choice.ts';
import { labelFilterStage } from './stages/label-filter.ts';
import { lineFilterStage } from './stages/line-filter.ts';
import { logfmtStage } from './stages/logfmt.ts';
import { patternStage, regexpStage } from './stages/text-captures.ts';

function compileStage(stage: Stage, clock: Clock): LineStage {
  switch (stage.kind) {
    case 'line-filter':
      return lineFilterStage(stage);
    case 'json':
      return stage.extractions.length === 0 ? jsonStage : jsonExpressionStage(stage.extractions);
    case 'logfmt':
      return logfmtStage(stage);
    case 'regexp':
      return regexpStage(stage.pattern);
    case 'pattern':
      return patternStage(stage.pattern);
    case 'unpack':
      return unpackStage;
    case 'decolorize':
      return decolorizeStage;
    case 'label-filter':
      return labelFilterStage(stage.filter);
    case 'line-format':
      return lineFormatStage(stage.template, clock);
    case 'label-format':
      return labelFormatStage(stage.formats, clock);
    case 'drop':
      return dropStage(stage.choices);
    case 'keep':
      return keepStage(stage.choices);
    // Lines of other traces do not come this far: `trace-filter.ts`.
    case 'trace':
      return () => true;
    default:
      return assertNever(stage);
  }
}

export function compileStages(stages: readonly Stage[], clock: Clock): LineStage {
  const compiled = stages.map((stage) => compileStage(stage, clock));
  const [first, second] = compiled;
  if (first === undefined) return () => true;
  if (second === undefined) return first;
  return (entry) => {
    for (const stage of compiled) if (!stage(entry)) return false;
    return true;
  };
}
