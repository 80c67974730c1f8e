import { describe, expect, it } from 'vitest';
import { learnedSamples } from './learned.ts';

const OPENING = new Set(['ready_replicas', 'error_ratio', 'latency_p95']);

describe('learnedSamples', () => {
  it('waits for the least learned series that may open an incident', () => {
    const series = [
      { indicator: 'ready_replicas', samples: 61 },
      { indicator: 'error_ratio', samples: 52 },
      { indicator: 'latency_p99', samples: 46 },
    ];
    expect(learnedSamples(series, OPENING)).toBe(52);
  });

  it('does not wait for one that rarely has a value', () => {
    const series = [
      { indicator: 'ready_replicas', samples: 200 },
      { indicator: 'latency_p95', samples: 12 },
    ];
    expect(learnedSamples(series, OPENING)).toBe(200);
  });

  it('takes the most where none may open an incident, and nothing of nothing', () => {
    expect(learnedSamples([{ indicator: 'request_rate', samples: 30 }], OPENING)).toBe(30);
    expect(learnedSamples([], OPENING)).toBe(0);
  });
});
