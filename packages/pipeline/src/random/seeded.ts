import { sha256Bytes } from '@autoops/digest';
import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';

/** A repeatable stream of numbers. */
export interface SeededRandom {
  /** Uniform in [0, 1). */
  uniform(): number;
  /** Standard normal (Box and Muller, 1958). */
  normal(): number;
  /** Triangular on [low, high] with its peak at mode, by inversion. */
  triangular(low: number, mode: number, high: number): number;
}

/** A stream that depends on `seed` alone (xoroshiro128+, Blackman and Vigna 2018), so that a decision can be recomputed. */
export function seededRandom(seed: string): SeededRandom {
  const generator = xoroshiro128plus(new DataView(sha256Bytes(seed).buffer).getInt32(0));
  const uniform = (): number => uniformFloat64(generator);
  return {
    uniform,
    normal: () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform()),
    triangular: (low, mode, high) => {
      if (high <= low) return mode;
      const u = uniform();
      const peak = (mode - low) / (high - low);
      return u < peak
        ? low + Math.sqrt(u * (high - low) * (mode - low))
        : high - Math.sqrt((1 - u) * (high - low) * (high - mode));
    },
  };
}
