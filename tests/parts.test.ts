import { existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { part, requirePart } from './parts.ts';
import { summary } from './reporter.ts';

describe('parts', () => {
  it('finds a program of the machine, and says how to get one that is absent', () => {
    const path = process.env['PATH'];
    const found = part('ip');
    if (found !== undefined) expect(existsSync(found)).toBe(true);
    process.env['PATH'] = '/nowhere';
    try {
      expect(part('chromium')).toBeUndefined();
      expect(() => requirePart('chromium')).toThrow('chromium is not installed: apt-get install chromium');
    } finally {
      process.env['PATH'] = path;
    }
  });

  it('ends a run with what failed and the plain line', () => {
    const text = summary({
      passed: 3,
      failed: 1,
      skipped: 2,
      lacking: ['the walk (chromium: apt-get install chromium)'],
      failures: ['Failed: unit a.test.ts > adds: expected 3'],
    });
    expect(text.trim().split('\n')).toEqual([
      'Failed: unit a.test.ts > adds: expected 3',
      'Skipped, a part is not installed: the walk (chromium: apt-get install chromium)',
      '3 passed, 1 failed, 2 skipped',
    ]);
  });
});
