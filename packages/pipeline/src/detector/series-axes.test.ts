import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RecordReader, RecordWriter } from '../binary-record/binary-record.ts';
import { seededRandom } from '../random/seeded.ts';
import { engineConfiguration } from './engine/configuration.ts';
import { emptyDeepScore } from './engine/deep-score.ts';
import { RowClock } from './engine/row-clock.ts';
import { WideBank } from './engine/wide-bank.ts';
import { scoreTick } from './scoring.ts';
import { newSeriesState, SeriesBank } from './series-bank.ts';
import { emptyScore, KIND, type ScoringSpec, type TickScore } from './series-state.ts';

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
const START = Date.UTC(2026, 0, 15, 12);

function bytesOf(bank: SeriesBank): Uint8Array {
  const record = new RecordWriter();
  bank.serialize(record);
  return record.finish();
}

const restored = (bank: SeriesBank): SeriesBank => SeriesBank.read(new RecordReader(bytesOf(bank)));

/** Scores rows and gives what was said of each; after the rows in `restarts` the state is written and read. */
function scored(values: readonly number[], own: ScoringSpec, restarts: ReadonlySet<number> = new Set()) {
  let bank = new SeriesBank();
  const out = emptyScore();
  const found: TickScore[] = [];
  values.forEach((value, tick) => {
    scoreTick(bank.of('x', own), own, START + tick * own.intervalMs, value, [START + 100_000], out);
    found.push({ ...out });
    if (restarts.has(tick)) bank = restored(bank);
  });
  return { found, bytes: bytesOf(bank) };
}

const wild = fc.oneof(
  { weight: 8, arbitrary: fc.double({ min: 0, max: 1, noNaN: true }) },
  { weight: 1, arbitrary: fc.constantFrom(Number.NaN, 0, 1e308, -1e308, 1e-300) },
);
const rows = fc.array(wild, { minLength: 150, maxLength: 260 });
const presets = fc.constantFrom<ScoringSpec['preset']>('early', 'precise');

describe('the live scorer', () => {
  it('never changes what it said of a row, whatever comes after it', () => {
    fc.assert(
      fc.property(rows, presets, fc.nat(), fc.array(wild, { maxLength: 60 }), (values, preset, cut, other) => {
        const own = { ...spec, preset };
        const kept = values.slice(0, 1 + (cut % values.length));
        const future = [...values.slice(kept.length)].reverse();
        expect(scored([...kept, ...future, ...other], own).found.slice(0, kept.length)).toEqual(
          scored(values, own).found.slice(0, kept.length),
        );
      }),
      { numRuns: 25 },
    );
  });

  it('goes on from a checkpoint as if it had never stopped, to the last bit', () => {
    fc.assert(
      fc.property(rows, presets, fc.uniqueArray(fc.nat(259), { maxLength: 12 }), (values, preset, restarts) => {
        const own = { ...spec, preset };
        expect(scored(values, own, new Set(restarts))).toEqual(scored(values, own));
      }),
      { numRuns: 25 },
    );
  });

  it('gives the axes of the wide tier, row by row', () => {
    const random = seededRandom('axes');
    const bank = new WideBank({ series: 1, preset: 'precise', seasonMs: 600_000 });
    const state = newSeriesState(spec);
    const [wide, live] = [emptyDeepScore(), emptyScore()];
    let surprising = 0;
    for (let tick = 0; tick < 900; tick++) {
      const value = 0.01 * random.uniform() + (tick % 211 === 210 ? 0.3 : 0);
      bank.step(0, START + tick * 1000, value, wide);
      scoreTick(state, spec, START + tick * 1000, value, [], live);
      expect(state.axes.row).toEqual(wide);
      if (wide.novelty > 1) surprising += 1;
    }
    expect(surprising).toBeGreaterThan(0);
  });

  it('keeps the strongest row of a departure, and says when it was like this before', () => {
    const faulty = (tick: number): boolean => (tick >= 200 && tick < 230) || tick >= 500;
    const random = seededRandom('past');
    const values = Array.from({ length: 510 }, (_, tick) => 0.01 * random.uniform() + (faulty(tick) ? 0.4 : 0));
    const { found } = scored(values, spec);
    const [first, second] = found.filter(({ event }) => event === 'opened');
    expect(first).toMatchObject({ nearestValue: expect.closeTo(0.005, 2) });
    expect(first?.novelty).toBeGreaterThan(4);
    expect(first?.deviation).toBeGreaterThan(10);
    // The second departure looks like the first one, which was between 200 and 230 s after the start.
    expect(second?.nearestValue).toBeCloseTo(0.4, 1);
    expect(second?.nearestAt).toBeGreaterThanOrEqual(START + 200_000);
    expect(second?.nearestAt).toBeLessThan(START + 231_000);
  });

  it('opens, early, on what was never seen before though it is inside the band', () => {
    const swinging = Array.from({ length: 900 }, (_, tick) => 50 + 20 * Math.sin((2 * Math.PI * tick) / 30));
    const stuck = [...swinging, ...Array.from({ length: 40 }, () => 50)];
    const own = { ...spec, bad: 'none', noticeable: 40 } as const;
    expect(scored(stuck, own).found.filter(({ event }) => event === 'opened')).toEqual([]);
    const early = scored(stuck, { ...own, preset: 'early' }).found;
    const [opened] = early
      .map((each, tick) => ({ ...each, tick }))
      .filter(({ event, tick }) => event === 'opened' && tick >= 900);
    expect(opened).toMatchObject({ kind: KIND.novelty });
    expect(opened?.tick).toBeLessThan(920);
    expect(early.filter(({ event }) => event === 'opened').length).toBeLessThanOrEqual(2);
  });

  it('takes at most 9 kB of a checkpoint for a series of noise, less where less is known', () => {
    const random = seededRandom('size');
    const bank = new SeriesBank();
    const out = emptyScore();
    let most = 0;
    for (let tick = 0; tick < 2000; tick++) {
      scoreTick(bank.of('x', spec), spec, START + tick * 1000, random.normal(), [], out);
      if (tick % 50 === 0) most = Math.max(most, bytesOf(bank).length);
    }
    expect(most).toBeGreaterThan(2000);
    expect(most).toBeLessThanOrEqual(9216);
    const constant = new SeriesBank();
    for (let tick = 0; tick < 2000; tick++) scoreTick(constant.of('x', spec), spec, START + tick * 1000, 4, [], out);
    expect(bytesOf(constant).length).toBeLessThanOrEqual(4096);
  });

  it('goes on deciding when the engine changed, and learns the axes anew', () => {
    const random = seededRandom('engine');
    const bank = new SeriesBank();
    const out = emptyScore();
    const at = (tick: number): number => START + tick * 1000;
    for (let tick = 0; tick < 200; tick++)
      scoreTick(bank.of('x', spec), spec, at(tick), 0.01 * random.uniform(), [], out);
    const bytes = bytesOf(bank);
    const digest = new TextEncoder().encode(engineConfiguration().digest);
    bytes.set(digest.toReversed(), 8); // after the format and the length of the text
    const other = SeriesBank.read(new RecordReader(bytes));
    expect(other.restartedBecause).toContain('engine');
    const state = other.of('x', spec);
    expect(state.axes.samples).toBe(0);
    scoreTick(state, spec, at(200), 0.6, [], out);
    scoreTick(state, spec, at(201), 0.6, [], out);
    expect(out).toMatchObject({ event: 'opened', kind: KIND.level, novelty: 0 });
  });

  it('passes over a checkpoint of the format before', () => {
    const record = new RecordWriter().uint32(1).uint32(1).text('x').text('{}').uint32(60);
    record.copy(new Uint8Array(2 * (8 * 47 + 4 * (60 + 48)) + 8 * 128)).text('after');
    const reader = new RecordReader(record.finish());
    const bank = SeriesBank.read(reader);
    expect(bank.get('x')).toBeUndefined();
    expect(bank.restartedBecause).toContain('anew');
    expect(reader.text()).toBe('after');
  });
});

describe('RowClock', () => {
  it('knows when each row was as long as it remembers the breaks since', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 4 }), { maxLength: 300 }), (steps) => {
        const clock = new RowClock(1000);
        const times: number[] = [];
        let at = START;
        for (const step of steps) {
          at += 1000 * step;
          times.push(at);
          clock.arrive(at);
        }
        let breaks = 0;
        for (let ago = 0; ago < times.length; ago++) {
          const row = times.length - 1 - ago;
          expect(clock.at(ago)).toEqual(breaks < 32 ? times[row] : Number.NaN);
          if (row === 0 || (times[row] as number) - (times[row - 1] as number) !== 1000) breaks += 1;
        }
        expect(clock.at(times.length)).toBeNaN();
      }),
    );
  });
});

describe('a record', () => {
  it('holds numbers as far as they differ from others, to the last bit', () => {
    const words = fc.array(fc.integer({ min: 0, max: 0xffff_ffff }), { maxLength: 100 });
    fc.assert(
      fc.property(words, fc.array(fc.boolean(), { minLength: 100, maxLength: 100 }), (values, same) => {
        const own = Uint32Array.from(values);
        const like = own.map((value, index) => (same[index] === true ? value : value ^ 1));
        const bytes = new RecordWriter().sparse(own, like).finish();
        expect(new RecordReader(bytes).sparse(like)).toEqual(own);
        const differing = own.filter((value, index) => value !== like[index]).length;
        expect(bytes.length).toBe(4 + 4 * Math.ceil(own.length / 32) + 4 * differing);
      }),
    );
  });
});
