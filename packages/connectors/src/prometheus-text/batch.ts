import type { SignalBatch } from '@autoops/contracts';
import { BatchBuilder } from '../signal-batch/batch-builder.ts';
import { isStorable } from '../signal-batch/times.ts';
import type { TextSample } from './parse.ts';

/**
 * Samples of one scrape as a batch of a source, redacted: labels of the target win over nothing of the same name (`exported_` as in
 * Prometheus). Left out is what there is nothing to store of: no number, and times that a target wrote and no clock can mean.
 */
export function batchOf(
  source: string,
  scrapes: readonly {
    readonly samples: readonly TextSample[];
    readonly labels: Readonly<Record<string, string>>;
    readonly atMs: number;
  }[],
  receivedAt: Date,
): SignalBatch {
  const builder = new BatchBuilder(source);
  for (const { samples, labels, atMs } of scrapes) {
    for (const sample of samples) {
      const timestampMs = sample.timestampMs ?? atMs;
      if (Number.isNaN(sample.value) || !isStorable(timestampMs, receivedAt)) continue;
      const series = builder.seriesOf(sample.metric, withTargetLabels(sample.labels, labels));
      builder.sample(series, timestampMs, sample.value);
    }
  }
  return builder.finish();
}

function withTargetLabels(
  own: Readonly<Record<string, string>>,
  target: Readonly<Record<string, string>>,
): Record<string, string> {
  const labels: Record<string, string> = {};
  for (const [name, value] of Object.entries(own))
    labels[Object.hasOwn(target, name) ? `exported_${name}` : name] = value;
  return { ...labels, ...target };
}
