import { describe, expect, it } from 'vitest';
import { seededRandom } from '../random/seeded.ts';
import type { ShardBatch } from '../ports/shard-store.ts';
import { shopConfig, Ledger } from './__fixtures__/shop-config.ts';
import { SimulatedShop, START, toBatch, type ShopFault } from './__fixtures__/shop.ts';
import { detectShard, type DetectorCache, type DetectResult } from './detect-shard.ts';
import { replayAnomaly } from './replay-anomaly.ts';

const faults: readonly ShopFault[] = [{ kind: 'noisy-job', fromMs: START + 90_000, toMs: START + 120_000 }];
const SECONDS = 160;
const NOW = new Date(START + 3_600_000);

/** The same scrapes, cut into works of `perWork` seconds; `how` hands the state on: in memory or as bytes. */
function work(
  perWork: number,
  how: 'cache' | 'bytes',
  mix?: (samples: { row: never; at: number; value: number }[]) => void,
) {
  const shop = new SimulatedShop('checkout', faults, 'invariance');
  const ledger = new Ledger();
  let cached: DetectorCache | undefined;
  let bytes: Uint8Array | undefined;
  let result: DetectResult | undefined;
  for (let sequence = 1; sequence <= SECONDS / perWork; sequence++) {
    const samples = Array.from({ length: perWork }, () => shop.scrape()).flat();
    mix?.(samples as never);
    const batches: readonly ShardBatch[] = [toBatch(sequence, samples)];
    const checkpoint = { sequence: sequence - 1, state: bytes };
    result = detectShard(shop.work(batches, checkpoint), ledger.config(NOW), how === 'cache' ? cached : undefined);
    cached = result.cache;
    bytes = result.state;
    ledger.commit(result);
  }
  const ticks = ledger.ticks.sort(
    (a, b) =>
      a.timestampMs - b.timestampMs ||
      (JSON.stringify([a.indicator, a.labels]) < JSON.stringify([b.indicator, b.labels]) ? -1 : 1),
  );
  return {
    ticks,
    state: result?.state,
    anomalies: [...ledger.anomalies.values()]
      .map(({ incidentId: _incident, ...anomaly }) => anomaly)
      .sort((a, b) => (a.id < b.id ? -1 : 1)),
    ledger,
  };
}

describe('detectShard is deterministic', () => {
  const reference = work(1, 'cache');

  it('sees the fault and its end', () => {
    expect(reference.ledger.incidents.size).toBe(1);
    expect(reference.anomalies.length).toBeGreaterThan(3);
    expect(reference.ticks.length).toBeGreaterThan(2000);
  });

  it('gives the same ticks, anomalies and bytes when restarted from its checkpoint every second', () => {
    const restarted = work(1, 'bytes');
    expect(restarted.ticks).toEqual(reference.ticks);
    expect(restarted.anomalies).toEqual(reference.anomalies);
    expect(restarted.state).toEqual(reference.state);
  });

  it.each([4, 32, 160])('gives the same ticks and state in works of %i s', (perWork) => {
    const batched = work(perWork, 'bytes');
    expect(batched.ticks).toEqual(reference.ticks);
    expect(batched.state).toEqual(reference.state);
    expect(batched.anomalies.map(({ id, decision, openedAt }) => ({ id, decision, openedAt }))).toEqual(
      reference.anomalies.map(({ id, decision, openedAt }) => ({ id, decision, openedAt })),
    );
  });

  it('does not care for the order of series within a batch', () => {
    const random = seededRandom('mix');
    const mixed = work(4, 'cache', (samples) => {
      const keys = new Map(samples.map((sample) => [sample, random.uniform()]));
      samples.sort((a, b) => (keys.get(a) as number) - (keys.get(b) as number));
    });
    expect(mixed.ticks).toEqual(reference.ticks);
    expect(mixed.state).toEqual(reference.state);
  });

  it('replays every decision from its snapshot with the same digests, and another snapshot gives others', () => {
    let replayed = 0;
    for (const transition of reference.ledger.transitions) {
      for (const write of transition.writes) {
        if (write.kind !== 'anomaly.upsert' || write.snapshot === undefined) continue;
        expect(replayAnomaly(write.snapshot)).toEqual(write.anomaly.decision);
        replayed++;
      }
    }
    expect(replayed).toBeGreaterThan(3);
  });

  it('does not fall over a broken checkpoint: it says so and learns anew', () => {
    const shop = new SimulatedShop('checkout', [], 'broken');
    const broken = detectShard(
      shop.work([shop.batch(1)], { sequence: 0, state: new Uint8Array([9, 9, 9, 9, 9]) }),
      shopConfig(NOW),
    );
    expect(broken.restartedBecause).toMatch(/format|too soon/);
    expect(broken.learning).toEqual({ samples: 0, of: 60 });
  });
});
