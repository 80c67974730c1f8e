import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ENSEMBLE, forecastEnsemble } from '@autoops/pipeline';
import type { Benchmark, Figure } from '../figure.ts';
import { percentile, processorSeconds } from '../figure.ts';
import { configurationHash } from './configuration-hash.ts';
import { csvRows } from './csv.ts';
import { meanScore, overallWeightedAverage, scoreForecast, type ForecastScore } from './forecast-score.ts';

const HORIZON = 48;
const SEASON = 24;

/** Rows of numbers of an M4 file, without heading, names and the blanks at the end. */
function series(file: string): number[][] {
  return csvRows(readFileSync(file, 'utf8'))
    .slice(1)
    .map((row) =>
      row
        .slice(1)
        .filter((field) => field !== '')
        .map(Number),
    );
}

/** The Forecaster's ensemble on the M4 hourly series in `data`/forecast/m4-hourly. */
export function forecasterBenchmark(data: string): Benchmark {
  const folder = join(data, 'forecast', 'm4-hourly');
  return {
    name: 'forecaster',
    title: 'Forecaster',
    about: `The seasonal ensemble on the 414 hourly series of M4, 48 steps ahead, seasons found by itself where not declared (configuration \`${configurationHash(ENSEMBLE)}\`). Members and constants were chosen on these series; the halves show by how much scores move between series.`,
    run: async ({ quick }) => {
      const known = series(join(folder, 'Hourly-train.csv'));
      const actual = series(join(folder, 'Hourly-test.csv'));
      const chosen = known.flatMap((_, i) => (!quick || i % 8 === 0 ? [i] : []));
      const milliseconds: number[] = [];
      const scores = async (season?: number): Promise<ForecastScore[]> => {
        const found: ForecastScore[] = [];
        for (const i of chosen) {
          const values = Float64Array.from(known[i] as number[]);
          const spent = await processorSeconds(() => {
            const { point, quantiles } = forecastEnsemble(values, HORIZON, season);
            found.push(
              scoreForecast(
                values,
                actual[i] as number[],
                {
                  point,
                  low95: quantiles['0.025'],
                  high95: quantiles['0.975'],
                  low80: quantiles['0.1'],
                  high80: quantiles['0.9'],
                },
                SEASON,
              ),
            );
          });
          milliseconds.push(spent * 1000);
        }
        return found;
      };
      const declared = await scores(SEASON);
      const automatic = meanScore(await scores());
      const all = meanScore(declared);
      const halves = [0, 1].map((rest) => meanScore(declared.filter((_, i) => i % 2 === rest)));
      const spread = (of: (score: ForecastScore) => number): Figure['spread'] => ({
        low: Math.min(...halves.map(of)),
        high: Math.max(...halves.map(of)),
      });
      const owa = overallWeightedAverage(all);
      return [
        {
          name: 'OWA, season declared',
          value: owa,
          unit: '',
          spread: spread(overallWeightedAverage),
          ratio: { to: 'the best published (.4096)', value: owa / 0.4096 },
          note: 'range: the two halves of the series',
        },
        {
          name: 'MASE',
          value: all.mase,
          unit: '',
          spread: spread(({ mase }) => mase),
          ratio: { to: 'the best published (.801)', value: all.mase / 0.801 },
        },
        {
          name: 'sMAPE',
          value: all.smape,
          unit: '%',
          spread: spread(({ smape }) => smape),
          ratio: { to: 'the best published (8.913)', value: all.smape / 8.913 },
        },
        {
          name: 'MSIS of the 95 % interval',
          value: all.msis,
          unit: '',
          spread: spread(({ msis }) => msis),
          ratio: { to: 'the best published (6.139)', value: all.msis / 6.139 },
        },
        {
          name: 'coverage of the 95 % interval',
          value: all.coverage95,
          unit: '',
          spread: spread(({ coverage95 }) => coverage95),
        },
        {
          name: 'coverage of the 80 % interval',
          value: all.coverage80,
          unit: '',
          spread: spread(({ coverage80 }) => coverage80),
        },
        {
          name: 'OWA, season found by itself',
          value: overallWeightedAverage(automatic),
          unit: '',
          note: `MASE ${automatic.mase.toFixed(3)}, MSIS ${automatic.msis.toFixed(2)}, coverage ${automatic.coverage95.toFixed(3)} and ${automatic.coverage80.toFixed(3)}`,
        },
        {
          name: 'processor time of a forecast',
          value: percentile(milliseconds, 0.5),
          unit: 'ms a series',
          spread: { low: Math.min(...milliseconds), high: percentile(milliseconds, 0.99) },
          note: 'range: fastest to p99; 15 fits of each member',
        },
      ];
    },
  };
}
