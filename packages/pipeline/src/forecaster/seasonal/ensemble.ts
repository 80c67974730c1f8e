import { ensembleMembers } from './members.ts';
import { findSeason, longSeasonOf } from './season.ts';

/** The one configuration of the ensemble; chosen on M4 hourly, where neighbouring values change OWA by less than .005. */
export const ENSEMBLE = {
  /** Weight of a member: its back-tested mean absolute error to this power, inverted. */
  power: 4,
  /** Back-test origins at most, a season apart: then a step ahead has the same phase in each. */
  origins: 14,
  /** Share of the history before the first origin. */
  firstOrigin: 0.45,
  /** Half-width of the triangle that smooths the error over the horizon, in steps. */
  smoothing: 3,
  /** Widening of the 95 % and 80 % intervals: weights were chosen on the errors that the intervals are made of. */
  widening95: 1.15,
  widening80: 1.08,
  /** Further widening with fewer origins: this much more for one origin than for many. */
  wideningFew: 2,
  /** How far intervals follow the signs of the errors; 0 = symmetric. */
  asymmetry: 0.4,
  /** Newest steps that a forecast is made from, or so many seasons or horizons where they are longer: a fit's time is in proportion. */
  newest: 20_000,
  newestSeasons: 3,
  newestHorizons: 4,
} as const;

/** Larger values are unknown beside others: their squares are no numbers. */
const LARGEST = 1e150;
/** What values are divided by where all are larger than that: a power of two, which rounds nothing. */
const SHRINK = 2 ** 600;

export type QuantileName = '0.025' | '0.1' | '0.5' | '0.9' | '0.975';

/** What a series may do: values per step ahead, in the series' own unit. */
export interface EnsembleForecast {
  readonly season: number;
  readonly point: number[];
  readonly quantiles: Record<QuantileName, number[]>;
  /** Origins that weights and intervals stand on. */
  readonly backtests: number;
  readonly weights: Readonly<Record<string, number>>;
  /** False when less than two seasons or five back-tests were there: then the intervals are a guess. */
  readonly sufficientHistory: boolean;
}

/** Values without gaps: unknown ones lie on the line between their neighbours, at the ends they equal the nearest. */
function filled(values: ArrayLike<number>): Float64Array {
  const out = Float64Array.from({ length: values.length }, (_, i) => {
    const value = values[i] as number;
    return Math.abs(value) <= LARGEST ? value : Number.NaN;
  });
  let last = -1;
  for (let i = 0; i <= out.length; i++) {
    if (i < out.length && Number.isNaN(out[i])) continue;
    for (let gap = last + 1; gap < i; gap++) {
      const from = last < 0 ? (out[i] as number) : (out[last] as number);
      const to = i < out.length ? (out[i] as number) : from;
      out[gap] = from + ((to - from) * (gap - last)) / (i - last);
    }
    last = i;
  }
  return out;
}

/** The value below which a share `p` of the sorted values lies (positions by (n + 1) p, linear in between). */
function quantileOf(sorted: Float64Array, p: number): number {
  const at = Math.min(sorted.length - 1, Math.max(0, p * (sorted.length + 1) - 1));
  const low = Math.floor(at);
  const value = sorted[low] as number;
  return value + (at - low) * ((sorted[low + 1] ?? value) - value);
}

interface Backtest {
  readonly origins: readonly number[];
  readonly ahead: number;
  /** Origins of the usual distance that the history holds: closer ones see the same course of the series again. */
  readonly independent: number;
}

/** With fewer origins than this at the usual distance they stand closer together. */
const LEAST_ORIGINS = 8;

/** Where the back-tests start, oldest first: ending with the newest that has its `ahead` steps known. */
function backtestOf(length: number, season: number, horizon: number): Backtest {
  const ahead = Math.min(horizon, Math.max(1, Math.floor(length / 4)));
  const usual = season * Math.ceil(Math.max(1, ahead / (2 * season)));
  const newest = length - ahead;
  const span = newest - Math.max(2, ENSEMBLE.firstOrigin * length);
  const independent = Math.max(0, Math.min(ENSEMBLE.origins, Math.floor(span / usual) + 1));
  const apart =
    independent >= LEAST_ORIGINS ? usual : Math.max(1, Math.min(usual, Math.floor(span / (LEAST_ORIGINS - 1))));
  const count = Math.max(0, Math.min(ENSEMBLE.origins, Math.floor(span / apart) + 1));
  return {
    ahead,
    independent,
    origins: Array.from({ length: count }, (_, i) => newest - (count - 1 - i) * apart),
  };
}

/** Mean absolute error per step ahead, smoothed over its neighbours and carried on where no back-test reached. */
function errorScale(errors: readonly Float64Array[], ahead: number, horizon: number): Float64Array {
  const raw = Float64Array.from({ length: ahead }, (_, h) => {
    let sum = 0;
    for (const error of errors) sum += Math.abs(error[h] as number);
    return sum / errors.length;
  });
  const reach = ENSEMBLE.smoothing;
  return Float64Array.from({ length: horizon }, (_, h) => {
    // Beyond what was tried the error is let grow as that of a random walk.
    const at = Math.min(h, ahead - 1);
    let sum = 0;
    let weights = 0;
    for (let near = Math.max(0, at - reach); near <= Math.min(ahead - 1, at + reach); near++) {
      const weight = 1 - Math.abs(near - at) / (reach + 1);
      sum += weight * (raw[near] as number);
      weights += weight;
    }
    return (sum / weights) * Math.sqrt((h + 1) / (at + 1));
  });
}

/** Widths of the intervals in units of the error scale: below and above, for 95 % and for 80 %. */
function widths(
  errors: readonly Float64Array[],
  scale: Float64Array,
  independent: number,
): { low95: number; high95: number; low80: number; high80: number } {
  const relative = Float64Array.from(
    errors.flatMap((error) =>
      Array.from(error, (value, h) => ((scale[h] as number) > 0 ? value / (scale[h] as number) : 0)),
    ),
  ).sort();
  const absolute = relative.map(Math.abs).sort();
  const few = 1 + ENSEMBLE.wideningFew * (1 / Math.max(1, independent) - 1 / ENSEMBLE.origins);
  const mix = (even: number, own: number, widening: number) =>
    Math.max(0, widening * few * ((1 - ENSEMBLE.asymmetry) * even + ENSEMBLE.asymmetry * own));
  const even95 = quantileOf(absolute, 0.95);
  const even80 = quantileOf(absolute, 0.8);
  return {
    low95: mix(even95, -quantileOf(relative, 0.025), ENSEMBLE.widening95),
    high95: mix(even95, quantileOf(relative, 0.975), ENSEMBLE.widening95),
    low80: mix(even80, -quantileOf(relative, 0.1), ENSEMBLE.widening80),
    high80: mix(even80, quantileOf(relative, 0.9), ENSEMBLE.widening80),
  };
}

/** Errors of simply repeating the last value, where no member could be back-tested. */
function naiveErrors(series: Float64Array, ahead: number): Float64Array[] {
  const count = Math.max(0, series.length - ahead);
  if (count === 0) return [new Float64Array(ahead)];
  return Array.from({ length: Math.min(count, 20) }, (_, i) => {
    const origin = series.length - ahead - i;
    return Float64Array.from(
      { length: ahead },
      (_, h) => (series[origin + h] as number) - (series[Math.max(0, origin - 1)] as number),
    );
  });
}

/** The newest values: as many as the season and the horizon ask for, and as far back as the newest that is known. */
function newestOf(values: ArrayLike<number>, horizon: number, season: number): Float64Array {
  const { newest, newestSeasons, newestHorizons } = ENSEMBLE;
  let last = values.length - 1;
  while (last > 0 && !Number.isFinite(values[last])) last--;
  const used = Math.max(newest, newestSeasons * season, newestHorizons * horizon);
  const from = Math.max(0, Math.min(last, values.length - used));
  return Float64Array.from({ length: values.length - from }, (_, i) => values[from + i] as number);
}

/** The forecast of a series whose every known value is beyond `LARGEST`, made in a larger unit; no answer is beyond any number. */
function forecastInLargerUnit(values: Float64Array, horizon: number, season: number | undefined): EnsembleForecast {
  const found = forecastEnsemble(
    values.map((value) => value / SHRINK),
    horizon,
    season,
  );
  const grown = (path: readonly number[]): number[] =>
    path.map((value) => Math.max(-Number.MAX_VALUE, Math.min(Number.MAX_VALUE, value * SHRINK)));
  const { quantiles } = found;
  return {
    ...found,
    point: grown(found.point),
    quantiles: {
      '0.025': grown(quantiles['0.025']),
      '0.1': grown(quantiles['0.1']),
      '0.5': grown(quantiles['0.5']),
      '0.9': grown(quantiles['0.9']),
      '0.975': grown(quantiles['0.975']),
    },
  };
}

/**
 * Continues a series by `horizon` steps with an ensemble whose weights and intervals come from rolling back-tests on the series
 * itself, from its newest 20,000 steps (or three seasons, or four horizons). NaN and infinite values count as unknown, and so do
 * absurdly large ones (beyond 1e150) beside others. `season` in steps; found by itself when left out. Throws RangeError for a series without any known value, and for a horizon or season that is no positive integer.
 */
export function forecastEnsemble(values: ArrayLike<number>, horizon: number, season?: number): EnsembleForecast {
  if (!Number.isInteger(horizon) || horizon < 1)
    throw new RangeError('the horizon must be a whole number of steps, at least 1');
  if (season !== undefined && (!Number.isInteger(season) || season < 1))
    throw new RangeError('the season must be a whole number of steps, at least 1 (which means none)');
  const newest = newestOf(values, horizon, season ?? 1);
  const known = newest.filter((value) => Number.isFinite(value));
  if (known.length > 0 && known.every((value) => Math.abs(value) > LARGEST))
    return forecastInLargerUnit(newest, horizon, season);
  const series = filled(newest);
  const { length } = series;
  if (length === 0 || Number.isNaN(series[0])) throw new RangeError('the series has no value');
  const declared = season ?? findSeason(series);
  const usable = declared * 2 <= length ? declared : 1;
  const { origins, ahead, independent } = backtestOf(length, usable, horizon);
  const before = origins[0] ?? length;
  const candidates = ensembleMembers(usable, longSeasonOf(usable, length), before).flatMap(({ name, paths }) => {
    const found = paths(series, [...origins, length], horizon);
    return found === undefined || found.includes(undefined) ? [] : [{ name, paths: found as Float64Array[] }];
  });
  const meanErrors = candidates.map(({ paths }) => {
    let sum = 0;
    origins.forEach((origin, i) => {
      for (let h = 0; h < ahead; h++) sum += Math.abs((paths[i]?.[h] as number) - (series[origin + h] as number));
    });
    return sum / Math.max(1, origins.length * ahead);
  });
  const smallest = Math.max(Math.min(...meanErrors), Number.MIN_VALUE);
  const raw = meanErrors.map((error) => (smallest / Math.max(error, smallest)) ** ENSEMBLE.power);
  const total = raw.reduce((sum, weight) => sum + weight, 0);
  const weights = raw.map((weight) => weight / total);
  const combined = (at: number, steps: number): Float64Array => {
    const path = new Float64Array(steps);
    candidates.forEach(({ paths }, m) => {
      for (let h = 0; h < steps; h++)
        path[h] = (path[h] as number) + (weights[m] as number) * (paths[at]?.[h] as number);
    });
    return path;
  };
  const errors =
    origins.length === 0
      ? naiveErrors(series, ahead)
      : origins.map((origin, i) => combined(i, ahead).map((value, h) => (series[origin + h] as number) - value));
  const scale = errorScale(errors, ahead, horizon);
  const { low95, high95, low80, high80 } = widths(errors, scale, independent);
  const neverNegative = series.every((value) => value >= 0);
  const bounded = (value: number): number => (neverNegative ? Math.max(0, value) : value);
  const point = Array.from(combined(origins.length, horizon), bounded);
  const shifted = (width: number) => point.map((value, h) => bounded(value + width * (scale[h] as number)));
  return {
    season: usable,
    point,
    quantiles: {
      '0.025': shifted(-Math.max(low95, low80)),
      '0.1': shifted(-low80),
      '0.5': point,
      '0.9': shifted(high80),
      '0.975': shifted(Math.max(high95, high80)),
    },
    backtests: origins.length,
    weights: Object.fromEntries(candidates.map(({ name }, m) => [name, weights[m] as number])),
    sufficientHistory: length >= 2 * declared && origins.length >= 5,
  };
}
