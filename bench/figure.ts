/** One measured number; `ratio` compares it with a peer or a baseline measured in the same run. */
export interface Figure {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  readonly spread?: { readonly low: number; readonly high: number } | undefined;
  readonly ratio?: { readonly to: string; readonly value: number } | undefined;
  readonly note?: string | undefined;
}

/** A benchmark: its name on the command line, one sentence on what is measured, and how. */
export interface Benchmark {
  readonly name: string;
  readonly about: string;
  /** Heading in the document; the name where there is none. */
  readonly title?: string;
  run(options: { readonly quick: boolean }): Promise<readonly Figure[]>;
}

/** The value below which a share `p` of the samples lies (nearest rank). */
export function percentile(samples: readonly number[], p: number): number {
  const sorted = samples.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.max(0, Math.ceil(p * sorted.length) - 1))] ?? Number.NaN;
}

/** Runs `work` `rounds` times and returns the operations per second of each round, after one round that is not counted. */
export async function rates(
  rounds: number,
  operations: number,
  work: () => Promise<void> | void,
): Promise<readonly number[]> {
  const found: number[] = [];
  for (let round = 0; round <= rounds; round++) {
    const start = performance.now();
    await work();
    const seconds = (performance.now() - start) / 1000;
    if (round > 0) found.push(operations / seconds);
  }
  return found;
}

/** A figure from several rounds: the median, with the lowest and highest. */
export function medianOf(name: string, unit: string, samples: readonly number[], extra: Partial<Figure> = {}): Figure {
  return {
    name,
    unit,
    value: percentile(samples, 0.5),
    spread: { low: Math.min(...samples), high: Math.max(...samples) },
    ...extra,
  };
}

/** What `work` cost this process in seconds of processor time, all its threads together: what "per core" means here, and steady on a busy machine. */
export async function processorSeconds(work: () => Promise<void> | void): Promise<number> {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1e6;
}
