import { LogParser } from '@autoops/pipeline';
import { describe, expect, it } from 'vitest';
import { groupingScore } from '../grouping-score.ts';
import { madeLogs } from './index.ts';

describe('made-up programs', () => {
  const logs = madeLogs(600);

  it('are the same each time, and write every statement', () => {
    expect(madeLogs(600)).toEqual(logs);
    for (const { lines } of logs) expect(lines).toHaveLength(600);
  });

  it('are grouped by statement with one configuration', () => {
    const scores = logs.map(({ lines }) => {
      const parser = new LogParser();
      const handles = lines.map(({ content }) => parser.add(content));
      const { templateOf } = parser.grouping();
      return groupingScore(
        lines.map(({ template }) => template),
        handles.map((handle) => templateOf[handle] as number),
      ).accuracy;
    });
    expect(scores.reduce((sum, score) => sum + score, 0) / scores.length).toBeGreaterThan(0.95);
    expect(Math.min(...scores)).toBeGreaterThan(0.85);
  });
});
