import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { storeIncident } from '../testing/test-incident.ts';
import { openTestApi, type TestApi } from '../testing/test-api.ts';

const scaleReplicas = {
  kind: 'runbook',
  name: 'scale-replicas',
  version: 1,
  digest: '0'.repeat(64),
  body: {},
  text: '',
  loadedAt: '2026-01-15T12:00:00.000Z',
} as const;
let api: TestApi;
let operator: string;
let approver: string;
beforeAll(async () => {
  api = await openTestApi({}, (adapters) => ({
    ...adapters,
    configReader: {
      current: async (workspaceId, kind) =>
        kind === 'runbook' ? [scaleReplicas] : adapters.configReader.current(workspaceId, kind),
    },
  }));
  operator = await api.token('operator', { name: 'operator@demo' });
  approver = await api.token('approver', { name: 'approver@demo' });
});
afterAll(() => api.close());

const runsOf = async (incidentId: string) => (await api.adapters.records.runsOf(api.workspaceId, incidentId)).length;

describe('execute', () => {
  it('answers 202 with the run, its audit id, and leaves one run', async () => {
    const { plan, incident } = await storeIncident(api.adapters, api.workspaceId);
    const answer = await api.call('POST', `/api/v1/plans/${plan.id}/execute`, {
      token: operator,
      headers: { 'If-Match': `"${plan.hash}"` },
    });
    expect(answer.status).toBe(202);
    expect(answer.json).toMatchObject({
      kind: 'run',
      run: { planId: plan.id, state: 'queued', requester: { kind: 'person', id: 'operator@demo' } },
    });
    expect(answer.json['auditId']).toBe(answer.headers.get('x-audit-id'));
    const entry = await api.call('GET', `/api/v1/audit/${String(answer.json['auditId'])}`, { token: operator });
    expect(entry.json).toMatchObject({ verb: 'plan.execute', actor: { id: 'operator@demo' } });
    expect(await runsOf(incident.id)).toBe(1);
  });

  it('answers 202 with the approval that is waited for, and starts nothing', async () => {
    const { plan, incident, approval } = await storeIncident(api.adapters, api.workspaceId, {
      planState: 'awaiting-approval',
      environment: 'prod',
    });
    const answer = await api.call('POST', '/api/v1/remediate', { token: operator, body: { planId: plan.id } });
    expect(answer.status).toBe(202);
    expect(answer.json).toMatchObject({ kind: 'approval', approval: { id: approval?.id, state: 'waiting' } });
    expect(await runsOf(incident.id)).toBe(0);
  });

  it('answers 403 with the rule, audited, and starts nothing', async () => {
    const { plan, incident } = await storeIncident(api.adapters, api.workspaceId, { planState: 'denied' });
    const answer = await api.call('POST', `/api/v1/plans/${plan.id}/execute`, { token: operator });
    expect(answer.status).toBe(403);
    expect(answer.json).toMatchObject({
      code: 'policy-denied',
      ruleIds: ['freeze'],
      auditId: expect.stringMatching(/./),
    });
    expect(await runsOf(incident.id)).toBe(0);
  });

  it('refuses another hash with 412 and both hashes, without effect', async () => {
    const { plan, incident } = await storeIncident(api.adapters, api.workspaceId);
    const seen = 'b'.repeat(64);
    const answer = await api.call('POST', `/api/v1/plans/${plan.id}/execute`, {
      token: operator,
      headers: { 'If-Match': `"${seen}"` },
    });
    expect(answer.status).toBe(412);
    expect(answer.text).toContain(seen);
    expect(answer.text).toContain(plan.hash);
    expect(await runsOf(incident.id)).toBe(0);
  });

  it('runs once under one Idempotency-Key, gives the first answer again, and refuses the key for another body', async () => {
    const { plan, incident } = await storeIncident(api.adapters, api.workspaceId);
    const headers = { 'Idempotency-Key': `key-${plan.id}` };
    const first = await api.call('POST', '/api/v1/remediate', { token: operator, body: { planId: plan.id }, headers });
    const again = await api.call('POST', '/api/v1/remediate', { token: operator, body: { planId: plan.id }, headers });
    expect([first.status, again.status]).toEqual([202, 202]);
    expect(again.json).toEqual(first.json);
    expect(again.headers.get('idempotent-replayed')).toBe('true');
    expect(await runsOf(incident.id)).toBe(1);
    const other = await api.call('POST', '/api/v1/remediate', {
      token: operator,
      body: { planId: incident.id },
      headers,
    });
    expect(other.status).toBe(422);
  });

  it('decides again when evidence joins the incident between reading and committing', async () => {
    const { plan, incident } = await storeIncident(api.adapters, api.workspaceId);
    const { state } = api.adapters;
    const commit = state.commit.bind(state);
    let joined = 0;
    state.commit = async (transition) => {
      if (joined < 2 && transition.writes.some((write) => write.kind === 'run.insert')) {
        joined += 1;
        const { version } = (await api.adapters.records.incident(api.workspaceId, incident.id)) ?? incident;
        const set = { correlation: [`evidence ${joined}`] };
        await commit({
          workspaceId: api.workspaceId,
          writes: [{ kind: 'incident.update', id: incident.id, expectedVersion: version, set }],
          audit: [],
        });
      }
      return commit(transition);
    };
    try {
      const answer = await api.call('POST', `/api/v1/plans/${plan.id}/execute`, {
        token: operator,
        headers: { 'If-Match': `"${plan.hash}"` },
      });
      expect(answer.status).toBe(202);
    } finally {
      state.commit = commit;
    }
    expect(joined).toBe(2);
    expect(await runsOf(incident.id)).toBe(1);
  });

  it('refuses a role that is bound to another environment', async () => {
    const bound = await api.token('operator', { environments: ['staging'] });
    const { plan, incident } = await storeIncident(api.adapters, api.workspaceId, { environment: 'prod' });
    const answer = await api.call('POST', `/api/v1/plans/${plan.id}/execute`, { token: bound });
    expect(answer.json).toMatchObject({ status: 403, code: 'wrong-environment' });
    expect(await runsOf(incident.id)).toBe(0);
  });
});

describe('a guided plan', () => {
  it('is asked for by naming runbooks of the catalogue, and the person is its requester', async () => {
    const { plan, incident } = await storeIncident(api.adapters, api.workspaceId);
    const ask = (runbooks: object[]) =>
      api.call('POST', '/api/v1/plan', { token: operator, body: { incidentId: incident.id, runbooks } });
    const unknown = await ask([{ name: 'reboot-everything' }]);
    expect(unknown.json).toMatchObject({ status: 400, errors: [{ pointer: '/runbooks/0/name' }] });
    expect((await api.adapters.records.plan(api.workspaceId, plan.id))?.state).toBe('awaiting-execute');

    const runbooks = [{ name: 'scale-replicas', parameters: { replicas: 6 } }];
    expect((await ask(runbooks)).status).toBe(202);
    expect(await api.adapters.records.incident(api.workspaceId, incident.id)).toMatchObject({
      state: 'planned',
      guided: { requester: { kind: 'person', id: 'operator@demo' }, runbooks },
    });
    expect((await api.adapters.records.plan(api.workspaceId, plan.id))?.state).toBe('superseded');
    expect(await runsOf(incident.id)).toBe(0);

    // Asked without runbooks, the Planner is free again.
    await api.call('POST', '/api/v1/plan', { token: operator, body: { incidentId: incident.id } });
    expect((await api.adapters.records.incident(api.workspaceId, incident.id))?.guided).toBeUndefined();
  });
});

describe('approve', () => {
  it('wants If-Match, binds the exact hash, and says so in the ETag', async () => {
    const { plan, approval } = await storeIncident(api.adapters, api.workspaceId, {
      planState: 'awaiting-approval',
      environment: 'prod',
    });
    const path = `/api/v1/approvals/${approval?.id ?? ''}`;
    expect((await api.call('GET', path, { token: approver })).headers.get('etag')).toBe(`"${plan.hash}"`);
    expect((await api.call('POST', `${path}/approve`, { token: approver })).status).toBe(428);
    const wrong = await api.call('POST', `${path}/approve`, {
      token: approver,
      headers: { 'If-Match': `"${'c'.repeat(64)}"` },
    });
    expect(wrong.status).toBe(412);
    expect((await api.call('GET', path, { token: approver })).json).toMatchObject({ state: 'waiting' });
    const right = await api.call('POST', `${path}/approve`, {
      token: approver,
      headers: { 'If-Match': `"${plan.hash}"` },
      body: { reason: 'looks right', target: 'checkout' },
    });
    expect(right.json).toMatchObject({
      approval: { state: 'approved', decisions: [{ actor: { id: 'approver@demo' }, decision: 'approve' }] },
      auditId: expect.stringMatching(/./),
    });
    const twice = await api.call('POST', `${path}/approve`, {
      token: approver,
      headers: { 'If-Match': `"${plan.hash}"` },
    });
    expect(twice.json).toMatchObject({ status: 409, code: 'wrong-state' });
  });

  it('refuses the requester and services, and changes nothing', async () => {
    const { plan, approval } = await storeIncident(api.adapters, api.workspaceId, {
      planState: 'awaiting-approval',
      requester: { kind: 'person', id: 'approver@demo' },
    });
    const headers = { 'If-Match': `"${plan.hash}"` };
    const path = `/api/v1/approvals/${approval?.id ?? ''}`;
    const service = await api.token('approver', { name: 'deploy-bot' });
    for (const token of [approver, service])
      expect((await api.call('POST', `${path}/approve`, { token, headers })).json).toMatchObject({
        status: 403,
        code: 'not-permitted',
      });
    expect((await api.call('GET', path, { token: approver })).json).toMatchObject({ state: 'waiting', decisions: [] });
  });

  it('rejects with a reason', async () => {
    const { approval, incident } = await storeIncident(api.adapters, api.workspaceId, {
      planState: 'awaiting-approval',
    });
    const answer = await api.call('POST', `/api/v1/approvals/${approval?.id ?? ''}/reject`, {
      token: approver,
      body: { reason: 'too risky now' },
    });
    expect(answer.json).toMatchObject({ approval: { state: 'rejected' } });
    expect((await api.call('GET', `/api/v1/incidents/${incident.id}`, { token: approver })).json).toMatchObject({
      state: 'closed',
      outcome: 'rejected',
    });
  });
});

describe('runs', () => {
  it('pauses, resumes and aborts', async () => {
    const { runId } = await storeIncident(api.adapters, api.workspaceId, { planState: 'executed', withRun: true });
    const post = (action: string) => api.call('POST', `/api/v1/runs/${runId ?? ''}/${action}`, { token: operator });
    expect((await post('pause')).json).toMatchObject({ run: { state: 'paused' } });
    expect((await post('pause')).json).toMatchObject({ run: { state: 'running' } });
    expect((await post('abort')).json).toMatchObject({ run: { state: 'rolling-back' } });
    expect((await post('rollback')).json).toMatchObject({ status: 409 });
  });

  it('brakes a run that moves meanwhile: what was recorded between reading and writing is read again', async () => {
    const { runId = '' } = await storeIncident(api.adapters, api.workspaceId, { planState: 'executed', withRun: true });
    const { state } = api.adapters;
    const commit = state.commit.bind(state);
    let beaten = 0;
    state.commit = (transition) => {
      if (beaten === 3 || !transition.writes.some(({ kind }) => kind === 'run.update')) return commit(transition);
      beaten += 1;
      return Promise.resolve({ ok: false, refusal: 'conflict', detail: 'A step was recorded first.' });
    };
    const answer = await api.call('POST', `/api/v1/runs/${runId}/pause`, { token: operator }).finally(() => {
      state.commit = commit;
    });
    expect(answer.json).toMatchObject({ run: { state: 'paused' } });
    expect(beaten).toBe(3);
    expect(await api.adapters.records.run(api.workspaceId, runId)).toMatchObject({ state: 'paused' });
  });
});

describe('people about incidents', () => {
  it('acknowledges, assigns and closes, each with an audit id', async () => {
    const { incident } = await storeIncident(api.adapters, api.workspaceId);
    const post = (action: string, body: object) =>
      api.call('POST', `/api/v1/incidents/${incident.id}/${action}`, { token: operator, body });
    expect((await post('acknowledge', {})).json).toMatchObject({
      incident: { acknowledgedBy: { id: 'operator@demo' } },
      auditId: expect.stringMatching(/./),
    });
    expect((await post('assign', { assignee: 'anna@example.test' })).json).toMatchObject({
      incident: { assignee: 'anna@example.test' },
    });
    expect((await post('close', {})).json).toMatchObject({
      status: 400,
      code: 'invalid-input',
      errors: [{ pointer: '/reason' }],
    });
    expect((await post('close', { reason: 'was a test' })).json).toMatchObject({
      incident: { state: 'closed', outcome: 'closed-by-person' },
    });
  });
});

describe('previews', () => {
  it('evaluates a plan in every environment without touching it', async () => {
    const { plan } = await storeIncident(api.adapters, api.workspaceId);
    const answer = await api.call('POST', `/api/v1/plans/${plan.id}/evaluate`, { token: operator });
    expect(answer.status).toBe(200);
    expect(answer.json).toMatchObject({
      planId: plan.id,
      planHash: plan.hash,
      environments: [{ environment: 'staging', own: true }],
    });
    expect((await api.call('GET', `/api/v1/plans/${plan.id}`, { token: operator })).json).toEqual(
      JSON.parse(JSON.stringify(plan)),
    );
  });

  it("records what an evaluation decided as a what-if, outside of the incident's own record", async () => {
    const { incident, plan } = await storeIncident(api.adapters, api.workspaceId);
    const bundle = () => api.call('GET', `/api/v1/incidents/${incident.id}/bundle.json`, { token: operator });
    const before = await bundle();
    const { environments } = (await api.call('POST', `/api/v1/plans/${plan.id}/evaluate`, { token: operator }))
      .json as { environments: { decisionId: string; verdict: object }[] };
    for (const { decisionId, verdict } of environments) {
      const stored = await api.call('GET', `/api/v1/decisions/${decisionId}`, { token: operator });
      expect(stored.json).toMatchObject({ id: decisionId, planId: plan.id, phase: 'what-if', verdict });
    }
    expect(environments).not.toEqual([]);
    expect((await bundle()).text).toBe(before.text);
  });

  it('detects and forecasts on a series, and stores nothing', async () => {
    const points = Array.from({ length: 200 }, (_, index) => ({
      at: new Date(1_800_000_000_000 + index * 1000).toISOString(),
      value: index >= 180 ? 90 : 10 + (index % 5) / 10,
    }));
    const detected = await api.call('POST', '/api/v1/detect', { token: operator, body: { points } });
    expect(detected.status).toBe(200);
    expect(detected.json['anomalies']).not.toEqual([]);
    const forecast = await api.call('POST', '/api/v1/forecast', {
      token: operator,
      body: { points, horizonSeconds: 60 },
    });
    expect(forecast.json['points']).toHaveLength(60);
    expect((await api.call('GET', '/api/v1/anomalies', { token: operator })).json).toEqual({ items: [] });
  });
});

describe('exports', () => {
  it('gives the same brief and bundle for the same incident version', async () => {
    const { incident } = await storeIncident(api.adapters, api.workspaceId);
    const [brief, again] = [
      await api.call('GET', `/api/v1/incidents/${incident.id}/brief.pdf`, { token: operator }),
      await api.call('GET', `/api/v1/incidents/${incident.id}/brief.pdf`, { token: operator }),
    ];
    expect(brief.text.slice(0, 5)).toBe('%PDF-');
    expect(again.headers.get('etag')).toBe(brief.headers.get('etag'));
    const bundle = await api.call('GET', `/api/v1/incidents/${incident.id}/bundle.json`, { token: operator });
    const second = await api.call('GET', `/api/v1/incidents/${incident.id}/bundle.json`, { token: operator });
    expect(second.text).toBe(bundle.text);
    expect(bundle.json).toHaveProperty('attestation');
    expect(bundle.headers.get('x-audit-id')).not.toBeNull();
    expect(await api.adapters.objects.get((bundle.headers.get('etag') ?? '').replaceAll('"', ''))).toEqual(
      new Uint8Array(Buffer.from(bundle.text)),
    );
  });
});
