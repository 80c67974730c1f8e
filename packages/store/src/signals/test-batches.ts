import type { SignalBatch } from '@autoops/contracts';
import type { ShardResult, ShardWork } from '@autoops/pipeline/ports';

/** A sample for tests: metric, labels, time in ms, value. */
export interface TestSample {
  readonly metric?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly at: number;
  readonly value?: number;
}

export const CHECKOUT = { service: 'checkout', environment: 'staging' };

/** A batch of samples as an ingest route would hand it in. */
export function aBatch(samples: readonly TestSample[], changes: Partial<SignalBatch> = {}): SignalBatch {
  const names = samples.map((sample) => JSON.stringify([sample.metric ?? 'requests_total', sample.labels ?? CHECKOUT]));
  const unique = [...new Set(names)];
  return {
    source: 'push',
    series: unique.map((name) => {
      const [metric, labels] = JSON.parse(name) as [string, Record<string, string>];
      return { metric, labels };
    }),
    samples: {
      seriesIndex: Uint32Array.from(names, (name) => unique.indexOf(name)),
      timestampMs: Float64Array.from(samples, (sample) => sample.at),
      value: Float64Array.from(samples, (sample) => sample.value ?? 1),
    },
    logs: [],
    events: [],
    alerts: [],
    redactions: [],
    ...changes,
  };
}

/** A worker that has seen everything handed to it and decides nothing. */
export function seen(work: ShardWork): ShardResult {
  return {
    sequence: work.batches.at(-1)?.sequence ?? work.checkpoint.sequence,
    logId: work.logs.at(-1)?.id,
    state: new TextEncoder().encode(`after ${work.batches.at(-1)?.sequence}`),
    ticks: [],
    transitions: [],
  };
}

/** The samples of a piece of work as `metric@ms=value`, in order. */
export function samplesOf(work: ShardWork): string[] {
  const metrics = new Map(work.series.map((series) => [series.id, series.metric]));
  return work.batches.flatMap((batch) =>
    Array.from(
      batch.timestampMs,
      (at, index) =>
        `${metrics.get(batch.seriesIds[batch.seriesIndex[index] ?? -1] ?? '')}@${at}=${batch.value[index]}`,
    ),
  );
}
