import { randomUUID } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parse } from 'yaml';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SandboxClient, total } from './sandbox-client.ts';
import { startSandbox, type Sandbox } from './sandbox.ts';

const staging = 'staging';
let directory: string;
let sandbox: Sandbox;
let client: SandboxClient;

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'sandbox-test-'));
  sandbox = await startSandbox({ dataDir: directory, environments: [staging], noSync: true });
  client = new SandboxClient(sandbox.controlUrl, sandbox.controlToken);
  await sleep(5000); // the code warms up and the pools fill
}, 60_000);

afterAll(async () => {
  await sandbox?.stop();
  rmSync(directory, { recursive: true, force: true });
}, 30_000);

/** The clients' failed share of operations over the next `seconds`. */
async function clientErrors(seconds: number): Promise<number> {
  const before = await client.scrape(staging);
  await sleep(seconds * 1000);
  const after = await client.scrape(staging);
  const added = (match: Record<string, string>) =>
    total(after, 'shop_client_operations_total', { service: 'storefront', ...match }) -
    total(before, 'shop_client_operations_total', { service: 'storefront', ...match });
  expect(added({})).toBeGreaterThan(20 * seconds);
  return added({ outcome: 'failed' }) / added({});
}

/** The metrics that an indicator reads, with the labels it keeps apart. */
function selectorsOf(indicator: Record<string, unknown>): { metric: string; by: string[] }[] {
  const by = (indicator['by'] as string[] | undefined) ?? [];
  return ['counter', 'numerator', 'denominator', 'histogram', 'gauge'].flatMap((role) => {
    const selector = indicator[role] as { metric: string } | undefined;
    return selector === undefined ? [] : [{ metric: selector.metric, by }];
  });
}

/** Looks again until the clients' failed share over 3 s is as wanted. */
async function untilClientErrors(wanted: (share: number) => boolean, seconds: number): Promise<number> {
  const end = performance.now() + seconds * 1000;
  for (;;) {
    const share = await clientErrors(3);
    if (wanted(share) || performance.now() > end) return share;
  }
}

describe('the sandbox, on real processes', { timeout: 85_000 }, () => {
  it('has every metric that config/indicators.yaml names', async () => {
    const document = parse(readFileSync(new URL('../config/indicators.yaml', import.meta.url), 'utf8')) as {
      indicators: { name: string; services: string[] }[];
    };
    const samples = await client.scrape(staging);
    const missing = document.indicators.flatMap((indicator) =>
      selectorsOf(indicator).flatMap(({ metric, by }) =>
        indicator.services
          .filter(
            (service) =>
              !samples.some(
                (sample) =>
                  [metric, `${metric}_bucket`].includes(sample.metric) &&
                  sample.labels['service'] === service &&
                  by.every((label) => label in sample.labels),
              ),
          )
          .map((service) => `${indicator.name} of ${service}: ${metric}`),
      ),
    );
    expect(missing).toEqual([]);
    expect(samples.every((sample) => sample.labels['environment'] === staging)).toBe(true);
  });

  it('lets no second one take its data directory over', async () => {
    await expect(startSandbox({ dataDir: directory, environments: [staging], noSync: true })).rejects.toThrow(
      'A sandbox already runs from this data directory',
    );
    expect((await client.send('GET', '/v1/health')).status).toBe(200);
    expect(total(await client.scrape(staging), 'shop_replicas_ready')).toBe(4);
  });

  it('refuses what it must without an effect', async () => {
    const scale = { kind: 'scale', environment: staging, args: { service: 'checkout', replicas: 5 } };
    expect((await client.send('POST', '/v1/actions', scale)).status).toBe(400);
    expect((await client.act(staging, 'scale', { service: 'checkout', replicas: 7 })).status).toBe(422);
    expect((await client.act('moon', 'scale', { service: 'checkout', replicas: 5 })).status).toBe(422);
    expect((await client.act(staging, 'explode', {})).status).toBe(422);
    expect((await client.act(staging, 'scale', scale.args, { targetUid: randomUUID() })).status).toBe(409);
    const dry = await client.act(staging, 'scale', scale.args, { dryRun: true });
    expect(dry).toMatchObject({
      status: 200,
      body: {
        applied: false,
        before: { replicas: 4 },
        after: { replicas: 5 },
        inverse: { kind: 'scale', args: { replicas: 4 } },
      },
    });
    const wrongToken = await fetch(`${sandbox.controlUrl}/v1/state`, { headers: { authorization: 'Bearer wrong' } });
    expect(wrongToken.status).toBe(401);
    expect(await client.ledger(staging)).toEqual([]);
    expect(total(await client.scrape(staging), 'shop_replicas_desired')).toBe(4);
  });

  it('a key acts once, a refusal is not kept under it, and an older epoch is fenced out', async () => {
    const key = randomUUID();
    const shed = { service: 'storefront', what: 'browse', percent: 1 };
    expect((await client.act(staging, 'shed', { ...shed, percent: 101 }, {}, key)).status).toBe(422);
    const [first, beside] = await Promise.all([
      client.act(staging, 'shed', shed, { epoch: 7 }, key),
      client.act(staging, 'shed', shed, { epoch: 7 }, key),
    ]);
    expect(first).toMatchObject({ status: 200, body: { opId: key, applied: true } });
    expect(beside.body).toEqual(first.body);
    expect((await client.act(staging, 'shed', { ...shed, percent: 2 }, {}, key)).status).toBe(422);
    expect((await client.act(staging, 'unshed', { service: 'storefront', what: 'browse' }, { epoch: 6 })).status).toBe(
      409,
    );
    const undone = await client.act(staging, first.body.inverse.kind, first.body.inverse.args, { epoch: 8 });
    expect(undone.body).toMatchObject({ applied: true, after: { what: 'browse', percent: 0 } });
    expect((await client.ledger(staging)).map(({ kind }) => kind)).toEqual(['shed', 'unshed']);
  });

  it('a time to live ends by itself and is in the ledger', async () => {
    await client.act(staging, 'throttle-job', { job: 'reindex', percent: 50, ttlSeconds: 0.5 });
    await sleep(1000);
    const job = await client.send<{ desired: unknown }>('GET', '/v1/targets/staging/job/reindex');
    expect(job.body.desired).toEqual({ throttlePercent: 100, suspended: false });
    expect((await client.ledger(staging)).map(({ kind }) => kind).slice(-2)).toEqual(['throttle-job', 'ttl-expired']);
  });

  it('ejects and takes in again, and a crashed replica stays away until it is replaced', async () => {
    const up = async () => total(await client.scrape(staging), 'shop_balancer_replica_up');
    const ejected = await client.act(staging, 'eject', { service: 'checkout', replica: 'checkout-3' });
    expect(ejected.body).toMatchObject({ applied: true, before: { ejected: false }, after: { ejected: true } });
    expect(await up()).toBe(3);
    await client.act(staging, ejected.body.inverse.kind, ejected.body.inverse.args);
    expect(await up()).toBe(4);

    await client.send('POST', '/v1/faults', { fault: 'crashed-replica', environment: staging });
    expect(total(await client.scrape(staging), 'shop_replicas_ready')).toBe(3);
    const dead = await client.send<{ uid: string }>('GET', '/v1/targets/staging/checkout/checkout-2');
    const replaced = await client.act(
      staging,
      'replace',
      { service: 'checkout', replica: 'checkout-2' },
      { targetUid: dead.body.uid },
    );
    expect(replaced.body).toMatchObject({ applied: true, inverse: { kind: 'none' } });
    expect(total(await client.scrape(staging), 'shop_replicas_ready')).toBe(4);
    expect((await client.send<{ items: unknown[] }>('GET', '/v1/faults')).body.items).toEqual([]);
    expect((await client.act(staging, 'none', {})).body.applied).toBe(false);
  });

  it('parks a poison message, and puts it back into its place', async () => {
    await client.send('POST', '/v1/reset', { environment: staging });
    await client.send('POST', '/v1/faults', { fault: 'poison-message', environment: staging });
    await sleep(2000);
    const parked = await client.act(staging, 'park', { queue: 'orders', max: 50 });
    expect(parked.body).toMatchObject({ applied: true, inverse: { kind: 'unpark' } });
    const moved = parked.body.after['parked'];
    expect(moved).toBeGreaterThanOrEqual(1); // the crash before may have left a half-written order as well
    const back = await client.act(staging, parked.body.inverse.kind, parked.body.inverse.args);
    expect(back.body.after).toEqual({ parked: 0, replayed: moved });
    expect((await client.send<{ items: unknown[] }>('GET', '/v1/faults')).body.items).toHaveLength(1);
    await client.send('POST', '/v1/reset', { environment: staging });
    await sleep(5000); // clients are calm for so long after a reset
  });

  it('the noisy job hurts the clients, and throttle, scale and park heal them', async () => {
    const rows = (await client.ledger(staging)).length;
    await client.send('POST', '/v1/load/phase', { environment: staging, phase: 'rising' });
    await client.send('POST', '/v1/faults', { fault: 'noisy-job', environment: staging });
    expect(await untilClientErrors((share) => share > 0.05, 20)).toBeGreaterThan(0.05);
    await sleep(5000); // half-written orders pile up
    expect(total(await client.scrape(staging), 'shop_queue_oldest_age_seconds')).toBeGreaterThan(3);

    const keys = [randomUUID(), randomUUID(), randomUUID()];
    const act = async (kind: string, args: Record<string, unknown>, key: string | undefined) => {
      const first = await client.act(staging, kind, args, {}, key);
      expect(first).toMatchObject({ status: 200, body: { opId: key, applied: true } });
      expect((await client.act(staging, kind, args, {}, key)).body).toEqual(first.body);
    };
    await act('throttle-job', { job: 'reindex', percent: 10, ttlSeconds: 600 }, keys[0]);
    await act('scale', { service: 'checkout', replicas: 6 }, keys[1]);
    await sleep(6000);
    await act('park', { queue: 'orders', max: 50 }, keys[2]);

    expect(await untilClientErrors((share) => share < 0.01, 35)).toBeLessThan(0.01);
    expect(total(await client.scrape(staging), 'shop_queue_oldest_age_seconds')).toBeLessThan(3);
    expect((await client.ledger(staging)).slice(rows).map(({ opId }) => opId)).toEqual(keys);
  });
});
