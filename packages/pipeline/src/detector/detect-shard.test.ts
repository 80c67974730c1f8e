import { Anomaly, type ChangeEvent } from '@autoops/contracts';
import { describe, expect, it } from 'vitest';
import { ShopDriver } from './__fixtures__/shop-config.ts';
import { SimulatedShop, START, type ShopFault } from './__fixtures__/shop.ts';
import type { DetectorConfig } from './config.ts';

function shops(faults: readonly ShopFault[], seed = '1', environment = 'staging'): SimulatedShop[] {
  return (['storefront', 'checkout', 'orders'] as const).map(
    (service) => new SimulatedShop(service, faults, seed, environment),
  );
}

/** 90 healthy seconds in works of ten, then second by second. */
function drive(all: readonly SimulatedShop[], seconds: number, over: Partial<DetectorConfig> = {}): ShopDriver {
  const driver = new ShopDriver(all, over);
  driver.run(90, 10);
  driver.run(seconds - 90);
  return driver;
}

const ONSET = START + 100_000;

describe('detectShard on the simulated shop', () => {
  it.each(['1', '2', '3'])('opens no incident in ten healthy minutes (seed %s)', { timeout: 120_000 }, (seed) => {
    const driver = new ShopDriver(shops([], seed));
    driver.run(600, 10);
    expect([...driver.ledger.incidents.values()].map(({ title }) => title)).toEqual([]);
    expect(driver.ledger.anomalies.size).toBeLessThanOrEqual(2);
  });

  it('does not page for one failed attempt', { timeout: 60_000 }, () => {
    const { ledger } = drive(shops([{ kind: 'single-failure', fromMs: ONSET, toMs: ONSET + 1 }]), 130);
    expect(ledger.incidents.size).toBe(0);
  });

  it(
    'opens one incident on checkout within 5 ticks of a noisy job, and takes in what follows',
    { timeout: 60_000 },
    () => {
      const { ledger } = drive(shops([{ kind: 'noisy-job', fromMs: ONSET }]), 130);
      const [incident, ...others] = [...ledger.incidents.values()];
      expect(others).toEqual([]);
      expect(incident).toMatchObject({
        service: 'checkout',
        environment: 'staging',
        state: 'detected',
        source: 'detector',
        kind: 'level',
      });
      const all = [...ledger.anomalies.values()];
      for (const anomaly of all) expect(Anomaly.parse(anomaly)).toEqual(anomaly);
      const trigger = all.find(
        ({ indicator, service }) => indicator === 'attempt_error_ratio' && service === 'checkout',
      );
      expect((Date.parse(trigger?.openedAt ?? '') - ONSET) / 1000).toBeLessThanOrEqual(5);
      expect((Date.parse(incident?.openedAt ?? '') - ONSET) / 1000).toBeLessThanOrEqual(5);
      expect(all.filter(({ incidentId }) => incidentId !== incident?.id)).toEqual([]);
      const seen = all.map(({ service, indicator, labels }) =>
        [service, indicator, ...Object.values(labels)].join(' '),
      );
      expect(seen).toEqual(
        expect.arrayContaining([
          'checkout db_connections reindex',
          'orders queue_age',
          'storefront attempt_error_ratio',
        ]),
      );
      expect(incident?.correlation.join('\n')).toContain('storefront depends on checkout');
      const audit = ledger.transitions.flatMap((transition) => transition.audit);
      expect(audit.filter(({ reason }) => reason === 'incident-opened')).toHaveLength(1);
      expect(ledger.transitions.flatMap((transition) => transition.outbox ?? [])).toContainEqual(
        expect.objectContaining({ queue: 'forecaster', subjectId: incident?.id }),
      );
      expect(ledger.transitions.flatMap((transition) => transition.notify ?? [])).toEqual([
        { type: 'incident.opened', subjectId: incident?.id, incidentId: incident?.id },
      ]);
    },
  );

  it('keeps environments apart', { timeout: 60_000 }, () => {
    const faults: ShopFault[] = [{ kind: 'noisy-job', fromMs: ONSET }];
    const { ledger } = drive([...shops(faults), ...shops(faults, '2', 'prod')], 125);
    expect(
      [...ledger.incidents.values()].map(({ environment, service }) => `${environment} ${service}`).sort(),
    ).toEqual(['prod checkout', 'staging checkout']);
    for (const anomaly of ledger.anomalies.values()) {
      expect(ledger.incidents.get(anomaly.incidentId ?? '')?.environment).toBe(anomaly.environment);
    }
  });

  it('ends anomalies after a fault, names the healed incident, and opens no second one', { timeout: 60_000 }, () => {
    const all = shops([{ kind: 'noisy-job', fromMs: ONSET, toMs: ONSET + 20_000 }]);
    const driver = drive(all, 160);
    expect(driver.ledger.openAnomalies).toEqual([]);
    expect(driver.ledger.incidents.size).toBe(1);
    expect([...driver.healed]).toEqual([...driver.ledger.incidents.keys()]);
  });

  it('opens on a lost replica, naming the change just before', { timeout: 60_000 }, () => {
    const change: ChangeEvent = {
      specversion: '1.0',
      id: 'deploy-1',
      source: 'test',
      type: 'dev.autoops.change.deploy.v1',
      time: new Date(ONSET - 30_000).toISOString(),
      data: { service: 'checkout', environment: 'staging', version: '1.5.0', summary: 'checkout 1.5.0' },
    };
    const elsewhere = { ...change, id: 'deploy-2', data: { ...change.data, environment: 'prod' } };
    const { ledger } = drive(shops([{ kind: 'crashed-replica', fromMs: ONSET }]), 115, {
      recentChanges: [change, elsewhere, change],
    });
    const [incident] = [...ledger.incidents.values()];
    expect(incident).toMatchObject({
      service: 'checkout',
      title: expect.stringContaining('ready replicas of checkout fell to 3'),
    });
    const lost = [...ledger.anomalies.values()].find(({ indicator }) => indicator === 'ready_replicas');
    expect(lost?.context.changesBefore).toMatchObject([{ eventId: 'deploy-1', summary: 'checkout 1.5.0' }]);
    const evidence = ledger.transitions
      .flatMap(({ writes }) => writes)
      .filter((write) => write.kind === 'evidence.insert');
    expect(evidence.filter(({ evidence: { kind } }) => kind === 'change')).toHaveLength(1);
  });

  it('finds a release that is slower but inside the band, as a regression', { timeout: 60_000 }, () => {
    const change: ChangeEvent = {
      specversion: '1.0',
      id: 'deploy-1',
      source: 'test',
      type: 'dev.autoops.change.deploy.v1',
      time: new Date(ONSET).toISOString(),
      data: { service: 'checkout', environment: 'staging', version: '1.5.0' },
    };
    const faults: ShopFault[] = [{ kind: 'bad-release-inside', fromMs: ONSET }];
    const { ledger } = drive(shops(faults), 180, { recentChanges: [change] });
    const [incident] = [...ledger.incidents.values()];
    expect(incident).toMatchObject({ service: 'checkout', kind: 'regression' });
    expect(
      [...ledger.anomalies.values()].find(({ kind }) => kind === 'regression')?.context.changesBefore,
    ).toMatchObject([{ eventId: 'deploy-1' }]);
    expect(drive(shops(faults), 180).ledger.incidents.size).toBe(0);
  });

  it('leaves a surge of traffic to the forecast', { timeout: 60_000 }, () => {
    const { ledger } = drive(shops([{ kind: 'traffic-surge', fromMs: ONSET }]), 125);
    expect(ledger.incidents.size).toBe(0);
    expect([...ledger.anomalies.values()].map(({ indicator }) => indicator)).toEqual(
      expect.arrayContaining(['request_rate', 'saturation']),
    );
  });
});
