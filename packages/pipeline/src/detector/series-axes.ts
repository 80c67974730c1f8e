import type { Preset } from './engine/alarm-policy.ts';
import { CONSTANTS } from './engine/constants.ts';
import { emptyDeepScore, VIEWS, type DeepScore } from './engine/deep-score.ts';
import { RowClock } from './engine/row-clock.ts';
import { WideBank } from './engine/wide-bank.ts';

const DAY_MS = 86_400_000;

const SHINGLE_VIEW = `shingle-${CONSTANTS.wide.shingle}`;
const MEAN_VIEWS = CONSTANTS.wide.means.map((length) => `mean-${length}`);

/** Indices into the strongest of a departure. */
const NOVELTY = 0;
const DEVIATION = 1;
const VIEW = 2;
const NEAREST_AT = 3;
const NEAREST_VALUE = 4;

/** The two axes of a departure, each as large as it has been since the series left its band, or of the newest row while it is inside. */
export interface Axes {
  /** Mean surprise, -log10 of how rare the row is for this series. */
  readonly novelty: number;
  /** Median residual, in 98 % quantiles of its own past. */
  readonly deviation: number;
  /** The view that was surprised most, '' where none was; the engine's name. */
  readonly view: string;
  /** When that view had last been nearest to this, in ms, and its value then (the newest of a shape, or a mean); NaN where nothing is known. */
  readonly nearestAt: number;
  readonly nearestValue: number;
}

/** A series of the engine's wide tier: its two axes, and when it was like this before. */
export class SeriesAxes {
  /** The newest row, as the engine scored it. */
  readonly row: DeepScore = emptyDeepScore();
  private readonly bank: WideBank;
  private readonly clock: RowClock;
  private readonly strongest = new Float64Array(NEAREST_VALUE + 1).fill(Number.NaN, NEAREST_AT);

  constructor(spec: { readonly preset: Preset; readonly seasonsMs: readonly number[]; readonly intervalMs: number }) {
    this.bank = new WideBank({ series: 1, preset: spec.preset, seasonMs: spec.seasonsMs[0] ?? DAY_MS });
    this.clock = new RowClock(spec.intervalMs);
  }

  /** Rows that the axes are measured against. */
  get samples(): number {
    return this.clock.rows;
  }

  /** Scores a row and learns it; `departed` where the rows before it were outside the band already, so that it joins them. */
  step(at: number, value: number, departed: boolean): void {
    const { row, strongest } = this;
    this.clock.arrive(at);
    this.bank.step(0, at, value, row);
    if (!departed) strongest.fill(Number.NaN).fill(0, 0, NEAREST_AT);
    strongest[DEVIATION] = Math.max(strongest[DEVIATION] as number, row.deviation);
    if (row.view === '' || row.novelty < (strongest[NOVELTY] as number)) return;
    strongest[NOVELTY] = row.novelty;
    strongest[VIEW] = VIEWS.indexOf(row.view) + 1;
    strongest[NEAREST_AT] = row.nearestRowsAgo === 0 ? row.nearestAt : this.clock.at(row.nearestRowsAgo);
    strongest[NEAREST_VALUE] = this.valueThen(row);
  }

  /** What the winning view remembers of its nearest instance; NaN where it is a phase, of which only a distance is known. */
  private valueThen({ view, nearestRowsAgo }: DeepScore): number {
    const { shingles, means } = this.bank;
    const store = view === SHINGLE_VIEW ? shingles : means[MEAN_VIEWS.indexOf(view)];
    return store?.newestAt(0, this.clock.rows - nearestRowsAgo) ?? Number.NaN;
  }

  /** The axes of the departure that lasts, or of the newest row. */
  read(): Axes {
    const { strongest } = this;
    return {
      novelty: strongest[NOVELTY] as number,
      deviation: strongest[DEVIATION] as number,
      view: VIEWS[(strongest[VIEW] as number) - 1] ?? '',
      nearestAt: strongest[NEAREST_AT] as number,
      nearestValue: strongest[NEAREST_VALUE] as number,
    };
  }

  private arrays(): readonly Uint8Array[] {
    const { bank, clock, strongest } = this;
    return [bank.state(), bytesOf(clock.numbers), bytesOf(strongest)];
  }

  /** Numbers of 32 bits that the state takes. */
  get size(): number {
    return this.arrays().reduce((sum, { byteLength }) => sum + byteLength / 4, 0);
  }

  /** Copies the whole state to `words`. */
  copyTo(words: Uint32Array): void {
    const target = new Uint8Array(words.buffer, words.byteOffset, words.byteLength);
    let at = 0;
    for (const bytes of this.arrays()) {
      target.set(bytes, at);
      at += bytes.length;
    }
  }

  /** Takes over a state that `copyTo` gave. */
  copyFrom(words: Uint32Array): void {
    const source = new Uint8Array(words.buffer, words.byteOffset, words.byteLength);
    let at = 0;
    for (const bytes of this.arrays()) {
      bytes.set(source.subarray(at, at + bytes.length));
      at += bytes.length;
    }
  }
}

/** The memory of numbers, in which what is no number has one bit pattern: equal states give equal bytes. */
function bytesOf(numbers: Float64Array): Uint8Array {
  for (let index = 0; index < numbers.length; index += 1) if (Number.isNaN(numbers[index])) numbers[index] = Number.NaN;
  return new Uint8Array(numbers.buffer, numbers.byteOffset, numbers.byteLength);
}

let fresh: Uint32Array | undefined;

/** The state of a series that has seen nothing yet: what is written of another one are its differences. */
export function freshAxes(): Uint32Array {
  if (fresh === undefined) {
    const axes = new SeriesAxes({ preset: 'precise', seasonsMs: [], intervalMs: 1 });
    fresh = new Uint32Array(axes.size);
    axes.copyTo(fresh);
  }
  return fresh;
}
