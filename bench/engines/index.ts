import type { Benchmark } from '../figure.ts';
import { kpiBenchmark, nabBenchmark } from './anomalies.ts';
import { logTemplatesBenchmark } from './log-templates.ts';

/** The benchmarks that judge the engines on labelled data below `data`. */
export function engineBenchmarks(data: string): readonly Benchmark[] {
  return [nabBenchmark(data), kpiBenchmark(data), logTemplatesBenchmark(data)];
}
