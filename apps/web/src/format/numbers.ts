import type { Money, Quantiles } from '@autoops/contracts';
import { durationText, percentDigits, plainNumber, valueText } from '@autoops/charts';

const THIN_SPACE = '\u202F';
/** Forbids a break after the dash of a range. */
const WORD_JOINER = '\u2060';

/** "4.7 %" from 0.047, and "unknown" from nothing. */
export function percentText(ratio: number | null | undefined): string {
  return ratio === null || ratio === undefined || !Number.isFinite(ratio)
    ? 'unknown'
    : `${percentDigits(ratio)}${THIN_SPACE}%`;
}

/** "41 250", or below 100 with both digits of its cents: "12.50". */
export function amountText(amount: number): string {
  if (amount === 0 || Math.abs(amount) >= 99.995) return plainNumber(amount, 0);
  return `${amount < 0 ? '\u2212' : ''}${Math.abs(amount).toFixed(2)}`;
}

/** "USD 41 250" with a true minus for a loss; cents only below 100. */
export function moneyText(money: Money | undefined): string {
  if (money === undefined) return 'not priced';
  const amount = Number(money.amount);
  return `${money.currency}\u00A0${amountText(amount)}`;
}

/** What `exhaustionText` says of a budget that does not run out. */
export const NO_END = 'no end in sight';

/** "27 min" and "19–41 min" from seconds; says so when it does not run out. */
export function exhaustionText(seconds: Quantiles | undefined): { readonly main: string; readonly range: string } {
  if (seconds === undefined) return { main: 'unknown', range: '' };
  if (seconds.p50 === null)
    return { main: NO_END, range: seconds.p10 === null ? '' : `80 %: from ${durationText(seconds.p10)}` };
  if (seconds.p50 <= 0) return { main: 'gone', range: '' };
  const high = seconds.p90 === null ? 'no end' : durationText(seconds.p90);
  return {
    main: durationText(seconds.p50),
    range: seconds.p10 === null ? '' : shortRange(durationText(seconds.p10), high),
  };
}

/** "19–41 min" where both ends carry the same unit. */
export function shortRange(low: string, high: string): string {
  const [lowNumber = low, lowUnit = ''] = low.split(' ');
  const parts = high.split(' ');
  if (low.split(' ').length === 2 && parts.length === 2 && parts[1] === lowUnit)
    return `${lowNumber}–${parts[0] ?? ''} ${lowUnit}`;
  return `${low}–${high}`;
}

/** "8.5–77.5" of P10 and P90 (times `factor`: 100 makes per cent of a ratio); says so where they are not known. */
export function intervalText({ p10, p90 }: Quantiles, decimals = 1, factor = 1): string {
  const end = (value: number | null): string => (value === null ? 'unknown' : plainNumber(value * factor, decimals));
  return end(p10) === end(p90) ? end(p10) : `${end(p10)}–${end(p90)}`;
}

/** A text whose numbers stay on one line with their units and currencies, and whose ranges stay whole. */
export function unbroken(text: string): string {
  return text
    .replaceAll(/(\d) (?=%)/g, `$1${THIN_SPACE}`)
    .replaceAll(/(\d) (?=(?:s|min|h|d|ms)(?:\W|$))/g, '$1\u00A0')
    .replaceAll(/\b(EUR|USD|GBP|CHF) (?=[\d\u2212])/g, '$1\u00A0')
    .replaceAll(/(\d)–(?=\d)/g, `$1–${WORD_JOINER}`);
}

/** "9.4×" */
export function timesText(factor: number): string {
  return `${plainNumber(factor, factor >= 100 ? 0 : 1)}×`;
}

/** "worked 37 of 41 times", or that nobody knows yet. */
export function recordText(record: { readonly n: number; readonly succeeded: number }): string {
  if (record.n === 0) return 'no history yet (n = 0)';
  if (record.n === 1) return record.succeeded === 1 ? 'worked the one time it ran' : 'did not work the one time it ran';
  return `worked ${record.succeeded} of ${record.n} times`;
}

/** "≈ 1 in 21", from a ratio of failures. */
export function oneInText(ratio: number): string | undefined {
  if (ratio <= 0 || !Number.isFinite(ratio)) return undefined;
  return ratio >= 0.5 ? `${percentText(ratio)} of` : `≈ 1 in ${plainNumber(1 / ratio, 0)}`;
}

/** "1 job", "2 jobs". */
export function plural(count: number, one: string, many = `${one}s`): string {
  return `${plainNumber(count, 0)} ${count === 1 ? one : many}`;
}

/** The value of an indicator with its unit. */
export { durationText, plainNumber, valueText };
