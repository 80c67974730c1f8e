import { describe, expect, it } from 'vitest';
import type { ChangeEvent, Topology } from '@autoops/contracts';
import { changesBefore, nearestPast } from './context.ts';
import { newSeriesState } from './series-bank.ts';
import { S, type ScoringSpec } from './series-state.ts';

const spec: ScoringSpec = {
  intervalMs: 1000,
  seasonsMs: [600_000],
  bad: 'up',
  noticeable: 0.05,
  windowTicks: 3,
  floorFromRange: false,
  absence: false,
  preset: 'precise',
};

/** Nothing in the series itself was like it. */
const NOW = { expected: 1, nearestAt: Number.NaN, nearestValue: Number.NaN };

function stateWith(past: readonly (readonly [number, number])[]) {
  const state = newSeriesState(spec);
  past.forEach(([at, observed], index) => {
    state.scalars[S.past + 2 * index] = at;
    state.scalars[S.past + 2 * index + 1] = observed;
  });
  return state;
}

describe('nearestPast', () => {
  it('is the departure that was most like this one', () => {
    expect(
      nearestPast(
        stateWith([
          [1000, 9],
          [2000, 5],
        ]),
        6,
        NOW,
      ),
    ).toEqual({
      at: '1970-01-01T00:00:02.000Z',
      distance: 0.2,
      observed: 5,
    });
  });

  it('passes over a departure that was never measured', () => {
    expect(
      nearestPast(
        stateWith([
          [1000, Number.NaN],
          [2000, 5],
        ]),
        6,
        NOW,
      )?.at,
    ).toBe('1970-01-01T00:00:02.000Z');
    expect(nearestPast(stateWith([[1000, Number.NaN]]), 6, NOW)).toBeUndefined();
  });
});

describe('changesBefore', () => {
  const topology = { services: [], jobs: [], resources: [] } as unknown as Topology;
  const change = (id: string, data: object): ChangeEvent => ({
    specversion: '1.0',
    id,
    source: 'test',
    type: 'dev.autoops.change.config.v1',
    time: '2026-01-15T14:02:00.000Z',
    data: { service: 'checkout', environment: 'prod', summary: id, ...data },
  });
  const found = (...changes: ChangeEvent[]) =>
    changesBefore(changes, topology, 'checkout', 'prod', Date.parse('2026-01-15T14:02:05.000Z')).map(
      ({ summary, secondsBefore }) => [summary, secondsBefore],
    );

  it('names what others did, and nothing that AutoOps did itself', () => {
    expect(found(change('theirs', { actor: 'anna' }), change('ours', { actor: 'autoops' }))).toEqual([['theirs', 5]]);
  });
});
