import type { Preset } from './alarm-policy.ts';
import { CONSTANTS } from './constants.ts';
import { VIEWS, type DeepScore } from './deep-score.ts';

/** An event as it stands: one departure from its alarm to its end, however often it came back in between. Times in ms. */
export interface Episode {
  readonly openedAt: number;
  /** Undefined while it lasts. */
  readonly endedAt: number | undefined;
  /** The newest row that departed. */
  readonly lastAt: number;
  /** The strongest row, and what was known of it. */
  readonly peakAt: number;
  readonly value: number;
  readonly expected: number;
  readonly low: number;
  readonly high: number;
  readonly novelty: number;
  readonly deviation: number;
  /** The view that was surprised most at the strongest row, and when it had last been like that; NaN where never. */
  readonly view: string;
  readonly nearestAt: number;
  /** Opened before a season had been seen. */
  readonly learning: boolean;
  /** Departures of it that raised no alarm of their own, because they came too often. */
  readonly flaps: number;
}

const STATE = 0;
const OPENED = 1;
const LAST_STRONG_AT = 2;
const CALM = 3;
const PEAK = 4;
const PEAK_AT = 5;
const VALUE = 6;
const EXPECTED = 7;
const LOW = 8;
const HIGH = 9;
const NOVELTY = 10;
const DEVIATION = 11;
const VIEW = 12;
const NEAREST = 13;
const LEARNING = 14;
const FLAPS = 15;
const WAS_STRONG = 16;
const SIZE = 17;

const CLOSED = 0;
const OPEN = 1;
const ENDED = 2;

/** Follows a series' rows and keeps its current, or last, episode: every row of a departure updates it, rows that are calm end it. */
export class EpisodeTracker {
  readonly numbers = new Float64Array(SIZE);
  private readonly preset: Preset;

  constructor(preset: Preset) {
    this.preset = preset;
  }

  /** True from the alarm until the episode has ended. */
  get open(): boolean {
    return this.numbers[STATE] === OPEN;
  }

  /** Takes in a row as scored; a lost sample says nothing about an episode. */
  follow(at: number, value: number, score: Readonly<DeepScore>): void {
    const { numbers } = this;
    if (score.alarm) {
      numbers.fill(0);
      numbers[STATE] = OPEN;
      numbers[OPENED] = at;
      numbers[LEARNING] = score.learning ? 1 : 0;
      numbers[PEAK] = Number.NEGATIVE_INFINITY;
    }
    if (numbers[STATE] !== OPEN || !Number.isFinite(value)) return;
    const axis = this.preset === 'early' ? score.novelty : score.deviation;
    const strong = score.alarm || axis >= CONSTANTS.episode.calmShare * CONSTANTS[this.preset].threshold;
    if (strong) {
      if (score.flapping && numbers[WAS_STRONG] === 0) numbers[FLAPS] = (numbers[FLAPS] as number) + 1;
      numbers[CALM] = 0;
      numbers[LAST_STRONG_AT] = at;
      if (axis > (numbers[PEAK] as number)) this.remember(at, value, axis, score);
    } else {
      numbers[CALM] = (numbers[CALM] as number) + 1;
      // A series that flaps is not calm: its episode lasts until its departures are rare again.
      if ((numbers[CALM] as number) >= CONSTANTS.episode.calmRows && !score.flapping) numbers[STATE] = ENDED;
    }
    numbers[WAS_STRONG] = strong ? 1 : 0;
  }

  private remember(at: number, value: number, axis: number, score: Readonly<DeepScore>): void {
    const { numbers } = this;
    numbers[PEAK] = axis;
    numbers[PEAK_AT] = at;
    numbers[VALUE] = value;
    numbers[EXPECTED] = score.expected;
    numbers[LOW] = score.low;
    numbers[HIGH] = score.high;
    numbers[NOVELTY] = score.novelty;
    numbers[DEVIATION] = score.deviation;
    numbers[VIEW] = VIEWS.indexOf(score.view);
    numbers[NEAREST] = score.nearestAt;
  }

  /** The current episode, or the last one that ended; undefined before the first. */
  read(): Episode | undefined {
    const { numbers } = this;
    if (numbers[STATE] === CLOSED) return undefined;
    return {
      openedAt: numbers[OPENED] as number,
      endedAt: numbers[STATE] === ENDED ? numbers[LAST_STRONG_AT] : undefined,
      lastAt: numbers[LAST_STRONG_AT] as number,
      peakAt: numbers[PEAK_AT] as number,
      value: numbers[VALUE] as number,
      expected: numbers[EXPECTED] as number,
      low: numbers[LOW] as number,
      high: numbers[HIGH] as number,
      novelty: numbers[NOVELTY] as number,
      deviation: numbers[DEVIATION] as number,
      view: VIEWS[numbers[VIEW] as number] ?? '',
      nearestAt: numbers[NEAREST] as number,
      learning: numbers[LEARNING] === 1,
      flaps: numbers[FLAPS] as number,
    };
  }
}
