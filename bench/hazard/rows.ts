import { hazardFeatures, LEARNED_HOURS, resourceFacts } from '@autoops/pipeline';
import type { LabelledRows } from './fit-logistic.ts';

/** A trace to learn from: shares of the limit on the 5-minute grid. */
export interface KnownTrace {
  readonly family: string;
  readonly values: Float64Array;
  readonly breach?: number | undefined;
}

const DAY = 288;
const LONGEST = 4032;

/** Looks at each trace every `every` steps after its first day; rows whose outcome was not observed are left out. */
export function rowsOf(
  traces: readonly KnownTrace[],
  every: number,
  weightOf: (trace: KnownTrace, index: number) => number,
): LabelledRows {
  let features = new Float32Array(1 << 20);
  let filled = 0;
  let width = 0;
  const label: number[] = [];
  const weight: number[] = [];
  traces.forEach((trace, index) => {
    const { values, breach } = trace;
    const end = breach ?? values.length;
    // Another offset for each trace, so that not all are looked at in the same hours.
    for (let now = DAY + ((index * 7) % every); now < end; now += every) {
      const facts = resourceFacts(values.subarray(Math.max(0, now + 1 - LONGEST), now + 1));
      if (facts === undefined) continue;
      hazardFeatures(facts, LEARNED_HOURS).forEach((row, i) => {
        const ahead = (LEARNED_HOURS[i] as number) * 12;
        if (breach === undefined && values.length - 1 - now < ahead) return;
        width = row.length;
        if (filled + width > features.length) {
          const grown = new Float32Array(features.length * 2);
          grown.set(features);
          features = grown;
        }
        features.set(row, filled);
        filled += width;
        label.push(breach !== undefined && breach - now <= ahead ? 1 : 0);
        weight.push(weightOf(trace, index));
      });
    }
  });
  return { width, features, label: Uint8Array.from(label), weight: Float32Array.from(weight) };
}
