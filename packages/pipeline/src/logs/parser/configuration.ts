import { HOOKS } from '@autoops/contracts';
import { GROUPING, NAME_FORMS } from './group-shapes.ts';
import { LINE_LIMITS, PLACE, VALUE_FORMS } from './line-shape.ts';
import { PARSER_LIMITS } from './log-parser.ts';
import { LETTER_IDS } from './private-data.ts';
import { STREAM_LIMITS } from './template-stream.ts';

/** Everything that the templates of a log depend on beside its lines, as JSON: masks, redaction hooks, constants and bounds. */
export const PARSER_CONFIGURATION = {
  valueForms: Object.fromEntries(
    Object.entries({ ...VALUE_FORMS, place: PLACE }).map(([name, { source }]) => [name, source]),
  ),
  nameForms: Object.fromEntries(Object.entries(NAME_FORMS).map(([name, { source }]) => [name, source])),
  privateData: [...HOOKS.map(({ pattern }) => pattern.source), LETTER_IDS.source],
  grouping: GROUPING,
  line: LINE_LIMITS,
  parser: PARSER_LIMITS,
  stream: STREAM_LIMITS,
} as const;
