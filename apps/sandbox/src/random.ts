/** A seeded stream of numbers in [0, 1). */
export type Random = () => number;

/**
 * Returns a generator (mulberry32) whose seed is the text's FNV-1a hash: one stream per purpose, so that drawing more
 * from one never shifts another.
 */
export function seededRandom(text: string): Random {
  let state = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) state = Math.imul(state ^ text.charCodeAt(index), 0x01000193);
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

/** Returns `mean` varied evenly by at most `spread` (a share of it) to either side. */
export function varied(random: Random, mean: number, spread: number): number {
  return mean * (1 + spread * (2 * random() - 1));
}
