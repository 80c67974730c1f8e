import { percentDigits, plainNumber } from '@autoops/charts';
import type { TrackRecord } from '@autoops/contracts';
import { timesText } from '../format/numbers.ts';

/** With fewer judged forecasts a share would say more than is known. */
const ENOUGH = 8;

/** "80 % intervals held 81 % of 143 times", or how many are missing until that can be said. `since` is the day, where it is known. */
export function intervalsText({ n, covered, nominal, since }: TrackRecord): string {
  if (n === 0) return 'no history yet (n = 0)';
  if (n < ENOUGH) return `not judged yet: needs ${ENOUGH - n} more (n = ${n})`;
  const from = since === undefined ? '' : `, since ${since.slice(0, 10)}`;
  return `${Math.round(nominal * 100)} % intervals held ${percentDigits(covered / n)} % of ${n} times${from}`;
}

/** "came 3 of 40 times, 2.6 expected", or how many are missing until that can be said. */
export function eventsText({ events, since }: TrackRecord): string {
  if (events === undefined) return 'no history yet (n = 0)';
  const { n, came, expected } = events;
  if (n < ENOUGH) return `not judged yet: needs ${ENOUGH - n} more (n = ${n})`;
  const from = since === undefined ? '' : `, since ${since.slice(0, 10)}`;
  return `came ${came} of ${n} times, ${plainNumber(expected, 1)} expected${from}`;
}

/** "1 h and 5 min: 9.4× of 14.4×", for the windows that a burn rate was taken over. */
export function burnText(rate: {
  readonly window: string;
  readonly shortWindow: string;
  readonly burn: number;
  readonly threshold: number;
}): string {
  return `burn over ${rate.window} and ${rate.shortWindow}: ${timesText(rate.burn)} of ${timesText(rate.threshold)} allowed`;
}
