// The port for what is asked of many log lines at a time, so that the screen can say what there is before a line is read:
// the fields of a selection with their commonest values, and the shapes of its lines. Storage answers with aggregates;
// of very many lines it looks at a sample and says so.

import type { LogSelection } from './sources.ts';

/** Rows that were looked at of those that match; null: all of them. */
export interface Sample {
  readonly looked: number;
  readonly of: number;
}

export interface FieldValue {
  readonly value: string;
  /** Of all matching lines: scaled up when a sample was looked at. */
  readonly lines: number;
}

export interface SurveyedField {
  /** As LogQL writes it. */
  readonly name: string;
  readonly kind: 'label' | 'level' | 'attribute' | 'resource';
  /** Lines that have the field. */
  readonly lines: number;
  /** About, when there are many. */
  readonly distinct: number;
  /** The commonest first. */
  readonly values: readonly FieldValue[];
}

export interface FieldSurvey {
  readonly lines: number;
  readonly fields: readonly SurveyedField[];
  /** Only labels, levels and resources are exact then. */
  readonly sampled: Sample | null;
  /** What bit, in words. */
  readonly warnings: readonly string[];
}

/** What of a line's first line is looked at; more is a gap at the end. */
export const shapeCharactersMax: number = 400;

/** A word with a digit in it (RE2 and JavaScript alike): a number, a time, an ID, an address. It becomes a gap. */
export const gapWord: string =
  '(?:[A-Za-z_][0-9A-Za-z_.-]*)?[0-9](?:[0-9A-Za-z_.:-]*[0-9A-Za-z_])?';

/** Lines that are the same text but for their words with digits, which are gaps. */
export interface LineShape {
  readonly shape: string;
  readonly service: string;
  readonly level: string;
  readonly lines: number;
  /** One of the lines, cut. */
  readonly example: string;
  readonly firstNs: bigint;
  readonly lastNs: bigint;
}

export interface ShapeSurvey {
  readonly lines: number;
  /** The commonest first. */
  readonly shapes: readonly LineShape[];
  readonly sampled: Sample | null;
}

export interface FieldSurveyRequest extends LogSelection {
  readonly valuesMax: number;
  /** Only this field. */
  readonly only?: string | undefined;
}

export interface LogSurveySource {
  /**
   * The selection's matchers, filters and metadata matchers are taken as they are, for nobody checks the rows again.
   * Undefined when SQL cannot say them exactly.
   */
  surveyFields(request: FieldSurveyRequest, signal: AbortSignal): Promise<FieldSurvey | undefined>;
  /** As above. */
  surveyShapes(selection: LogSelection, signal: AbortSignal): Promise<ShapeSurvey | undefined>;
}
