import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import {
  ALERT,
  BREACH_HOURS,
  BreachAlert,
  forecastBreach,
  HAZARD_WEIGHTS,
  ResourceHistory,
  type HazardModel,
} from '@autoops/pipeline';
import { z } from 'zod';
import { processorSeconds, type Benchmark, type Figure } from '../figure.ts';
import { trainOn } from '../hazard/train-hazard.ts';
import {
  alertScore,
  episodesOf,
  probabilityScore,
  type AlertLook,
  type BreachLook,
  type JudgedTrace,
} from './breach-score.ts';
import { configurationHash } from './configuration-hash.ts';

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
const PARTS = 4;

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

function readTraces(data: string): Trace[] {
  return gunzipSync(readFileSync(join(data, 'forecast', 'breach-dev', 'traces.jsonl.gz')))
    .toString('utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => Trace.parse(JSON.parse(line)));
}

const breachSeconds = (trace: Trace): number | undefined =>
  trace.breach === null ? undefined : trace.breach * trace.step_s;

/** Every look of the product at a trace before its breach, and whether its alert was on. */
function hazardLooks(trace: Trace, model: HazardModel): { judged: JudgedTrace; alerts: AlertLook[] } {
  const history = new ResourceHistory(trace.limit);
  const alert = new BreachAlert();
  const alerts: AlertLook[] = [];
  const looks: BreachLook[] = [];
  const end = trace.breach ?? trace.x.length;
  for (let i = 0; i < end; i++) {
    const seconds = i * trace.step_s;
    history.push(seconds, trace.x[i] ?? Number.NaN);
    if (seconds < FIRST_LOOK || seconds % LOOK_EVERY !== 0) continue;
    const forecast = forecastBreach(history, { model });
    alerts.push({ seconds, alert: alert.look(forecast) });
    const { q025 = 0, q10 = 0, q90 = 0, q975 = 0 } = forecast.timeToBreach ?? {};
    looks.push({
      seconds,
      probability: BREACH_HOURS.map((hours) => forecast.probability[hours]),
      q025,
      q10,
      q90,
      q975,
    });
  }
  return {
    judged: { breachSeconds: breachSeconds(trace), looks, observedSeconds: (trace.x.length - 1) * trace.step_s },
    alerts,
  };
}

function alertFigure(name: string, traces: readonly Trace[], looks: readonly (readonly AlertLook[])[]): Figure {
  const score = alertScore(
    traces.map((trace, i) => episodesOf(looks[i] as AlertLook[], { breachSeconds: breachSeconds(trace) })),
  );
  return {
    name: `${name}: F1`,
    value: score.f1,
    unit: '',
    note: `precision ${score.precision.toFixed(3)}, recall ${score.recall.toFixed(2)}, median lead ${score.medianLeadHours.toFixed(1)} h, ${score.falseEpisodes} false episodes`,
  };
}

async function hazardFigures(
  name: string,
  traces: readonly Trace[],
  modelFor: (trace: Trace) => HazardModel,
): Promise<Figure[]> {
  let found: ReturnType<typeof hazardLooks>[] = [];
  const spent = await processorSeconds(() => void (found = traces.map((trace) => hazardLooks(trace, modelFor(trace)))));
  const score = probabilityScore(
    found.map(({ judged }) => judged),
    BREACH_HOURS,
  );
  const looks = found.reduce((sum, { alerts }) => sum + alerts.length, 0);
  return [
    alertFigure(
      name,
      traces,
      found.map(({ alerts }) => alerts),
    ),
    {
      name: `${name}: skill of the probabilities`,
      value: score.skill,
      unit: '',
      note: `Brier score ${score.brier.toFixed(4)}, calibration error ${score.calibrationError.toFixed(4)}, time to breach within its 80 % interval ${score.coverage80.toFixed(3)}, within 95 % ${score.coverage95.toFixed(3)}; ${Math.round((spent / looks) * 1e6)} µs a look`,
    },
  ];
}

async function simulatedOnly(traces: readonly Trace[]): Promise<Figure[]> {
  const model = trainOn([]);
  return hazardFigures('hazard, simulated only', traces, () => model);
}

/** Weights for each trace that were fitted without its family: four fits, each with every fourth family left out. */
function withoutItsFamily(traces: readonly Trace[]): (trace: Trace) => HazardModel {
  const families = [...new Set(traces.map(({ family }) => family))].sort();
  const part = ({ family }: Trace): number => families.indexOf(family) % PARTS;
  const models = Array.from({ length: PARTS }, (_, left) =>
    trainOn(
      traces
        .filter((trace) => part(trace) !== left)
        .map(({ family, breach, limit, x }) => ({
          family,
          breach: breach ?? undefined,
          values: Float64Array.from(x, (value) => (value === null ? Number.NaN : value / limit)),
        })),
    ),
  );
  return (trace) => models[part(trace)] as HazardModel;
}

/** Time-to-breach forecasts and alerts on the traces in `data`/forecast/breach-dev, beside what the field alerts with. */
export function breachBenchmark(data: string): Benchmark {
  return {
    name: 'breach',
    title: 'Time to breach',
    about: `Alerts for a resource that will reach its limit, on 144 generated traces of twelve families (74 reach it): F1 of episodes that a breach follows within 36 h and of breaches foretold 0.5 to 48 h before (configuration \`${configurationHash([HAZARD_WEIGHTS, ALERT])}\`). The shipped weights were fitted on these traces and on simulated families; "families left out" on these and the simulated ones, but never on the family that is judged (four fits); "simulated only" on the simulated families alone, none of these.`,
    run: async ({ quick }) => {
      const traces = readTraces(data).filter((_, i) => !quick || i % 6 === 0);
      return [
        ...(await hazardFigures('hazard, shipped', traces, () => HAZARD_WEIGHTS)),
        ...(quick ? [] : await hazardFigures('hazard, families left out', traces, withoutItsFamily(traces))),
        ...(quick ? [] : await simulatedOnly(traces)),
        ...(
          [
            ['predict_linear, 6 h to 24 h', 6, 0],
            ['the same below 40 % free (node-exporter mixin)', 6, 0.6],
            ['predict_linear, 24 h to 24 h', 24, 0],
          ] as const
        ).map(([name, hours, above]) =>
          alertFigure(
            name,
            traces,
            traces.map((trace) => predictLinear(trace, hours * HOUR, 24 * HOUR, above)),
          ),
        ),
      ];
    },
  };
}
