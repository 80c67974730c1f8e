import { join } from 'node:path';
import {
  type AlarmPolicy,
  DeepSeries,
  emptyDeepScore,
  engineConfiguration,
  FastBank,
  fastConfiguration,
  WideBank,
  type DeepScore,
  type Preset,
} from '@autoops/pipeline';
import type { Benchmark, Figure } from '../figure.ts';
import { processorSeconds } from '../figure.ts';
import { aiopsCounts, bestF1, eventCounts, f1, f1AcrossFolds, type Counts, type ScoredKpi } from './kpi-score.ts';
import { FIXED_COOL_DOWNS, scoresBy } from './fixed-cool-down.ts';
import { readKpis, readNab, type LabelledSeries } from './labelled-series.ts';
import { NAB_PROFILES, NabCurve, scoreNab, type NabProfile } from './nab-score.ts';
import { vusPr } from './vus-pr.ts';

/** From this score on a row is an alarm. */
const ALARM = 0.5;

/** `deep` keeps thousands of rows of each series, `wide` some 3 kB of state, `fast` a level and a profile. */
export type Tier = 'deep' | 'wide' | 'fast';

interface Scorer {
  readonly step: (at: number, value: number, out: DeepScore) => void;
  readonly policy: AlarmPolicy;
}

/** Scores the rows of one series. */
function scorerOf(tier: Tier, preset: Preset): Scorer {
  if (tier === 'deep') {
    const engine = new DeepSeries({ preset });
    return { step: (at, value, out) => engine.step(at, value, out), policy: engine.policy };
  }
  const bank = tier === 'wide' ? new WideBank({ series: 1, preset }) : new FastBank({ series: 1, preset });
  return { step: (at, value, out) => bank.step(0, at, value, out), policy: bank.policy };
}

interface Scored {
  readonly scores: readonly Float64Array[];
  /** NaN where a row was not decided on. */
  readonly novelties: readonly Float64Array[];
  readonly perSecond: number;
}

async function scored(series: readonly LabelledSeries[], preset: Preset, tier: Tier): Promise<Scored> {
  const scores = series.map(({ at }) => new Float64Array(at.length));
  const novelties = series.map(({ at }) => new Float64Array(at.length).fill(Number.NaN));
  const out = emptyDeepScore();
  const seconds = await processorSeconds(() => {
    for (const [index, { at, value }] of series.entries()) {
      const { step, policy } = scorerOf(tier, preset);
      const own = scores[index] as Float64Array;
      const surprise = novelties[index] as Float64Array;
      let decided = 0;
      for (let row = 0; row < at.length; row += 1) {
        step(at[row] as number, value[row] as number, out);
        own[row] = out.score;
        if (policy.rows() > decided) surprise[row] = out.novelty;
        decided = policy.rows();
      }
    }
  });
  return { scores, novelties, perSecond: series.reduce((sum, { at }) => sum + at.length, 0) / seconds };
}

const configuration = (tier: Tier): string =>
  `Engine ${engineConfiguration().version}, configuration \`${tier === 'fast' ? fastConfiguration() : engineConfiguration().digest}\`, ${tier} tier`;

/** Names and titles: the deep tier's are those without a tier. */
const named = (name: string, tier: Tier): string => (tier === 'deep' ? name : `${name}-${tier}`);
const titled = (title: string, tier: Tier): string => (tier === 'deep' ? title : `${title}, ${tier} tier`);

function speed(perSecond: number, tier: Tier): Figure {
  return {
    name: 'rows scored',
    value: perSecond,
    unit: '1/s per core',
    note: tier === 'deep' ? 'every view, deep tier' : 'a bank of one series',
  };
}

/** NAB under its three profiles, with the shipped threshold and with the one that is best for the other groups. */
export function nabBenchmark(data: string, tier: Tier = 'deep'): Benchmark {
  return {
    name: named('nab', tier),
    title: titled('Detector on NAB', tier),
    about: `${configuration(tier)}, preset early, causal, without any file's minimum, maximum or length. "Best" takes one threshold for the corpus, as published scores do; "others" takes each group's from the other groups. Constants were chosen on these files. The cool-down is 3 % of the time known so far, 10 rows at least and a day at most: on these files that is nearly always the share, which grows as NAB's own windows do. With a fixed cool-down, all else the same, nothing is known of how long a window may be.`,
    run: async () => {
      const series = readNab(join(data, 'nab'));
      const { scores, novelties, perSecond } = await scored(series, 'early', tier);
      const windows = series.reduce((sum, each) => sum + each.windows.length, 0);
      const figureOf = (profile: NabProfile, own: readonly Float64Array[], policy = ''): Figure => {
        const files = series.map((each, index) => ({ ...each, scores: own[index] ?? [] }));
        const { score, othersThreshold } = scoreNab(files, profile);
        const shipped = (100 * new NabCurve(files, profile).gain(ALARM)) / (windows * (profile.found + profile.missed));
        return {
          name: `NAB, ${profile.name}${policy}`,
          value: score,
          unit: '',
          note: `others ${othersThreshold.toFixed(1)}, shipped threshold ${shipped.toFixed(1)}`,
        };
      };
      const fixed = FIXED_COOL_DOWNS.flatMap(({ name, policy }) => {
        const own = series.map(({ at }, index) => scoresBy(policy, at, novelties[index] as Float64Array));
        return NAB_PROFILES.map((profile) => figureOf(profile, own, `, cool-down fixed at ${name}`));
      });
      return [...NAB_PROFILES.map((profile) => figureOf(profile, scores)), ...fixed, speed(perSecond, tier)];
    },
  };
}

function together(kpis: readonly ScoredKpi[], countsAt: (kpi: ScoredKpi, threshold: number) => Counts): number {
  const counts = kpis.map((kpi) => countsAt(kpi, ALARM));
  const sum = (pick: (count: Counts) => number) => counts.reduce((total, count) => total + pick(count), 0);
  return f1({
    found: sum(({ found }) => found),
    missed: sum(({ missed }) => missed),
    wrong: sum(({ wrong }) => wrong),
  });
}

/** Web-service KPIs: event F1, AIOps F1 and VUS-PR with one threshold for all. */
export function kpiBenchmark(data: string, tier: Tier = 'deep'): Benchmark {
  return {
    name: named('kpi', tier),
    title: titled('Detector on web-service KPIs', tier),
    about: `${configuration(tier)}, preset precise, one threshold for all series of wsd-dev. "Folds" takes each fifth's threshold from the others. Constants were chosen on these series.`,
    run: async () => {
      const series = readKpis(join(data, 'wsd-dev/series'));
      const { scores, perSecond } = await scored(series, 'precise', tier);
      const kpis = series.map(({ at, windows }, index): ScoredKpi => ({
        at,
        segments: windows,
        scores: scores[index] ?? [],
      }));
      const figureOf = (name: string, countsAt: (kpi: ScoredKpi, threshold: number) => Counts): Figure => {
        const best = bestF1(kpis, countsAt);
        return {
          name,
          value: best.f1,
          unit: '',
          note: `folds ${f1AcrossFolds(kpis, countsAt).toFixed(3)}, shipped threshold ${together(kpis, countsAt).toFixed(3)}; found ${best.counts.found}, missed ${best.counts.missed}, wrong ${best.counts.wrong}`,
        };
      };
      const volumes = kpis.map((kpi) => vusPr(kpi)).filter((volume) => !Number.isNaN(volume));
      return [
        figureOf('event F1', eventCounts),
        figureOf('AIOps F1 (delay 7), rows', aiopsCounts),
        {
          name: 'VUS-PR, mean of series',
          value: volumes.reduce((sum, volume) => sum + volume, 0) / volumes.length,
          unit: '',
          note: 'buffers of 0 to 125 rows',
        },
        speed(perSecond, tier),
      ];
    },
  };
}
