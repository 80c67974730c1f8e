import { SourceConfig, Topology, type Anomaly } from '@autoops/contracts';
import { describe, expect, it } from 'vitest';
import type { IndicatorTick } from '../../ports/shard-store.ts';
import { seededRandom } from '../../random/seeded.ts';
import { detectShard } from '../detect-shard.ts';
import { LiveBacktest } from './live-backtest.ts';

const START = Date.UTC(2026, 0, 15, 12);
const STEP = 15_000;
const FAULTS = [300, 500, 700];

/** Three hours of rows every 15 s; three faults of 12 rows each, labelled; lost samples, and a gap of five minutes. */
function rows() {
  const random = seededRandom('live back-test');
  return Array.from({ length: 800 }, (_, row) => {
    const label = FAULTS.some((from) => row >= from && row < from + 12);
    const value = 100 + random.normal() + (label ? 60 : 0);
    const at = START + (row + (row >= 600 ? 20 : 0)) * STEP;
    return { at, value: row % 97 === 0 ? Number.NaN : value, label };
  });
}

/** The worker's loop over the same samples, in batches of every size, with the state written and read between them. */
function live() {
  const all = rows();
  const series = [
    {
      id: 'backtest',
      metric: 'backtest',
      labels: { service: 'backtest', environment: 'backtest' },
      source: 'backtest',
    },
  ];
  const source = SourceConfig.parse({ name: 'backtest', type: 'push', intervalSeconds: 15, seasonSeconds: [600] });
  const topology = Topology.parse({ apiVersion: 'autoops.dev/v1', kind: 'Topology', services: [] });
  const anomalies = new Map<string, Anomaly>();
  const ticks: IndicatorTick[] = [];
  let state = new Uint8Array();
  for (
    let from = 0, size = 1, sequence = 1;
    from < all.length;
    from += size, size = 1 + ((size * 7) % 53), sequence++
  ) {
    const some = all.slice(from, from + size);
    const batch = {
      sequence,
      source: 'backtest',
      seriesIds: ['backtest'],
      seriesIndex: new Uint32Array(some.length),
      timestampMs: Float64Array.from(some, ({ at }) => at),
      value: Float64Array.from(some, ({ value }) => value),
    };
    const identity = { workspaceId: 'backtest', shardId: 'backtest', service: 'backtest', environment: 'backtest' };
    const result = detectShard(
      { ...identity, checkpoint: { sequence: sequence - 1, state }, batches: [batch], series, logs: [] },
      {
        indicators: [],
        sources: [source],
        topology,
        openAnomalies: [...anomalies.values()].filter(({ closedAt }) => closedAt === undefined),
        openIncidents: [],
        closedIncidents: [],
        recentChanges: [],
        now: new Date(START + 86_400_000),
      },
    );
    state = new Uint8Array(result.state);
    ticks.push(...result.ticks);
    for (const { writes } of result.transitions)
      for (const write of writes)
        if (write.kind === 'anomaly.upsert')
          anomalies.set(write.anomaly.id, { ...anomalies.get(write.anomaly.id), ...write.anomaly });
  }
  return { ticks, state, anomalies: [...anomalies.values()] };
}

function replayed() {
  const ticks: IndicatorTick[] = [];
  const backtest = new LiveBacktest({ seasonMs: 600_000, onTick: (tick) => ticks.push(tick) });
  for (const { at, value, label } of rows()) backtest.take(at, value, label);
  return { report: backtest.report(), ticks, state: backtest.checkpoint() };
}

describe('a back-test of the live loop', () => {
  const { report, ticks, state } = replayed();

  it('equals the live loop: ticks, alarms, ends, axes and the last checkpoint, to the last bit', () => {
    const expected = live();
    expect(ticks).toEqual(expected.ticks);
    expect(state).toEqual(expected.state);
    expect(expected.anomalies.length).toBeGreaterThanOrEqual(3);
    const said = ({ openedAt, closedAt, novelty, deviation, winningView, observed }: Anomaly) => ({
      openedAt: Date.parse(openedAt),
      endedAt: closedAt === undefined ? undefined : Date.parse(closedAt),
      novelty,
      deviation,
      view: winningView,
      value: observed,
    });
    expect(report.alarms.map(({ episode }) => episode)).toMatchObject(expected.anomalies.map(said));
  });

  it('finds the labelled faults, and says when they were like this before', () => {
    expect(report).toMatchObject({ preset: 'live', rows: 800, lost: 9 });
    expect(report.labels).toMatchObject({ segments: 3, found: 3 });
    expect(report.judgedFrom).toBeGreaterThanOrEqual(START + 60 * STEP);
    const last = report.alarms.filter(({ verdict }) => verdict === 'hit').at(-1)?.episode;
    expect(
      FAULTS.slice(0, 2).some((row) => Math.abs((last?.nearestAt ?? 0) - (START + (row + 6) * STEP)) < 12 * STEP),
    ).toBe(true);
  });

  it('takes a declared indicator with its floor and its direction', () => {
    const down = new LiveBacktest({ seasonMs: 600_000, indicator: { noticeable: 20, bad: 'down' } });
    const deaf = new LiveBacktest({ seasonMs: 600_000, indicator: { noticeable: 200, bad: 'up' } });
    for (const { at, value, label } of rows()) {
      down.take(at, value, label);
      deaf.take(at, value, label);
    }
    expect(down.report().alarms).toEqual([]);
    expect(deaf.report().alarms).toEqual([]);
  });

  it('says nothing of nothing', () => {
    expect(new LiveBacktest({ seasonMs: 600_000 }).report()).toMatchObject({ rows: 0, alarms: [], judgedFrom: null });
  });
});
