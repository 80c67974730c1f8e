import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { z } from 'zod';
import type { Benchmark, Figure } from '../figure.ts';
import { alertScore, episodesOf, type AlertLook } from './breach-score.ts';

const Trace = z.object({
  id: z.string(),
  family: z.string(),
  limit: z.number(),
  step_s: z.number(),
  breach: z.number().nullable(),
  x: z.array(z.number().nullable()),
});
type Trace = z.infer<typeof Trace>;

const HOUR = 3600;
const FIRST_LOOK = 24 * HOUR;
const LOOK_EVERY = HOUR / 2;

/**
 * What Prometheus does: least squares over the window (`predict_linear`), alert when the line reaches the limit within `aheadSeconds`
 * at every sample of the last hour; `above` adds the mixin's condition that the resource is already used beyond that share.
 */
function predictLinear(trace: Trace, windowSeconds: number, aheadSeconds: number, above = 0): AlertLook[] {
  const { x, step_s: step, limit } = trace;
  const window = Math.round(windowSeconds / step);
  const end = trace.breach ?? x.length;
  let since = Number.POSITIVE_INFINITY;
  const looks: AlertLook[] = [];
  for (let t = 0; t < end; t++) {
    let n = 0;
    let sumT = 0;
    let sumV = 0;
    let sumTT = 0;
    let sumTV = 0;
    for (let i = Math.max(0, t - window); i <= t; i++) {
      const value = x[i];
      if (value === null || value === undefined) continue;
      const at = (i - t) * step;
      n++;
      sumT += at;
      sumV += value;
      sumTT += at * at;
      sumTV += at * value;
    }
    const spread = n * sumTT - sumT * sumT;
    const slope = spread > 0 ? (n * sumTV - sumT * sumV) / spread : 0;
    const level = n > 0 ? (sumV - slope * sumT) / n : 0;
    const holds = level + slope * aheadSeconds >= limit && (x[t] ?? level) > above * limit;
    since = holds ? Math.min(since, t * step) : Number.POSITIVE_INFINITY;
    const seconds = t * step;
    if (seconds >= FIRST_LOOK && seconds % LOOK_EVERY === 0) looks.push({ seconds, alert: seconds - since >= HOUR });
  }
  return looks;
}

/** What the field alerts with on bounded resources, on the traces in `data`/forecast/breach-dev: the bar for time-to-breach forecasts. */
export function breachBenchmark(data: string): Benchmark {
  return {
    name: 'breach',
    title: 'Time to breach: the field’s defaults',
    about:
      'Alerts for a resource that will reach its limit, on 144 generated traces of twelve families (74 reach it): F1 of episodes that a breach follows within 36 h and of breaches foretold 0.5 to 48 h before.',
    run: () => {
      const traces = gunzipSync(readFileSync(join(data, 'forecast', 'breach-dev', 'traces.jsonl.gz')))
        .toString('utf8')
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => Trace.parse(JSON.parse(line)));
      const judged = (name: string, looksOf: (trace: Trace) => AlertLook[]): Figure => {
        const score = alertScore(
          traces.map((trace) =>
            episodesOf(looksOf(trace), {
              breachSeconds: trace.breach === null ? undefined : trace.breach * trace.step_s,
            }),
          ),
        );
        return {
          name: `${name}: F1`,
          value: score.f1,
          unit: '',
          note: `precision ${score.precision.toFixed(3)}, recall ${score.recall.toFixed(2)}, median lead ${score.medianLeadHours.toFixed(1)} h, ${score.falseEpisodes} false episodes`,
        };
      };
      return Promise.resolve([
        judged('predict_linear, 6 h to 24 h', (trace) => predictLinear(trace, 6 * HOUR, 24 * HOUR)),
        judged('the same below 40 % free (node-exporter mixin)', (trace) =>
          predictLinear(trace, 6 * HOUR, 24 * HOUR, 0.6),
        ),
        judged('predict_linear, 24 h to 24 h', (trace) => predictLinear(trace, 24 * HOUR, 24 * HOUR)),
      ]);
    },
  };
}
