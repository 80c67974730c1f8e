import { describe, expect, it } from 'vitest';
import { seededRandom } from '../random/seeded.ts';
import { detectSeries } from './detect-series.ts';
import { rankShift } from './engine/change-comparison.ts';
import { scoreTick } from './scoring.ts';
import { emptyScore, KIND, S, type ScoringSpec } from './series-state.ts';
import { newSeriesState, replaySnapshot, SeriesBank, snapshotOf, stateBytes } from './series-bank.ts';
import { RecordReader, RecordWriter } from '../binary-record/binary-record.ts';

const spec: ScoringSpec = {
  intervalMs: 1000,
  seasonsMs: [600_000],
  bad: 'up',
  noticeable: 0.05,
  windowTicks: 3,
  floorFromRange: false,
  absence: false,
  preset: 'precise',
};

interface Event {
  readonly tick: number;
  readonly event: 'opened' | 'closed';
  readonly kind: number;
}

/** The events of a series, a value a tick; `leavesOut` gives no tick where there is no value. */
function run(
  values: readonly number[],
  over: Partial<ScoringSpec> = {},
  changesMs: readonly number[] = [],
  leavesOut = false,
): Event[] {
  const own = { ...spec, ...over };
  const state = newSeriesState(own);
  const out = emptyScore();
  const events: Event[] = [];
  values.forEach((value, tick) => {
    if (leavesOut && Number.isNaN(value)) return;
    scoreTick(state, own, tick * own.intervalMs, value, changesMs, out);
    expect(out.score).toBeGreaterThanOrEqual(0);
    expect(out.score).toBeLessThanOrEqual(1);
    if (out.event !== 'none') events.push({ tick, event: out.event, kind: out.kind });
  });
  return events;
}

const flat = (n: number, value = 0): number[] => new Array<number>(n).fill(value);

describe('scoreTick', () => {
  it('opens after 2 ticks far beyond the band, 3 beyond, and one more than the window just beyond', () => {
    expect(run([...flat(100), ...flat(10, 0.6)])[0]).toEqual({ tick: 101, event: 'opened', kind: KIND.level });
    expect(run([...flat(100), ...flat(10, 0.2)])[0]).toMatchObject({ tick: 102 });
    expect(run([...flat(100), ...flat(10, 0.06)])[0]).toMatchObject({ tick: 103 });
  });

  it('stays silent for one event that a window of three ticks shows three times', () => {
    expect(run([...flat(100), 0.08, 0.08, 0.08, ...flat(100)])).toEqual([]);
  });

  it('closes after ten calm ticks, not at the first, and opens once while it swings around the edge', () => {
    const swinging = Array.from({ length: 60 }, (_, i) => (i % 4 === 3 ? 0.045 : 0.3));
    const events = run([...flat(100), ...swinging, ...flat(30)]);
    expect(events.map(({ event }) => event)).toEqual(['opened', 'closed']);
    expect(events[1]?.tick).toBe(100 + 60 + 10 - 1);
  });

  it('says nothing while it learns, on gaps, and in the direction that does not hurt', () => {
    expect(run([...flat(30), ...flat(20, 1)])).toEqual([]);
    expect(run([...flat(100), ...flat(20, Number.NaN), ...flat(20)])).toEqual([]);
    expect(run([...flat(100, 0.5), ...flat(20, 0)])).toEqual([]);
    expect(run([...flat(100, 4), ...flat(20, Number.NaN)], { bad: 'down', absence: true })).toEqual([
      { tick: 105, event: 'opened', kind: KIND.absence },
    ]);
  });

  it('takes a few ticks that were left out for ticks without value, and opens on what is seen between them', () => {
    const every = (nth: number) => Array.from({ length: 120 }, (_, tick) => (tick % nth === 0 ? 0.6 : Number.NaN));
    for (const nth of [2, 3, 5]) {
      const values = [...flat(100), ...every(nth), ...flat(30)];
      const opened = run(values);
      expect(opened.map(({ event }) => event)).toEqual(['opened', 'closed']);
      expect(opened[0]?.tick).toBe(100 + nth);
      expect(run(values, {}, [], true)).toEqual(opened);
    }
  });

  it('forgets what it counted when nothing was observed for long', () => {
    expect(run([...flat(100), 0.6, ...flat(6, Number.NaN), 0.6, ...flat(20)], {}, [], true)).toEqual([]);
  });

  it('does not learn an anomaly as normal within minutes, and does after an hour', () => {
    const events = run([...flat(100), ...flat(4000, 0.6)]);
    expect(events.map(({ event }) => event)).toEqual(['opened', 'closed']);
    expect(events[1]?.tick).toBe(101 + 3600);
  });

  it('takes a harmless new level as normal after five minutes', () => {
    const events = run([...flat(100, 4), ...flat(600, 6)], { bad: 'none', noticeable: 0.5 });
    expect(events.map(({ tick }) => tick)).toEqual([102, 402]);
  });

  it('is not dulled by trouble while it learned', () => {
    expect(run([...flat(10, 0.9), ...flat(60), ...flat(10, 0.6)])[0]).toMatchObject({ tick: 71, event: 'opened' });
    const rough = Array.from({ length: 60 }, (_, i) => (i % 3 === 0 ? 0.6 : 0));
    expect(run([...rough, ...flat(3600), ...flat(10, 0.6)])[0]).toMatchObject({ event: 'opened' });
  });

  it('finds a regression inside the band after a change, and none without a change or with the same values', () => {
    const random = seededRandom('regression');
    const noisy = (n: number, centre: number): number[] =>
      Array.from({ length: n }, () => centre + 0.06 * random.normal());
    const before = noisy(150, 0.5);
    const worse = [...before, ...noisy(80, 0.6)];
    const own = { noticeable: 0.1 };
    expect(run(worse, own, [150_000])[0]).toMatchObject({ event: 'opened', kind: KIND.regression });
    expect(run(worse, own)).toEqual([]);
    expect(run([...before, ...noisy(80, 0.5)], own, [150_000])).toEqual([]);
    expect(run([...before, ...noisy(80, 0.4)], own, [150_000])).toEqual([]);
  });

  it('follows a season that it has seen', () => {
    const wave = Array.from({ length: 3000 }, (_, i) => 50 + 20 * Math.sin((2 * Math.PI * i) / 600));
    expect(run(wave, { bad: 'none', noticeable: 4 }).filter(({ tick }) => tick > 1300)).toEqual([]);
  });

  it('is not upset by constant, empty, huge or alternating input', () => {
    for (const values of [flat(300), flat(300, 1e308), flat(300, Number.NaN), flat(300, -1e308), [], [1]]) {
      expect(run(values, { bad: 'none', floorFromRange: true })).toEqual([]);
    }
    const square = Array.from({ length: 400 }, (_, i) => (Math.floor(i / 10) % 2) * 7);
    expect(run(square, { bad: 'none', floorFromRange: true })).toEqual([]);
    const wild = Array.from({ length: 400 }, (_, i) => (i % 2 === 0 ? 1e308 : -1e308));
    expect(() => run(wild, { bad: 'none', floorFromRange: true })).not.toThrow();
  });

  it('is the same after a restart, and replays its decision from the snapshot', () => {
    const random = seededRandom('restart');
    const values = Array.from(
      { length: 700 },
      (_, i) => (i > 600 ? 0.4 : 0) + 0.01 * random.uniform() + (random.uniform() < 0.02 ? Number.NaN : 0),
    );
    let bank = new SeriesBank();
    const through = newSeriesState(spec);
    const [a, b] = [emptyScore(), emptyScore()];
    values.forEach((value, tick) => {
      scoreTick(through, spec, tick * 1000, value, [], a);
      scoreTick(bank.of('x', spec), spec, tick * 1000, value, [], b);
      expect(b).toEqual(a);
      const record = new RecordWriter();
      bank.serialize(record);
      bank = SeriesBank.read(new RecordReader(record.finish()));
      if (a.event !== 'opened') return;
      const replayed = replaySnapshot(snapshotOf(through, spec, []));
      expect(replayed).toEqual({ score: a, at: tick * 1000, observed: value });
      expect(through.scalars[S.open]).toBe(KIND.level);
    });
    expect(a.kind).toBe(KIND.level);
    // In memory; of a checkpoint see series-axes.test.ts.
    expect(stateBytes(spec)).toBeLessThanOrEqual(10_240);
  });
});

describe('rankShift', () => {
  it('is 0 for equal samples, large for separate ones and thinned by overlap', () => {
    const low = Array.from({ length: 30 }, (_, i) => i);
    const high = low.map((value) => value + 100);
    expect(rankShift(low, low, 1)).toBe(0);
    expect(rankShift(low, high, 1)).toBeGreaterThan(6);
    expect(rankShift(low, high, 4)).toBeCloseTo(rankShift(low, high, 1) / 2, 12);
    expect(rankShift([], high, 1)).toBe(0);
  });
});

describe('detectSeries', () => {
  const at = (i: number): string => new Date(Date.UTC(2026, 0, 1) + i * 60_000).toISOString();

  it('finds a step in unknown units, whatever the order of the points', () => {
    const random = seededRandom('series');
    const points = Array.from({ length: 200 }, (_, i) => ({
      at: at(i),
      value: (i >= 150 ? 900 : 300) + 10 * random.normal(),
    }));
    const found = detectSeries(points, { direction: 'up' });
    expect(found.anomalies).toHaveLength(1);
    expect(found.anomalies[0]).toMatchObject({ kind: 'level', direction: 'up', openedAt: at(150) });
    expect(detectSeries([...points].reverse(), { direction: 'up' })).toEqual(found);
    expect(detectSeries(points, { direction: 'down' }).anomalies).toEqual([]);
  });

  it('answers on nothing, on one point and on nulls', () => {
    expect(detectSeries([]).points).toEqual([]);
    expect(detectSeries([{ at: at(0), value: 1 }]).learning).toEqual({ samples: 1, of: 60 });
    expect(detectSeries([{ at: at(0), value: null }]).points[0]).toMatchObject({
      value: null,
      expected: null,
      score: 0,
    });
  });
});
