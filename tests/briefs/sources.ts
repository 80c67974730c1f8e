import { durationText, plainNumber, valueText } from '@autoops/charts';
import { textOf, type Said } from '@autoops/reports';

/** A number of a brief that its source does not account for. */
export interface Unsourced {
  readonly number: string;
  readonly figure: string;
  readonly sentence: string;
}

/** Names with a digit in them that state nothing: quantiles, percentiles, digests, the interval of a forecast. */
const NAMES = /\b[Pp]\d{2}\b|SHA.256|\(80 %: /gu;
/** A run of digits as they are printed, with thousands and decimals. */
const NUMBER = /\d+(?:[.\u202F]\d+)*/gu;

const INSTANT = /\d{4}-\d\d-\d\dT[\d:.]+Z/gu;

/** What stands at a pointer of a document, or undefined. */
export function valueAt(document: unknown, pointer: string): unknown {
  let value = document;
  for (const part of pointer.split('/').slice(1)) {
    if (typeof value !== 'object' || value === null) return undefined;
    value = (value as Readonly<Record<string, unknown>>)[part];
  }
  return value;
}

/**
 * Every number of a text that does not stand on its source: numbers outside of figures, and numbers of figures that no value at their
 * places of the document accounts for. `others` are values by the names of places that are not in the document.
 */
export function unsourcedIn(
  said: Said,
  document: object,
  others: Readonly<Record<string, string>> = {},
): readonly Unsourced[] {
  const sentence = textOf(said);
  const of = (text: string, figure: string): Unsourced[] =>
    (text.replaceAll(NAMES, ' ').match(NUMBER) ?? []).map((number) => ({ number, figure, sentence }));
  return said.flatMap((part) => {
    if (typeof part === 'string') return of(part, 'no source');
    const values = part.from.map((place) => others[place] ?? valueAt(document, place));
    const figure = part.from.join(' ') || 'no source';
    return of(withoutWritings(part.text, values), figure);
  });
}

/** A text without everything that is a writing of one of the values, longest first. */
function withoutWritings(text: string, values: readonly unknown[]): string {
  // A part of a longer text, word for word.
  if (values.some((value) => typeof value === 'string' && value.includes(text))) return '';
  const writings = new Set<string>();
  for (const value of values) collect(value, writings);
  const [first, second] = values;
  // Two instants: the time between them.
  if (isInstant(first) && isInstant(second))
    writings.add(durationText(Math.round(Math.abs(Date.parse(second) - Date.parse(first)) / 1000)));
  let rest = text;
  for (const writing of [...writings].filter((each) => /\d/u.test(each)).toSorted((a, b) => b.length - a.length)) {
    const literal = writing.replaceAll(/[.*+?^${}()|[\]\\/]/gu, String.raw`\$&`);
    rest = rest.replaceAll(new RegExp(`(?<![\\d.\\u202F])${literal}(?![.\\u202F]?\\d)`, 'gu'), ' ');
  }
  return rest;
}

const isInstant = (value: unknown): value is string => typeof value === 'string' && /^\d{4}-\d\d-\d\dT/u.test(value);

/** Every way in which a value, or one inside it, may be written in a brief. */
function collect(value: unknown, into: Set<string>): void {
  if (typeof value === 'number') {
    const written = [value, value * 1000].flatMap((each) => [
      plainNumber(each, 0),
      plainNumber(each, 1),
      plainNumber(each, 2),
    ]);
    const units = ['ratio', 's', 'per s', 'n', 'B'].map((unit) => valueText(value, unit));
    for (const text of [String(value), value.toFixed(1), ...written, ...units, durationText(Math.round(value))])
      into.add(text);
    into.add(`${Math.round(value)} s`);
  } else if (typeof value === 'string') {
    into.add(value);
    // An instant, or one in a text: "#43aba145 of 2026-01-15T14:02:20.000Z".
    into.add(value.replaceAll(INSTANT, (instant) => `${instant.slice(0, 19).replace('T', ' ')} UTC`));
    for (const [instant] of value.matchAll(INSTANT))
      for (const text of [
        instant.slice(11, 19),
        instant.slice(0, 10),
        instant.slice(0, 16).replace('T', ' '),
        instant.slice(0, 19).replace('T', ' '),
      ])
        into.add(text);
    if (/^-?\d+\.\d\d$/u.test(value)) into.add(plainNumber(Number(value), 0));
    if (/^[0-9a-f]{64}$/u.test(value)) into.add(value.slice(0, 12));
    // "median 1800 s, prior: demo": the duration in it.
    for (const [, seconds] of value.matchAll(/\b(\d+) s\b/gu)) into.add(durationText(Number(seconds)));
  } else if (Array.isArray(value)) {
    into.add(String(value.length));
    const good = value.filter((item: { good?: unknown; phase?: unknown }) => item.phase === 'window');
    if (good.length > 0)
      into.add(`${good.filter((item: { good?: unknown }) => item.good === true).length} of ${good.length}`);
    // Rules of a verdict: how many of them agreed.
    into.add(String(value.filter((item: { effect?: unknown }) => item.effect === 'allow').length));
    for (const item of value) collect(item, into);
  } else if (typeof value === 'object' && value !== null) {
    // What a rule found: "6 > 5 replicas without approval" is told in other words, with its numbers.
    if ('ruleId' in value && 'fact' in value)
      for (const number of String(value.fact).match(NUMBER) ?? []) into.add(number);
    for (const item of Object.values(value)) collect(item, into);
  }
}
