import { seededRandom, type SeededRandom } from '@autoops/pipeline';

/** A simulated bounded resource: shares of its limit, one value per 5 min, NaN = lost scrape; it ends when it reaches the limit. */
export interface SimulatedTrace {
  readonly id: string;
  readonly family: string;
  readonly values: Float64Array;
  /** Index of the first value at the limit. */
  readonly breach?: number | undefined;
}

const STEP_HOURS = 1 / 12;
const LENGTH = 14 * 24 * 12;

/** One resource that is being simulated: its level follows from what fills and what empties it. */
interface Process {
  /** The next value, 5 min on; `hours` since the start. */
  step(hours: number): number;
}

type Family = (random: SeededRandom) => Process;

const between = (random: SeededRandom, low: number, high: number): number => low + (high - low) * random.uniform();
const logBetween = (random: SeededRandom, low: number, high: number): number =>
  Math.exp(between(random, Math.log(low), Math.log(high)));

/** Day's swing in [-1,1] with its own phase and shape. */
function dayOf(random: SeededRandom): (hours: number) => number {
  const phase = between(random, 0, 24);
  const second = between(random, 0, 0.4);
  return (hours) => {
    const angle = (2 * Math.PI * (hours - phase)) / 24;
    return (Math.sin(angle) + second * Math.sin(2 * angle + 1)) / (1 + second);
  };
}

/** A leak: something keeps `perHour` of the limit for itself from `onset` on; `power` 1 is steady, above it grows. */
function leak(random: SeededRandom, power = 1): (hours: number) => number {
  const onset = between(random, 0, 200);
  const duration = logBetween(random, 8, 220);
  return (hours) => (hours < onset ? 0 : ((hours - onset) / duration) ** power);
}

/** Fills at a steady rate and is emptied; `emptied` says when: given its level and the time since. */
function sawtooth(
  random: SeededRandom,
  options: {
    top: number;
    bottom: number;
    period: number;
    byLevel: boolean;
    jitter: number;
    creepPerHour: number;
    missAfter?: number;
  },
): Process {
  let level = options.bottom + between(random, 0, 1) * (options.top - options.bottom);
  let rest = options.period * between(random, 0.2, 1);
  let cycles = 0;
  const rate = (options.top - options.bottom) / options.period;
  let pace = 1;
  return {
    step: (hours) => {
      level += rate * pace * STEP_HOURS;
      rest -= STEP_HOURS;
      const base = options.bottom + options.creepPerHour * hours;
      const due = options.byLevel
        ? level >= options.top * (1 + options.jitter * 0.2 * (random.uniform() - 0.5))
        : rest <= 0;
      if (due && !(options.missAfter !== undefined && cycles >= options.missAfter)) {
        cycles++;
        level = base + Math.abs(options.jitter * 0.1 * random.normal() * (options.top - options.bottom));
        rest = options.period * (1 + options.jitter * 0.3 * (random.uniform() - 0.5));
        pace = options.byLevel ? logBetween(random, 0.7, 1.4) : 1;
      }
      return level;
    },
  };
}

/** A mean-reverting level (Ornstein and Uhlenbeck, 1930): `reversion` in hours. */
function wandering(random: SeededRandom, spread: number, reversion: number): () => number {
  let at = spread * random.normal();
  const keep = Math.exp(-STEP_HOURS / reversion);
  return () => (at = at * keep + spread * Math.sqrt(1 - keep * keep) * random.normal());
}

const FAMILIES: Readonly<Record<string, Family>> = {
  'steady leak': (random) => {
    const base = between(random, 0.1, 0.6);
    const drift = leak(random);
    return { step: (hours) => base + (1 - base) * drift(hours) };
  },
  'leak under a daily swing': (random) => {
    const base = between(random, 0.15, 0.5);
    const swing = between(random, 0.02, 0.15);
    const day = dayOf(random);
    const drift = leak(random);
    return { step: (hours) => base + swing * day(hours) + (1 - base) * drift(hours) };
  },
  'leak that grows': (random) => {
    const base = between(random, 0.1, 0.6);
    const drift = leak(random, between(random, 1.3, 3));
    const swing = random.uniform() < 0.5 ? 0 : between(random, 0.01, 0.08);
    const day = dayOf(random);
    return { step: (hours) => base + swing * day(hours) + (1 - base) * drift(hours) };
  },
  'leak hidden by restarts': (random) => {
    const bottom = between(random, 0.15, 0.6);
    const top = between(random, bottom + 0.08, 0.85);
    return sawtooth(random, {
      bottom,
      top,
      period: logBetween(random, 10, 72),
      byLevel: false,
      jitter: random.uniform() < 0.5 ? 0.05 : 0.5,
      creepPerHour: 0,
      missAfter: Math.floor(between(random, 1, 8)),
    });
  },
  'missed rotation': (random) => {
    const bottom = between(random, 0.2, 0.6);
    return sawtooth(random, {
      bottom,
      top: between(random, Math.max(0.75, bottom + 0.1), 0.97),
      period: logBetween(random, 8, 80),
      byLevel: false,
      jitter: random.uniform() < 0.7 ? 0.03 : 0.4,
      creepPerHour: 0,
      missAfter: Math.floor(between(random, 2, 12)),
    });
  },
  'safe rotation by time': (random) => {
    const bottom = between(random, 0.1, 0.7);
    return sawtooth(random, {
      bottom,
      top: between(random, bottom + 0.1, 0.97),
      period: logBetween(random, 1, 90),
      byLevel: false,
      jitter: between(random, 0, 0.5) * (random.uniform() < 0.5 ? 0.1 : 1),
      creepPerHour: 0,
    });
  },
  'cleaned at a threshold': (random) => {
    const bottom = between(random, 0.2, 0.7);
    return sawtooth(random, {
      bottom,
      top: between(random, bottom + 0.08, 0.95),
      period: logBetween(random, 1, 150),
      byLevel: true,
      jitter: between(random, 0, 0.5),
      creepPerHour: 0,
    });
  },
  'creeping sawtooth': (random) => {
    const bottom = between(random, 0.2, 0.6);
    const top = between(random, bottom + 0.08, 0.85);
    return sawtooth(random, {
      bottom,
      top,
      period: logBetween(random, 2, 40),
      byLevel: false,
      jitter: between(random, 0, 0.3),
      creepPerHour: logBetween(random, 0.02, 1) * ((1.1 - top) / 336) * 2,
    });
  },
  'garbage collection of an old generation': (random) => {
    const young = between(random, 0.03, 0.15);
    const period = logBetween(random, 0.5, 4);
    const bottom = between(random, 0.2, 0.5);
    const old = sawtooth(random, {
      bottom,
      top: between(random, bottom + 0.1, 0.8),
      period: logBetween(random, 12, 60),
      byLevel: random.uniform() < 0.5,
      jitter: 0.3,
      creepPerHour: random.uniform() < 0.5 ? 0 : between(random, 0, 0.001),
    });
    return { step: (hours) => old.step(hours) + young * ((hours / period) % 1) };
  },
  compaction: (random) => {
    // A log-structured store: every merge needs room for what it merges, then frees it; four small ones make a large one.
    const base = between(random, 0.2, 0.6);
    const period = logBetween(random, 3, 24);
    const small = between(random, 0.02, 0.06);
    const growth = random.uniform() < 0.3 ? between(random, 0, 0.0012) : 0;
    const ways = 4;
    return {
      step: (hours) => {
        const cycle = hours / period;
        const within = cycle % 1;
        const files = Math.floor(cycle) % ways;
        const merging = within > 0.85 ? small * (files === ways - 1 ? ways : 1) * ((within - 0.85) / 0.15) : 0;
        return base + growth * hours + small * (files + within) + merging;
      },
    };
  },
  plateau: (random) => {
    const base = between(random, 0.1, 0.5);
    // Some caches would fill further than there is room.
    const top = between(random, Math.max(0.5, base + 0.1), 1.03);
    const onset = between(random, 10, 240);
    const time = logBetween(random, 2, 60);
    return { step: (hours) => base + (hours < onset ? 0 : (top - base) * (1 - Math.exp(-(hours - onset) / time))) };
  },
  'safe daily swing': (random) => {
    const day = dayOf(random);
    const middle = between(random, 0.25, 0.75);
    const swing = Math.min(0.96 - middle, middle - 0.02) * between(random, 0.2, 1);
    const weekend = random.uniform() < 0.4 ? between(random, 0.3, 0.9) : 1;
    return { step: (hours) => middle + swing * day(hours) * (Math.floor(hours / 24) % 7 >= 5 ? weekend : 1) };
  },
  'growing daily swing': (random) => {
    const day = dayOf(random);
    const middle = between(random, 0.25, 0.6);
    const swing = between(random, 0.08, 0.3);
    const growth = logBetween(random, 0.0002, 0.004);
    const onset = random.uniform() < 0.5 ? 0 : between(random, 24, 200);
    return {
      step: (hours) => {
        const more = 1 + growth * Math.max(0, hours - onset);
        return middle * more + swing * more * day(hours);
      },
    };
  },
  'weekly peak': (random) => {
    const day = dayOf(random);
    const base = between(random, 0.2, 0.5);
    const swing = between(random, 0.03, 0.12);
    const peak = between(random, 0.1, 0.5);
    const at = between(random, 12, 150);
    const width = between(random, 3, 14);
    return {
      step: (hours) => {
        const away = ((hours % 168) - at) / width;
        return Math.min(0.985, base + swing * day(hours) + peak * Math.exp(-0.5 * away * away));
      },
    };
  },
  bursts: (random) => {
    const base = between(random, 0.1, 0.6);
    const perHour = logBetween(random, 0.004, 0.04);
    const height = between(random, 0.1, 0.98 - base);
    const bursts: { at: number; width: number; height: number }[] = [];
    for (let at = between(random, 5, 100); at < 336; at += -Math.log(1 - random.uniform()) / perHour)
      bursts.push({ at, width: logBetween(random, 0.2, 3), height: height * between(random, 0.3, 1) });
    return {
      step: (hours) =>
        base +
        bursts.reduce(
          (most, burst) => Math.max(most, burst.height * Math.exp(-0.5 * ((hours - burst.at) / burst.width) ** 2)),
          0,
        ),
    };
  },
  'batch job': (random) => {
    // Fills for some hours each day, then frees at once; its input may grow.
    const base = between(random, 0.1, 0.5);
    const start = between(random, 0, 24);
    const length = between(random, 1, 12);
    const size = between(random, 0.1, 0.92 - base);
    const growth = random.uniform() < 0.4 ? logBetween(random, 0.0003, 0.003) : 0;
    return {
      step: (hours) => {
        const within = (hours - start + 240) % 24;
        return base + (within < length ? (size * (1 + growth * hours) * within) / length : 0);
      },
    };
  },
  'growth that changes pace': (random) => {
    const base = between(random, 0.1, 0.6);
    const turn = between(random, 30, 280);
    const before = logBetween(random, 0.0001, 0.002);
    const after = random.uniform() < 0.7 ? logBetween(random, 0.003, 0.05) : -logBetween(random, 0.0001, 0.002);
    return { step: (hours) => base + before * Math.min(hours, turn) + after * Math.max(0, hours - turn) };
  },
  'leak that is mended': (random) => {
    // Somebody frees it, or the release is taken back; sometimes it begins again.
    const base = between(random, 0.1, 0.6);
    const perHour = logBetween(random, 0.003, 0.06);
    const acted = between(random, 0.5, 0.99);
    let onset = between(random, 20, 200);
    let level = base;
    const again = random.uniform() < 0.4;
    return {
      step: (hours) => {
        if (hours > onset) level += perHour * STEP_HOURS;
        if (level >= acted) {
          level = base;
          onset = again ? hours + between(random, 10, 80) : Number.POSITIVE_INFINITY;
        }
        return level;
      },
    };
  },
  'noise at a high level': (random) => {
    const middle = between(random, 0.4, 0.85);
    const spread = ((0.98 - middle) / 4.2) * between(random, 0.3, 1);
    const slow = wandering(random, spread, logBetween(random, 1, 12));
    return { step: () => middle + slow() };
  },
  'random walk': (random) => {
    const pace = logBetween(random, 0.0003, 0.003);
    let at = between(random, 0.3, 0.8);
    return { step: () => (at = Math.abs(at + pace * random.normal())) };
  },
  'writes in lumps': (random) => {
    // A disk filled by jobs of very different size (a compound Poisson process).
    let at = between(random, 0.1, 0.6);
    const perHour = logBetween(random, 0.1, 4);
    const growth = logBetween(random, 0.0005, 0.01);
    const freed = random.uniform() < 0.4 ? between(random, 0.7, 0.95) : Number.POSITIVE_INFINITY;
    return {
      step: () => {
        if (random.uniform() < perHour * STEP_HOURS) at += (-Math.log(1 - random.uniform()) * growth) / perHour;
        if (at >= freed) at -= between(random, 0.1, 0.5);
        return at;
      },
    };
  },
  steps: (random) => {
    // Levels that deploys and tenants set; each stays until the next.
    let at = between(random, 0.2, 0.7);
    const perHour = logBetween(random, 0.005, 0.05);
    const size = between(random, 0.03, 0.2);
    return {
      step: () => {
        if (random.uniform() < perHour * STEP_HOURS) at = Math.max(0.05, at + size * random.normal());
        return at;
      },
    };
  },
  backlog: (random) => {
    // A queue whose consumers are overrun at the day's peak, or for good; work arrives with the day.
    const day = dayOf(random);
    const capacity = 1;
    const load = random.uniform() < 0.6 ? between(random, 0.6, 0.95) : between(random, 0.95, 1.15);
    const swing = between(random, 0.1, 0.5);
    const size = logBetween(random, 0.01, 0.1);
    const onset = between(random, 0, 200);
    let queue = between(random, 0.02, 0.2);
    return {
      step: (hours) => {
        const arrives = (hours < onset ? Math.min(load, 0.7) : load) * (1 + swing * day(hours));
        queue = Math.max(0.02, queue + size * (arrives - capacity) * STEP_HOURS);
        return queue;
      },
    };
  },
  'retention that fills': (random) => {
    // Grows until the oldest is dropped as fast as the newest comes: a straight rise with a sharp end.
    const base = between(random, 0.1, 0.4);
    const top = between(random, base + 0.2, 1.04);
    const onset = between(random, 0, 120);
    const lasts = logBetween(random, 24, 240);
    return { step: (hours) => base + (top - base) * Math.min(1, Math.max(0, (hours - onset) / lasts)) };
  },
};

/** The names of the simulated families. */
export const FAMILY_NAMES: readonly string[] = Object.keys(FAMILIES);

/** `count` traces of each family, from nothing but the seed: up to 14 days each, with noise, and lost scrapes in some. */
export function simulatedTraces(count: number, seed: string): SimulatedTrace[] {
  return FAMILY_NAMES.flatMap((family) =>
    Array.from({ length: count }, (_, i) => {
      const random = seededRandom(`${seed} ${family} ${i}`);
      const process = (FAMILIES[family] as Family)(random);
      const white = random.uniform() < 0.3 ? 0.0005 : logBetween(random, 0.0005, 0.012);
      const slow = wandering(
        random,
        random.uniform() < 0.6 ? 0 : logBetween(random, 0.001, 0.02),
        logBetween(random, 0.5, 6),
      );
      const lost = random.uniform() < 0.7 ? 0 : between(random, 0.003, 0.05);
      // Some sources answer every quarter of an hour, or every hour only.
      const apart = random.uniform() < 0.88 ? 1 : random.uniform() < 0.5 ? 3 : 12;
      const grain = random.uniform() < 0.15 ? 0.01 : 0;
      const values: number[] = [];
      let breach: number | undefined;
      for (let t = 0; t < LENGTH; t++) {
        const exact = Math.max(0, process.step(t * STEP_HOURS) + slow() + white * random.normal());
        const value = grain > 0 ? Math.round(exact / grain) * grain : exact;
        const unseen = t % apart !== 0 || random.uniform() < lost;
        values.push(value < 1 && unseen ? Number.NaN : value);
        if (value >= 1) {
          breach = t;
          break;
        }
      }
      return { id: `${family} ${i}`, family, values: Float64Array.from(values), breach };
    }),
  );
}
