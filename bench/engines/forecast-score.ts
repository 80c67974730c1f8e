/** A forecast as it is scored: values per step ahead. */
export interface ScoredForecast {
  readonly point: readonly number[];
  readonly low95: readonly number[];
  readonly high95: readonly number[];
  readonly low80: readonly number[];
  readonly high80: readonly number[];
}

/** Scores of the M4 competition, means over series; coverage as shares of the steps. */
export interface ForecastScore {
  readonly smape: number;
  readonly mase: number;
  readonly msis: number;
  readonly coverage95: number;
  readonly coverage80: number;
}

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

/** Scores one series (Makridakis et al. 2020): errors scaled by those of the seasonal naive forecast on the known part; MSIS with a = .05. */
export function scoreForecast(
  known: ArrayLike<number>,
  actual: readonly number[],
  forecast: ScoredForecast,
  season: number,
): ForecastScore {
  let naive = 0;
  for (let t = season; t < known.length; t++) naive += Math.abs((known[t] as number) - (known[t - season] as number));
  const scale = naive / (known.length - season);
  const at = (values: readonly number[], h: number) => values[h] as number;
  const inside = (low: readonly number[], high: readonly number[]) =>
    mean(actual.map((y, h) => (y >= at(low, h) && y <= at(high, h) ? 1 : 0)));
  return {
    smape: mean(
      actual.map((y, h) => {
        const size = Math.abs(y) + Math.abs(at(forecast.point, h));
        return size === 0 ? 0 : (200 * Math.abs(y - at(forecast.point, h))) / size;
      }),
    ),
    mase: mean(actual.map((y, h) => Math.abs(y - at(forecast.point, h)))) / scale,
    msis:
      mean(
        actual.map((y, h) => {
          const [low, high] = [at(forecast.low95, h), at(forecast.high95, h)];
          return high - low + 40 * (Math.max(0, low - y) + Math.max(0, y - high));
        }),
      ) / scale,
    coverage95: inside(forecast.low95, forecast.high95),
    coverage80: inside(forecast.low80, forecast.high80),
  };
}

/** Means over series. */
export function meanScore(scores: readonly ForecastScore[]): ForecastScore {
  const of = (key: keyof ForecastScore) => mean(scores.map((score) => score[key]));
  return {
    smape: of('smape'),
    mase: of('mase'),
    msis: of('msis'),
    coverage95: of('coverage95'),
    coverage80: of('coverage80'),
  };
}

/** Overall weighted average of the M4 hourly series: relative to Naive2 (sMAPE 18.383, MASE 2.395). */
export function overallWeightedAverage({ smape, mase }: Pick<ForecastScore, 'smape' | 'mase'>): number {
  return (smape / 18.383 + mase / 2.395) / 2;
}
