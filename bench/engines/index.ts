import type { Benchmark } from '../figure.ts';
import { logTemplatesBenchmark } from './log-templates.ts';

/** The benchmarks that judge the engines on labelled data below `data`. */
export function engineBenchmarks(data: string): readonly Benchmark[] {
  return [logTemplatesBenchmark(data)];
}
