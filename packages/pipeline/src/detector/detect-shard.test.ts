import { describe, expect, it } from 'vitest';
import { ShopDriver } from './__fixtures__/shop-config.ts';
import { SimulatedShop, START, type ShopFault } from './__fixtures__/shop.ts';

function drive(faults: readonly ShopFault[], seconds: number, seed = '1'): ShopDriver {
  const shops = (['storefront', 'checkout', 'orders'] as const).map((service) => new SimulatedShop(service, faults, seed));
  const driver = new ShopDriver(shops);
  driver.run(seconds);
  return driver;
}

describe('detectShard on the simulated shop', () => {
  it.each(['1', '2', '3'])('opens no incident in ten healthy minutes (seed %s)', (seed) => {
    const { ledger } = drive([], 600, seed);
    expect([...ledger.incidents.values()].map((incident) => incident.title)).toEqual([]);
  });

  it('opens one incident on checkout within 5 ticks of a noisy job', () => {
    const onset = START + 200_000;
    const { ledger } = drive([{ kind: 'noisy-job', fromMs: onset }], 230);
    const [incident, ...others] = [...ledger.incidents.values()];
    expect(others).toEqual([]);
    expect(incident).toMatchObject({ service: 'checkout', environment: 'staging', state: 'detected', source: 'detector' });
    const trigger = [...ledger.anomalies.values()].find((anomaly) => anomaly.indicator === 'attempt_error_ratio' && anomaly.service === 'checkout');
    expect((Date.parse(trigger?.openedAt ?? '') - onset) / 1000).toBeLessThanOrEqual(5);
    expect([...ledger.anomalies.values()].every((anomaly) => anomaly.incidentId === incident?.id)).toBe(true);
  });
});
