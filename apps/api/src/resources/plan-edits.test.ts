import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { loadConfigFiles } from '@autoops/connectors';
import type { PlanStep } from '@autoops/contracts';
import { FakeTarget } from '@autoops/pipeline/fakes';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { storeIncident } from '../testing/test-incident.ts';
import { openTestApi, type TestApi } from '../testing/test-api.ts';

const root = fileURLToPath(new URL('../../../../', import.meta.url));
const TARGET = {
  key: 'staging/job/reindex',
  uid: 'uid-1',
  kind: 'job',
  name: 'reindex',
  service: 'checkout',
  environment: 'staging',
} as const;
const shop = new FakeTarget();
let api: TestApi;
let operator: string;
let digest = '';

/** The API over the shipped catalogue and rules, with a job that lives in memory. */
beforeAll(async () => {
  const { documents } = await loadConfigFiles({
    runbooks: join(root, 'runbooks'),
    environments: join(root, 'policies', 'environments'),
    autonomy: 'suggest',
  });
  const loadedAt = '2026-01-15T12:00:00.000Z';
  digest = documents.find(({ name }) => name === 'throttle-noisy-job')?.digest ?? '';
  shop.put(TARGET, { throttlePercent: 100, suspended: false });
  api = await openTestApi({}, (adapters) => ({
    ...adapters,
    targets: [shop],
    configReader: {
      current: async (_workspaceId, kind) =>
        documents
          .filter((document) => document.kind === kind)
          .map(({ name, body, text, digest: sha256 }) => ({
            kind,
            name,
            version: 1,
            digest: sha256,
            body,
            text,
            loadedAt,
          })),
    },
  }));
  operator = await api.token('operator', { name: 'operator@demo' });
});
afterAll(() => api.close());

const throttle = (): PlanStep => ({
  index: 0,
  id: 'throttle',
  runbook: { name: 'throttle-noisy-job', version: 1, digest },
  title: 'Throttle job reindex to 10 %',
  tool: 'sandbox',
  class: 'C',
  target: TARGET,
  action: { kind: 'throttle-job', args: { job: 'reindex', percent: 10, ttlSeconds: 900 } },
  undo: { kind: 'throttle-job', args: { job: 'reindex', percent: 100 } },
  irreversible: false,
  prechecks: [],
  canary: false,
  touches: { kind: 'job', count: 1, cap: 1, unavailable: 0 },
  before: { percent: null },
  after: { percent: 10 },
  evidence: 'shared-resource',
});
const aPlan = () =>
  storeIncident(api.adapters, api.workspaceId, { planState: 'awaiting-approval', steps: [throttle()] });
const to = (percent: unknown) => ({ changes: [{ runbook: 'throttle-noisy-job', parameters: { percent } }] });
const whatIf = (id: string, body: object) => api.call('POST', `/api/v1/plans/${id}/what-if`, { token: operator, body });
const propose = (id: string, body: object, hash?: string, token = operator) =>
  api.call('POST', `/api/v1/plans/${id}/propose`, {
    token,
    body,
    headers: hash === undefined ? {} : { 'If-Match': `"${hash}"` },
  });

/** Everything that an edit could have changed. */
async function everything(incidentId: string, planId: string) {
  const { records } = api.adapters;
  const read = async (path: string) => (await api.call('GET', path, { token: operator })).text;
  return {
    incident: await records.incident(api.workspaceId, incidentId),
    plans: await records.plansOf(api.workspaceId, incidentId),
    approval: await records.approvalOfPlan(api.workspaceId, planId),
    runs: await records.runsOf(api.workspaceId, incidentId),
    decisions: await read('/api/v1/decisions?limit=200'),
    audit: await read('/api/v1/audit?limit=200'),
    effects: [...shop.effects],
  };
}

describe('what if', () => {
  it('tells the parameters of the plan as it is, with what is allowed', async () => {
    const { plan } = await aPlan();
    const answer = await whatIf(plan.id, {});
    expect(answer.status, answer.text).toBe(200);
    expect(answer.json['parameters']).toMatchObject([
      { runbook: 'throttle-noisy-job', name: 'percent', spec: { minimum: 1, maximum: 50 }, stored: 10, value: 10 },
    ]);
  });

  it('says what policy would say of the edited plan in every environment, and stores and does nothing', async () => {
    const { plan, incident } = await aPlan();
    const before = await everything(incident.id, plan.id);
    const answer = await whatIf(plan.id, to(30));
    expect(answer.status, answer.text).toBe(200);
    expect(answer.json).toMatchObject({
      parameters: [{ name: 'percent', stored: 10, value: 30 }],
      plan: {
        version: 2,
        title: 'Throttle job reindex to 30 %',
        requester: { kind: 'person', id: 'operator@demo' },
        steps: [{ action: { args: { job: 'reindex', percent: 30, ttlSeconds: 900 } }, after: { percent: 30 } }],
      },
    });
    const environments = answer.json['environments'] as { environment: string; own: boolean; input: object }[];
    expect(environments.map(({ environment, own }) => [environment, own])).toEqual([
      ['staging', true],
      ['prod', false],
    ]);
    expect(JSON.stringify(environments[0]?.input)).toContain('"percent":30');
    expect((answer.json['plan'] as { hash: string }).hash).not.toBe(plan.hash);
    expect(await everything(incident.id, plan.id)).toEqual(before);
  });

  it('refuses what the runbook does not allow, place by place', async () => {
    const { plan } = await aPlan();
    for (const [changes, pointer] of [
      [to(60), '/changes/0/parameters/percent'],
      [to(2.5), '/changes/0/parameters/percent'],
      [to('ten'), '/changes/0/parameters/percent'],
      [{ changes: [{ runbook: 'throttle-noisy-job', parameters: { job: 'other' } }] }, '/changes/0/parameters/job'],
      [{ changes: [{ runbook: 'scale-replicas', parameters: { replicas: 3 } }] }, '/changes/0/runbook'],
    ] as const) {
      const answer = await whatIf(plan.id, changes);
      expect(answer.json, answer.text).toMatchObject({ status: 400, code: 'invalid-input', errors: [{ pointer }] });
    }
  });

  it('refuses a target that is not what the plan was made for any more', async () => {
    const { plan } = await aPlan();
    shop.put({ ...TARGET, uid: 'uid-2' }, { throttlePercent: 100, suspended: false });
    const answer = await whatIf(plan.id, to(30));
    shop.put(TARGET, { throttlePercent: 100, suspended: false });
    expect(answer.json).toMatchObject({ status: 400, errors: [{ pointer: '/changes' }] });
  });
});

describe('propose', () => {
  it('asks for exactly this plan as the next version by this person; the version before and its approval are void', async () => {
    const { plan, incident, approval } = await aPlan();
    const answer = await propose(plan.id, to(30), plan.hash);
    expect(answer.status, answer.text).toBe(202);
    const now = await everything(incident.id, plan.id);
    expect(now.incident).toMatchObject({
      state: 'planned',
      guided: {
        requester: { kind: 'person', id: 'operator@demo' },
        runbooks: [{ name: 'throttle-noisy-job', parameters: { percent: 30 }, targetKeys: [TARGET.key] }],
      },
    });
    expect(now.incident?.planId).toBeUndefined();
    expect(now.plans).toMatchObject([{ id: plan.id, state: 'superseded' }]);
    expect(now.approval?.id).toBe(approval?.id);
    expect(['waiting', 'approved']).not.toContain(now.approval?.state);
    expect([now.runs, now.effects]).toEqual([[], []]);
    const entry = await api.call('GET', `/api/v1/audit/${String(answer.json['auditId'])}`, { token: operator });
    expect(entry.json).toMatchObject({ verb: 'plan.requested', actor: { id: 'operator@demo' } });
    expect(entry.text).toContain('"percent":30');
  });

  it('is refused without the hash, for another plan, without a change, out of bounds, and to whoever may not remediate', async () => {
    const { plan, incident } = await aPlan();
    const before = await everything(incident.id, plan.id);
    expect((await propose(plan.id, to(30))).status).toBe(428);
    expect((await propose(plan.id, to(30), 'b'.repeat(64))).status).toBe(412);
    expect((await propose(plan.id, to(10), plan.hash)).json).toMatchObject({ code: 'invalid-input' });
    expect((await propose(plan.id, to(60), plan.hash)).json).toMatchObject({ code: 'invalid-input' });
    const { audit: _before, ...untouched } = before;
    const { audit: _after, ...now } = await everything(incident.id, plan.id);
    expect(now).toEqual(untouched);
    const analyst = await api.token(['aiops:read', 'aiops:analyze']);
    expect((await propose(plan.id, to(30), plan.hash, analyst)).json).toMatchObject({ code: 'forbidden' });
    expect((await api.adapters.records.incident(api.workspaceId, incident.id))?.version).toBe(0);
  });

  it('is refused for a plan that another one has replaced', async () => {
    const { plan, incident } = await aPlan();
    expect((await propose(plan.id, to(30), plan.hash)).status).toBe(202);
    const again = await propose(plan.id, to(20), plan.hash);
    expect(again.json).toMatchObject({ status: 412, code: 'plan-changed' });
    expect((await api.adapters.records.incident(api.workspaceId, incident.id))?.guided?.runbooks).toMatchObject([
      { parameters: { percent: 30 } },
    ]);
  });
});
