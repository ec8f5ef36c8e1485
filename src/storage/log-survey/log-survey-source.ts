// The `LogSurveySource` on ClickHouse.

import type { LogSurveySource } from '../../query/log-survey-source.ts';
import type { SurveySettings } from './selected-lines.ts';
import { surveyFields } from './survey-fields.ts';
import { surveyShapes } from './survey-shapes.ts';

export function createLogSurveySource(settings: SurveySettings): LogSurveySource {
  return {
    surveyFields: (request, signal) => surveyFields(settings, request, signal),
    surveyShapes: (selection, signal) => surveyShapes(settings, selection, signal),
  };
}
