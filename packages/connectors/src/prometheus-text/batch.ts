import type { SeriesIdentity, SignalBatch } from '@autoops/contracts';
import type { TextSample } from './parse.ts';

/** Samples of one scrape as a batch of a source: labels of the target win over nothing of the same name (`exported_` as in Prometheus). */
export function batchOf(
  source: string,
  scrapes: readonly {
    readonly samples: readonly TextSample[];
    readonly labels: Readonly<Record<string, string>>;
    readonly atMs: number;
  }[],
): SignalBatch {
  const series: SeriesIdentity[] = [];
  const timestamps: number[] = [];
  const values: number[] = [];
  for (const { samples, labels, atMs } of scrapes) {
    for (const sample of samples) {
      series.push({ metric: sample.metric, labels: withTargetLabels(sample.labels, labels) });
      timestamps.push(sample.timestampMs ?? atMs);
      values.push(sample.value);
    }
  }
  return {
    source,
    series,
    samples: {
      seriesIndex: Uint32Array.from(series.keys()),
      timestampMs: Float64Array.from(timestamps),
      value: Float64Array.from(values),
    },
    logs: [],
    events: [],
    alerts: [],
    redactions: [],
  };
}

function withTargetLabels(
  own: Readonly<Record<string, string>>,
  target: Readonly<Record<string, string>>,
): Record<string, string> {
  const labels: Record<string, string> = {};
  for (const [name, value] of Object.entries(own)) labels[name in target ? `exported_${name}` : name] = value;
  return { ...labels, ...target };
}
