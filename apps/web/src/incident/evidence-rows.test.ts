import type { Evidence } from '@autoops/contracts';
import { describe, expect, it } from 'vitest';
import { evidenceRows } from './evidence-rows.ts';

const piece = (id: string, kind: Evidence['kind'], of: string): Evidence =>
  ({ id, kind, title: id, data: kind === 'change' ? { eventId: of } : { id: of } }) as unknown as Evidence;

describe('rows of evidence', () => {
  it('hold an anomaly, and the change before it, as it opened and as it ended, and everything else by itself', () => {
    const evidence = [
      piece('E1', 'anomaly', 'a'),
      piece('E2', 'change', 'a'),
      piece('E3', 'anomaly', 'b'),
      piece('E4', 'anomaly', 'a'),
      piece('E5', 'change', 'a'),
      piece('E6', 'step', 's'),
      piece('E7', 'step', 's'),
    ];
    const ids = evidenceRows(evidence).map((row) => row.map(({ id }) => id).join(' '));
    expect(ids).toEqual(['E1 E4', 'E2 E5', 'E3', 'E6', 'E7']);
  });
  it('are none where there is none', () => {
    expect(evidenceRows([])).toEqual([]);
  });
});
