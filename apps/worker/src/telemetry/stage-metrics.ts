import type { Stage } from '@autoops/contracts';

interface Histogram {
  readonly counts: number[];
  sum: number;
  count: number;
}

const BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** The worker's own counters, as Prometheus text. Names carry no workspace. */
export class StageMetrics {
  readonly #durations = new Map<string, Histogram>();
  readonly #outcomes = new Map<string, number>();
  readonly #counters = new Map<string, { readonly help: string; value: number }>();
  readonly #gauges = new Map<string, { readonly help: string; read: () => number }>();

  /** One worked job of a stage: how long it took and the reason that it ended with. */
  worked(stage: Stage | 'deliveries', reason: string, seconds: number): void {
    const histogram = this.#durations.get(stage) ?? { counts: BUCKETS.map(() => 0), sum: 0, count: 0 };
    this.#durations.set(stage, histogram);
    histogram.sum += seconds;
    histogram.count += 1;
    BUCKETS.forEach((bound, index) => {
      if (seconds <= bound) histogram.counts[index] = (histogram.counts[index] ?? 0) + 1;
    });
    const key = `stage="${stage}",reason="${reason}"`;
    this.#outcomes.set(key, (this.#outcomes.get(key) ?? 0) + 1);
  }

  count(name: string, help: string, by = 1): void {
    const counter = this.#counters.get(name) ?? { help, value: 0 };
    counter.value += by;
    this.#counters.set(name, counter);
  }

  gauge(name: string, help: string, read: () => number): void {
    this.#gauges.set(name, { help, read });
  }

  /** The exposition in the text format 0.0.4. */
  text(): string {
    const lines: string[] = [
      '# HELP autoops_stage_seconds Time a stage took for one job',
      '# TYPE autoops_stage_seconds histogram',
    ];
    for (const [stage, histogram] of this.#durations) {
      BUCKETS.forEach((bound, index) =>
        lines.push(`autoops_stage_seconds_bucket{stage="${stage}",le="${bound}"} ${histogram.counts[index] ?? 0}`),
      );
      lines.push(`autoops_stage_seconds_bucket{stage="${stage}",le="+Inf"} ${histogram.count}`);
      lines.push(
        `autoops_stage_seconds_sum{stage="${stage}"} ${histogram.sum}`,
        `autoops_stage_seconds_count{stage="${stage}"} ${histogram.count}`,
      );
    }
    lines.push(
      '# HELP autoops_stage_outcomes_total Jobs of a stage by the reason they ended with',
      '# TYPE autoops_stage_outcomes_total counter',
    );
    for (const [labels, value] of this.#outcomes) lines.push(`autoops_stage_outcomes_total{${labels}} ${value}`);
    for (const [name, { help, value }] of this.#counters)
      lines.push(`# HELP ${name} ${help}`, `# TYPE ${name} counter`, `${name} ${value}`);
    for (const [name, { help, read }] of this.#gauges)
      lines.push(`# HELP ${name} ${help}`, `# TYPE ${name} gauge`, `${name} ${read()}`);
    return `${lines.join('\n')}\n`;
  }
}
