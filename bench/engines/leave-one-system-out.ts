import { GROUPING, VALUE_FORMS, type LogParserOptions } from '@autoops/pipeline';

type Options = Required<Pick<LogParserOptions, 'forms' | 'grouping'>>;
/** Scores that differ by less are equal. */
const SAME = 1e-9;

/**
 * The leanest configuration of the log parser that scores the same as the shipped one: every mask and every word that introduces a
 * value is left out when the score does not fall, and every constant is moved to the neighbouring value that says less. `score` is of
 * the systems that may be looked at; what only the system left out asks for is thus gone.
 */
export function leanestFor(score: (options: LogParserOptions) => number): LogParserOptions {
  let best: Options = { forms: new Set(Object.keys(VALUE_FORMS) as (keyof typeof VALUE_FORMS)[]), grouping: GROUPING };
  const wanted = score(best);
  const attempt = (leaner: Options): void => {
    if (score(leaner) >= wanted - SAME) best = leaner;
  };
  for (const form of Object.keys(VALUE_FORMS) as (keyof typeof VALUE_FORMS)[])
    attempt({ ...best, forms: new Set([...best.forms].filter((other) => other !== form)) });
  for (const word of GROUPING.introducers)
    attempt({
      ...best,
      grouping: { ...best.grouping, introducers: best.grouping.introducers.filter((other) => other !== word) },
    });
  for (const key of GROUPING.textKeys)
    attempt({
      ...best,
      grouping: { ...best.grouping, textKeys: best.grouping.textKeys.filter((other) => other !== key) },
    });
  for (const rule of ['names', 'lists'] as const) attempt({ ...best, grouping: { ...best.grouping, [rule]: false } });
  for (const [constant, values] of Object.entries({
    fewWords: [1, 2],
    fewFirstWords: [3, 8],
    manyWords: [3, 5],
    balance: [1, 0.5],
    balanceLines: [16, 8],
    coveringWords: [8, 4],
  }))
    for (const value of values) {
      const { grouping } = best;
      attempt({ ...best, grouping: { ...grouping, [constant]: value } });
      if (best.grouping !== grouping) break;
    }
  return best;
}
