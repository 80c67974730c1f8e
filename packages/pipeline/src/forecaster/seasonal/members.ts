import { continueByLags, type LagModel } from './ridge-lags.ts';

/** Paths of one way to continue a series, one per origin; undefined where it does not apply. */
export type MemberPaths = readonly (Float64Array | undefined)[] | undefined;

/** A way to continue a series from several origins at once. */
export interface EnsembleMember {
  readonly name: string;
  readonly paths: (series: Float64Array, origins: readonly number[], horizon: number) => MemberPaths;
}

const upTo = (last: number): number[] => Array.from({ length: last }, (_, i) => i + 1);

/** The last value goes on. */
const lastValue: EnsembleMember = {
  name: 'last value',
  paths: (series, origins, horizon) =>
    origins.map((origin) => (origin > 0 ? new Float64Array(horizon).fill(series[origin - 1] as number) : undefined)),
};

/** The last `period` values repeat. */
const repeated = (period: number): EnsembleMember => ({
  name: `value ${period} ago`,
  paths: (series, origins, horizon) =>
    origins.map((origin) =>
      origin < period
        ? undefined
        : Float64Array.from({ length: horizon }, (_, h) => series[origin - period + (h % period)] as number),
    ),
});

/** The mean of the same phase over the periods seen, each older one weighted by `fading`. */
const profile = (period: number, fading: number): EnsembleMember => ({
  name: `profile of ${period}`,
  paths: (series, origins, horizon) =>
    origins.map((origin) =>
      origin < 2 * period
        ? undefined
        : Float64Array.from({ length: horizon }, (_, h) => {
            let sum = 0;
            let weights = 0;
            let weight = 1;
            for (let at = origin + (h % period) - period; at >= 0 && weight > 0.03; at -= period) {
              sum += weight * (series[at] as number);
              weights += weight;
              weight *= fading;
            }
            return sum / weights;
          }),
    ),
});

const byLags = (name: string, model: LagModel): EnsembleMember => ({
  name,
  paths: (series, origins, horizon) => continueByLags(series, origins, horizon, model),
});

/** Number of recent lags at most, and of seasons that lags reach back. */
const RECENT_LAGS = 26;
const SEASONS_BACK = 8;
/** Half-life of the member that forgets, in seasons: 200 steps at 24. */
const HALF_LIFE_SEASONS = 200 / 24;

/**
 * The ways to continue a series with this season (1 = none) and long season (a week of days; undefined = none), both in steps.
 * Lags longer than a third of the known history are left out. A change here is a change of the engine's configuration.
 */
export function ensembleMembers(season: number, longSeason: number | undefined, known: number): EnsembleMember[] {
  const reach = Math.floor(known / 3);
  const seasonal = season > 1;
  const near = upTo(Math.min(RECENT_LAGS, seasonal ? season + 2 : RECENT_LAGS, Math.max(1, Math.floor(known / 6))));
  const cycles = seasonal
    ? Array.from({ length: SEASONS_BACK }, (_, i) => (i + 1) * season).flatMap((lag, i) =>
        i + 1 < SEASONS_BACK ? [lag - 1, lag, lag + 1] : [lag - 1, lag],
      )
    : [];
  const within = (lags: readonly number[]): number[] =>
    [...new Set(lags)].filter((lag) => lag > 0 && lag <= Math.max(reach, near.length));
  const long = within([...near, ...cycles]).sort((a, b) => a - b);
  const model = (lags: readonly number[], change: Partial<LagModel>): LagModel => ({
    lags,
    penalty: 0.01,
    difference: 0,
    logarithm: false,
    halfLife: 0,
    ...change,
  });
  const halfLife = Math.max(50, HALF_LIFE_SEASONS * (seasonal ? season : 24));
  const members: EnsembleMember[] = [
    lastValue,
    byLags('lags', model(long, { penalty: 0.001 })),
    byLags('lags of logarithms', model(long, { penalty: 0.001, logarithm: true })),
    byLags('recent lags of logarithms', model(long, { logarithm: true, halfLife })),
    byLags('changes of logarithms', model(long, { logarithm: true, difference: 1 })),
  ];
  if (seasonal) {
    const seasonLags = within([...near, ...Array.from({ length: 6 }, (_, i) => (i + 2) * season)]);
    members.push(
      byLags('seasonal changes', model(seasonLags, { difference: season })),
      byLags('seasonal changes of logarithms', model(seasonLags, { difference: season, logarithm: true })),
      repeated(season),
    );
    if (longSeason === undefined) members.push(profile(season, 0.7));
  }
  if (longSeason !== undefined)
    members.push(
      byLags('long seasonal changes of logarithms', model(near, { difference: longSeason, logarithm: true })),
      repeated(longSeason),
      profile(longSeason, 0.5),
    );
  return members;
}
