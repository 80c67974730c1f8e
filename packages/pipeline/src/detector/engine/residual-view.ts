import { CONSTANTS } from './constants.ts';
import { Spread } from './spread.ts';

const LARGEST_LATELY = 0;
const SEEN = 1;

/** A residual in units of what residuals of its sign usually reach; learns it. */
export class ResidualScale {
  readonly up = new Spread(CONSTANTS.spreadQuantile, CONSTANTS.spreadHalfLife);
  readonly down = new Spread(CONSTANTS.spreadQuantile, CONSTANTS.spreadHalfLife);
  readonly numbers = new Float64Array(2);

  /** The 98 % quantile of residuals of one sign, with the floor that keeps a quiet series from exploding. */
  spread(up: boolean): number {
    const quantile = (up ? this.up : this.down).quantile;
    return Math.max(quantile, CONSTANTS.spreadFloor * (this.numbers[LARGEST_LATELY] as number), Number.MIN_VALUE);
  }

  /** The magnitude; 0 while learning. */
  score(residual: number): number {
    const { numbers } = this;
    const size = Math.abs(residual);
    const seen = (numbers[SEEN] as number) + 1;
    numbers[SEEN] = seen;
    numbers[LARGEST_LATELY] = Math.max((numbers[LARGEST_LATELY] as number) * 0.9999, size);
    const magnitude = seen <= CONSTANTS.warmRows || size === 0 ? 0 : Math.min(1e6, size / this.spread(residual >= 0));
    (residual >= 0 ? this.up : this.down).add(size);
    return magnitude;
  }
}

/** A level that follows with a half life; `state` holds it in one number, NaN before the first. */
export function levelResidual(state: Float64Array, at: number, share: number, value: number): number {
  const level = state[at] as number;
  if (Number.isNaN(level)) {
    state[at] = value;
    return 0;
  }
  state[at] = level + share * (value - level);
  return value - level;
}
