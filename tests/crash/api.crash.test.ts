import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { call } from '../stand/call.ts';
import type { Child } from '../stand/child.ts';
import { firingAlert } from '../stand/firing-alert.ts';
import { openStand, until, type Placed, type Stand } from '../stand/stand.ts';
import { CEILING_MS, judge, keep, type Judgement } from './judge.ts';

let stand: Stand;
let worker: Child;
let api: Child;
let operator: string;
let approver: string;
let ingest: string;
beforeAll(async () => {
  stand = await openStand(['started', 'approved', 'late']);
  [operator, approver, ingest] = await Promise.all([
    stand.token('operator@demo', 'operator'),
    stand.token('approver@demo', 'approver'),
    stand.token('pusher', 'ingest', { source: 'push' }),
  ]);
  [worker, api] = await Promise.all([stand.worker(), stand.api()]);
});
afterAll(async () => {
  await stand?.close();
});

/** Sends the same request to an API that dies at `at` and, as senders do, again to one that lives. */
async function twice(at: string, method: string, path: string, options: Parameters<typeof call>[3]) {
  const victim = await stand.api(at);
  const first = await call(victim.ready, method, path, options);
  expect(first.status).toBe('gone');
  expect(await victim.ended).toBe('SIGKILL');
  return () => call(api.ready, method, path, options);
}

const alertsOf = async (service: string): Promise<number> =>
  (await stand.sql<{ n: number }>('select count(*)::int as n from alerts where doc::text like $1', [`%${service}%`]))[0]
    ?.n ?? 0;
const incidentsOf = async (service: string): Promise<readonly { id: string; state: string }[]> =>
  stand.sql<{ id: string; state: string }>(`select id, state from incidents where doc ->> 'service' = $1`, [service]);

/** The signal has been accepted: exactly one incident comes of it, and it is told. */
async function oneIncident(service: string, accepted: boolean): Promise<Judgement> {
  const started = performance.now();
  const told = await until(
    async () => {
      const [only] = await incidentsOf(service);
      return only !== undefined && (await stand.store.records.narrative(stand.workspaceId, only.id)) !== undefined
        ? only
        : undefined;
    },
    CEILING_MS,
    () => `no told incident of ${service}`,
  ).catch(() => undefined);
  const all = await incidentsOf(service);
  return {
    state: all[0]?.state ?? 'none',
    outcome: undefined,
    lost: accepted && told === undefined ? [`signal of ${service}`] : [],
    doubled: all.length > 1 || (await alertsOf(service)) > 1 ? [`signal of ${service}`] : [],
    stuck: all.filter(({ state }) => state !== 'closed').map(({ id, state }) => `incident ${id} is ${state}`),
    ms: Math.round(performance.now() - started),
  };
}

describe('an API killed by SIGKILL', () => {
  it('at K0, event read and nothing stored: no answer, the sender sends again', async () => {
    const again = await twice('K0', 'POST', '/ingest/alertmanager', { token: ingest, body: firingAlert('kiosk-zero') });
    expect(await alertsOf('kiosk-zero')).toBe(0);
    expect(await again()).toMatchObject({ status: 202, json: { accepted: 1, duplicates: 0 } });
    const judgement = await oneIncident('kiosk-zero', true);
    keep('K0', judgement);
    expect(judgement).toMatchObject({ lost: [], doubled: [], stuck: [] });
  });

  it('at K1, event stored and not answered: sent again it is a duplicate, and one incident', async () => {
    const again = await twice('K1', 'POST', '/ingest/alertmanager', { token: ingest, body: firingAlert('kiosk-one') });
    expect(await alertsOf('kiosk-one')).toBe(1);
    expect(await again()).toMatchObject({ status: 202, json: { accepted: 0, duplicates: 1 } });
    const judgement = await oneIncident('kiosk-one', true);
    keep('K1', judgement);
    expect(judgement).toMatchObject({ lost: [], doubled: [], stuck: [] });
  });

  it('at K1 with samples: counted once', async () => {
    const samples = [
      {
        metric: 'coffee_total',
        labels: { service: 'kiosk', environment: 'staging' },
        timestamp: new Date().toISOString(),
        value: 1,
      },
    ];
    const again = await twice('K1', 'POST', '/ingest/metrics', { token: ingest, body: { samples } });
    const second = await again();
    keep('K1', {
      state: 'stored',
      outcome: undefined,
      lost: second.status === 202 ? [] : ['sample'],
      doubled: second.json['duplicates'] === 1 ? [] : ['sample'],
      stuck: [],
      ms: 0,
    });
    expect(second).toMatchObject({ status: 202, json: { accepted: 0, duplicates: 1 } });
  });

  it('at K2, run committed and not answered: asked again it is the same run', async () => {
    const placed = await stand.place({ targets: ['started'] });
    const again = await twice('K2', 'POST', `/plans/${placed.plan.id}/execute`, {
      token: operator,
      headers: { 'idempotency-key': placed.plan.id },
    });
    expect([202, 409]).toContain((await again()).status);
    const judgement = await judge(stand, placed, { ends: 'succeeded' });
    keep('K2', judgement);
    expect(judgement).toMatchObject({ state: 'succeeded', lost: [], doubled: [], stuck: [] });
  });

  it('at K14, approval committed and not answered: it runs once, and approving again starts nothing', async () => {
    const placed = await stand.place({ targets: ['approved'], riskClass: 'medium', state: 'draft' });
    const approvalId = await waiting(placed);
    const again = await twice('K14', 'POST', `/approvals/${approvalId}/approve`, {
      token: approver,
      body: {},
      headers: { 'if-match': `"${placed.plan.hash}"` },
    });
    expect((await again()).status).toBe(409);
    const judgement = await judge(stand, placed, { ends: 'succeeded' });
    keep('K14', judgement);
    expect(judgement).toMatchObject({ state: 'succeeded', lost: [], doubled: [], stuck: [] });
  });

  it('at K14 with nobody there to run it in time: expired, and no effect', async () => {
    const placed = await stand.place({ targets: ['late'], riskClass: 'medium', state: 'draft' });
    const approvalId = await waiting(placed);
    await worker.stop('SIGKILL');
    await twice('K14', 'POST', `/approvals/${approvalId}/approve`, {
      token: approver,
      body: {},
      headers: { 'if-match': `"${placed.plan.hash}"` },
    });
    await stand.sql(`update approvals set doc = jsonb_set(doc, '{dispatchBy}', to_jsonb($2::text)) where id = $1`, [
      approvalId,
      new Date(Date.now() - 1_000).toISOString(),
    ]);
    worker = await stand.worker();
    const incident = await until(
      async () => {
        const now = await stand.store.records.incident(stand.workspaceId, placed.incident.id);
        const told = await stand.store.records.narrative(stand.workspaceId, placed.incident.id);
        return now?.state === 'closed' && told !== undefined ? now : undefined;
      },
      CEILING_MS,
      () => 'the incident is not closed',
    );
    const effects = stand.effects(['late']);
    keep('K14', {
      state: 'expired',
      outcome: incident.outcome,
      lost: [],
      doubled: effects.map(({ opId }) => opId),
      stuck: [],
      ms: 0,
    });
    expect(incident.outcome).toBe('expired');
    expect(effects).toEqual([]);
    expect(await stand.runOf(placed)).toBeUndefined();
  });
});

/** The id of the approval that the policy stage asks for. */
async function waiting(placed: Placed): Promise<string> {
  const approval = await until(
    () => stand.store.records.approvalOfPlan(stand.workspaceId, placed.plan.id),
    20_000,
    () => `no approval was asked for\n${worker.output().slice(-2_000)}`,
  );
  return approval.id;
}
