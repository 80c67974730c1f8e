import type { Benchmark } from '../figure.ts';
import { kpiBenchmark, nabBenchmark } from './anomalies.ts';
import { breachBenchmark } from './breach.ts';
import { logTemplatesBenchmark } from './log-templates.ts';
import { forecasterBenchmark } from './m4-hourly.ts';

/** The benchmarks that judge the engines on labelled data below `data`. */
export function engineBenchmarks(data: string): readonly Benchmark[] {
  return [
    nabBenchmark(data),
    kpiBenchmark(data),
    nabBenchmark(data, 'wide'),
    kpiBenchmark(data, 'wide'),
    nabBenchmark(data, 'fast'),
    kpiBenchmark(data, 'fast'),
    logTemplatesBenchmark(data),
    forecasterBenchmark(data),
    breachBenchmark(data),
  ];
}
