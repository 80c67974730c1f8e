import { describe, expect, it } from 'vitest';
import { inLane, type ChartEvent } from './dense-events.ts';

const LETTER_PX = 6;
const ground = (width: number) => ({
  left: 0,
  right: width,
  gap: 4,
  x: (ms: number) => (ms / 100) * width,
  widthOf: (words: string) => words.length * LETTER_PX,
});
const OWN: ChartEvent = {
  at: 85,
  text: 'AutoOps: Throttle job reindex to 10 %, scale checkout from 4 to 6',
  short: 'AutoOps',
  kind: 'change',
};
const OUTAGE: readonly ChartEvent[] = [
  { at: 70, text: 'anomaly', kind: 'anomaly' },
  OWN,
  { at: 88, text: 'back in its band', kind: 'ended' },
];

describe('the words of events above a dense chart', () => {
  it('say AutoOps, not its whole plan, and stand each beside its own line', () => {
    const words = inLane(OUTAGE, ground(400));
    expect(words.map((each) => [each.words, each.place?.row])).toEqual([
      ['anomaly', 0],
      ['AutoOps', 0],
      ['back in its band', 1],
    ]);
  });

  it('have a row each where they crowd', () => {
    const rows = inLane(OUTAGE, ground(200)).map(({ place }) => place?.row);
    expect(rows).toEqual([0, 1, 2]);
  });

  it('are those of their kind where their own are too long, never cut off', () => {
    const deploy: ChartEvent = { at: 40, text: 'Release 2026.11.3 of checkout by ci', kind: 'change' };
    expect([800, 300].map((width) => inLane([deploy], ground(width))[0]?.words)).toEqual([deploy.text, 'change']);
  });

  it('are not there for what was before or comes after', () => {
    expect(
      inLane(
        [
          { ...OWN, at: -5 },
          { ...OWN, at: 105 },
          { ...OWN, at: -5, to: 5 },
        ],
        ground(400),
      ),
    ).toHaveLength(1);
  });
});
