/** Seasons looked for where none is declared, in steps: a week of days, a year of months, days of 1 h, 30, 15, 10, 5 and 1 min. */
const CANDIDATES = [7, 12, 24, 48, 96, 144, 288, 1440];
/** Days of at least this many steps have weeks that matter. */
const DAYS = new Set([24, 48, 96, 144, 288]);
/** Least correlation of changes a season apart that is believed, and how much worse than the best a shorter season may be. */
const LEAST = 0.2;
const SLACK = 0.1;

/** Correlation of the changes from step to step with those `lag` earlier; 0 for constant series. */
function changeCorrelation(series: Float64Array, lag: number): number {
  let product = 0;
  let square = 0;
  let laggedSquare = 0;
  for (let t = lag + 1; t < series.length; t++) {
    const now = (series[t] as number) - (series[t - 1] as number);
    const then = (series[t - lag] as number) - (series[t - lag - 1] as number);
    product += now * then;
    square += now * now;
    laggedSquare += then * then;
  }
  const scale = Math.sqrt(square * laggedSquare);
  return scale > 0 && Number.isFinite(scale) ? product / scale : 0;
}

/** The season of a series in steps: the shortest candidate whose changes repeat about as well as the best's; 1 where none does. */
export function findSeason(series: Float64Array): number {
  const found = CANDIDATES.filter((lag) => series.length >= 3 * lag).map((lag) => ({
    lag,
    correlation: changeCorrelation(series, lag),
  }));
  const best = Math.max(0, ...found.map(({ correlation }) => correlation));
  if (best < LEAST) return 1;
  return found.find(({ correlation }) => correlation >= best - SLACK)?.lag ?? 1;
}

/** The week that belongs to a season of one day, where the history holds three of them. */
export function longSeasonOf(season: number, length: number): number | undefined {
  return DAYS.has(season) && length >= 21 * season ? 7 * season : undefined;
}
