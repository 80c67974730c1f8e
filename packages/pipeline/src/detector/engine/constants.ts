/**
 * The one shipped configuration of the engine: every series, both presets. What each figure does on public labelled data, and
 * how it was chosen, is in docs/BENCHMARKS.md.
 */
export const CONSTANTS = {
  /** Rows of history that the novelty views of the deep tier compare with. */
  history: 6000,
  /** Recent distances that say what distance is usual. */
  usual: 4000,
  /** Share of distances below the fitted tail. */
  tailQuantile: 0.95,
  /** No surprise can be larger: a fitted tail says nothing about rarer things. */
  surpriseCap: 6,
  /** Distances seen before one can be surprising, rows before a residual can be large. */
  warmRows: 50,
  /** Shingle lengths compared on raw scale. */
  shingles: [2, 4, 8, 24],
  /** Lengths of running means compared on raw scale. */
  means: [6, 24],
  /** Rows of the running mean compared with the same phase of earlier seasons. */
  phaseMean: 12,
  /** Half lives, in rows, of the levels that residuals are taken from. */
  halfLives: [3, 30],
  /** Order and forgetting of the autoregression. */
  lags: 8,
  forgetting: 0.9995,
  /** Residuals are measured in this quantile of their own past. */
  spreadQuantile: 0.98,
  /** Rows after which a past residual counts half. */
  spreadHalfLife: 10_000,
  /** Smallest spread, as a share of the largest residual lately. */
  spreadFloor: 0.001,
  early: {
    /** Mean surprise (-log10 p) that opens an event. */
    threshold: 1.85,
    /** An event's repetitions belong to it for this share of the time known so far ... */
    coolDownShare: 0.03,
    /** ... at least so many rows, and never longer than a day. */
    coolDownRows: 10,
    coolDownMs: 86_400_000,
    /** Budget: after ten cool-downs of silence the threshold is this much lower. */
    silence: 0.5,
    /** A young detector's fitted tails are short: a threshold lower by this for every tenth of `youthRows`. */
    youth: 0.6,
    youthRows: 4000,
  },
  precise: {
    /** Median residual, in spreads, that opens an event. */
    threshold: 3.4,
    /** Rows around a departure look strange without departing themselves: they may come so near the threshold, never over it. */
    glow: 0.85,
    /** Time since an alarm (at least so many rows) after which the next departure is an event of its own ... */
    calmMs: 3_600_000,
    calmRows: 10,
    /** ... where so many rows before it did not depart: what only goes on is no new event. */
    restRows: 5,
  },
  /** So many departures within so many calm times (cool-downs) are one event that flaps: the next ones raise no alarm. */
  flap: { departures: 4, calms: 6 },
  /** An episode ends after so many rows below this share of its threshold. */
  episode: { calmRows: 10, calmShare: 0.8 },
  /** The wide tier: what a few kB of state for each series can hold. */
  wide: {
    lags: 8,
    /** Step size of its autoregression. */
    learning: 0.05,
    shingle: 4,
    means: [6, 24],
    prototypes: 48,
    meanPrototypes: 32,
    /** Shingles within this share of the range are the same. */
    radius: 0.02,
  },
} as const;
