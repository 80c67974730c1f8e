import type { BurnRate } from '@autoops/contracts';
import { betaCumulative } from './beta.ts';
import type { HistorySums } from './history.ts';

/**
 * Multi-window multi-burn-rate (Google SRE Workbook ch. 5, tables 5-8; the 1 d row from sloth): long and short window and burn
 * rate for a period of 30 days. For another period all windows are scaled by the same factor, which keeps the share of the
 * budget that is spent when a row fires (burn rate = share x period / window).
 */
export const BURN_WINDOWS = [
  { longSeconds: 3600, shortSeconds: 300, rate: 14.4, severity: 'page' },
  { longSeconds: 21_600, shortSeconds: 1800, rate: 6, severity: 'page' },
  { longSeconds: 86_400, shortSeconds: 7200, rate: 3, severity: 'ticket' },
  { longSeconds: 259_200, shortSeconds: 21_600, rate: 1, severity: 'ticket' },
] as const;

const PERIOD_SECONDS = 2_592_000;
/** Below this many bad events the ratio is a small number's: then it must be above the threshold by its posterior, too. */
const ENOUGH_BAD_EVENTS = 30;
const SURE = 0.9;
/**
 * Fewer bad events never fire. A service that fails exactly as often as its SLO allows, at 60 requests an hour and 99.9 %, has
 * two bad ones in some hour 1.3 times a month (Poisson), three once in three years; the posterior alone would page for one of 20.
 */
const FEWEST_BAD_EVENTS = 3;
/** A burn rate this close below its threshold has reached it: the ratio of sums of counts carries rounding errors. */
const ROUNDING = 1e-9;

/** Rows of the table for an SLO's window; short windows are at least three scrapes long. */
export function burnWindows(
  windowSeconds: number,
  intervalSeconds: number,
): { long: number; short: number; rate: number; severity: 'page' | 'ticket' }[] {
  const factor = windowSeconds / PERIOD_SECONDS;
  return BURN_WINDOWS.map(({ longSeconds, shortSeconds, rate, severity }) => {
    const short = Math.max(3 * intervalSeconds, shortSeconds * factor);
    return { long: Math.max(short, longSeconds * factor), short, rate, severity };
  });
}

/** `90 s`, `12 min`, `6 h`, `3 d`. */
export function windowInWords(seconds: number): string {
  if (seconds < 120) return `${Number(seconds.toFixed(1))} s`;
  if (seconds < 7200) return `${Number((seconds / 60).toFixed(1))} min`;
  if (seconds < 172_800) return `${Number((seconds / 3600).toFixed(1))} h`;
  return `${Number((seconds / 86_400).toFixed(1))} d`;
}

/**
 * Burn rates of an SLO at `nowMs`. The ratio of a window is bad events over the events expected in it: unobserved time counts
 * as demand without bad events (loop.md: time nobody observed is not spent). A row fires when both windows reach its rate;
 * with few bad events only when their Beta posterior (Jeffreys) is above the threshold with 90 %, and never with one or two.
 */
export function burnRates(
  sums: HistorySums,
  target: number,
  windowSeconds: number,
  intervalSeconds: number,
  demandPerSecond: number,
  nowMs: number,
): BurnRate[] {
  const allowed = 1 - target;
  const burnOf = (seconds: number): { burn: number; bad: number; total: number } => {
    const { total, bad, observedSeconds } = sums.between(nowMs - seconds * 1000, nowMs);
    const expected = total + demandPerSecond * Math.max(0, seconds - observedSeconds);
    return { burn: expected > 0 ? bad / expected / allowed : 0, bad, total: expected };
  };
  return burnWindows(windowSeconds, intervalSeconds).map(({ long, short, rate, severity }) => {
    const longBurn = burnOf(long);
    const shortBurn = burnOf(short);
    const reached = rate * (1 - ROUNDING);
    const both = longBurn.burn >= reached && shortBurn.burn >= reached && longBurn.bad >= FEWEST_BAD_EVENTS;
    const threshold = rate * allowed;
    const sure =
      longBurn.bad >= ENOUGH_BAD_EVENTS ||
      threshold >= 1 ||
      1 - betaCumulative(threshold, longBurn.bad + 0.5, Math.max(0, longBurn.total - longBurn.bad) + 0.5) >= SURE;
    return {
      window: windowInWords(long),
      shortWindow: windowInWords(short),
      burn: longBurn.burn,
      threshold: rate,
      firing: both && sure,
      severity,
    };
  });
}
