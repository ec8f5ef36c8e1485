// `decolorize`: the line without ANSI escape sequences.

import type { LineStage } from '../entry.ts';

// oxlint-disable-next-line no-control-regex -- escape sequences begin with control characters
const operatingSystemCommand = /[\u001b\u009b][[\]()#;?]*[a-zA-Z\d;]*\u0007/g;
// oxlint-disable-next-line no-control-regex -- as above
const controlSequence = /[\u001b\u009b][[\]()#;?]*(?:\d{1,4}(?:;\d{0,4})*)?[\dA-PRZcf-ntqry=><~]/g;

export const decolorizeStage: LineStage = (entry) => {
  const { line } = entry;
  if (line.includes('\u001b') || line.includes('\u009b')) {
    const plain = line.includes('\u0007') ? line.replace(operatingSystemCommand, '') : line;
    entry.line = plain.replace(controlSequence, '');
  }
  return true;
};
