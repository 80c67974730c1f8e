import { randomUUID } from 'node:crypto';
import { canonicalJson, leafHash } from '@autoops/digest';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { aPlan, anEntry, anIncident, aRun, storeARun } from '../test-records.ts';
import { openTestStore, type TestStore } from '../test-store.ts';

let test: TestStore;
beforeAll(async () => {
  test = await openTestStore();
});
afterAll(() => test.close());

/** How much the workspace holds: a refused transition must leave it as it was. */
async function everything(): Promise<unknown> {
  const counts = await test.admin(
    `select (select count(*) from incidents) incidents, (select count(*) from audit_entries) entries, (select count(*) from live_events) events,
       (select count(*) from outbox) outbox, (select count(*) from target_locks where holder is not null) locks,
       (select count(*) from action_reservations) reservations, (select coalesce(sum(value), 0) from counters) counters`,
  );
  return counts[0];
}

describe('commit', () => {
  it('writes state, audit entry, live event and job of one decision together', async () => {
    const { store, workspaceId } = test;
    const incident = anIncident();
    const result = await store.state.commit({
      workspaceId,
      writes: [{ kind: 'incident.insert', incident }],
      audit: [anEntry(incident.id, { incidentId: incident.id, reason: 'incident-opened', stage: 'detector' })],
      events: [{ type: 'incident.opened', subject: { kind: 'incident', id: incident.id }, incidentId: incident.id }],
      outbox: [
        { queue: 'forecaster', subjectId: incident.id, traceparent: `00-${'1'.repeat(32)}-${'2'.repeat(16)}-01` },
      ],
    });
    expect(result).toMatchObject({ ok: true, incidentNumber: 1 });
    expect(await store.records.incident(workspaceId, incident.id)).toEqual({ ...incident, number: 1 });
    const jobs = await store.outbox.claim(10);
    expect(jobs).toMatchObject([
      {
        workspaceId,
        queue: 'forecaster',
        subjectId: incident.id,
        traceparent: `00-${'1'.repeat(32)}-${'2'.repeat(16)}-01`,
      },
    ]);
    expect(await store.outbox.claim(10)).toEqual([]);
    await store.outbox.done(jobs.map((job) => job.id));
    const [entry] = await test.admin<{ bytes: Buffer; hash: string; incident_id: string }>(
      'select bytes, hash, incident_id from audit_entries where incident_id = $1',
      [incident.id],
    );
    expect(leafHash(entry!.bytes)).toBe(entry!.hash);
    expect(canonicalJson(JSON.parse(entry!.bytes.toString()))).toBe(entry!.bytes.toString());
  });

  it('refuses a stale version and writes nothing of the whole transition', async () => {
    const { store, workspaceId } = test;
    const incident = anIncident();
    await store.state.commit({ workspaceId, writes: [{ kind: 'incident.insert', incident }], audit: [] });
    const update = (set: object) =>
      store.state.commit({
        workspaceId,
        writes: [
          { kind: 'incident.insert', incident: anIncident() },
          { kind: 'incident.update', id: incident.id, expectedVersion: 0, set },
        ],
        audit: [anEntry(incident.id)],
        outbox: [{ queue: 'planner', subjectId: incident.id }],
      });
    expect(await update({ state: 'forecasted', assignee: 'sam' })).toMatchObject({ ok: true });
    const before = await everything();
    expect(await update({ state: 'planned' })).toMatchObject({ ok: false, refusal: 'conflict' });
    expect(await everything()).toEqual(before);
    expect(await store.records.incident(workspaceId, incident.id)).toMatchObject({
      state: 'forecasted',
      version: 1,
      assignee: 'sam',
    });
    await store.state.commit({
      workspaceId,
      writes: [
        { kind: 'incident.update', id: incident.id, expectedVersion: 1, set: { assignee: undefined } as object },
      ],
      audit: [],
    });
    expect(await store.records.incident(workspaceId, incident.id)).not.toHaveProperty('assignee');
  });

  it('keeps incident numbers, evidence ids and log lines without gaps when writers race', async () => {
    const { store, workspaceId } = test;
    const { incident, run } = await storeARun(store, workspaceId);
    await Promise.all(
      Array.from({ length: 12 }, (_, index) =>
        store.state.commit({
          workspaceId,
          writes: [
            {
              kind: 'evidence.insert',
              evidence: {
                incidentId: incident.id,
                kind: 'log',
                title: `log ${index}`,
                uri: 'log:1',
                sha256: 'b'.repeat(64),
                capturedAt: '2026-01-15T12:00:00.000Z',
                data: {},
              },
            },
            {
              kind: 'run-log.append',
              runId: run.id,
              lines: [0, 1].map((n) => ({ at: '2026-01-15T12:00:00.000Z', level: 'info', text: `${index}/${n} \0` })),
            },
          ],
          audit: index % 2 === 0 ? [anEntry(incident.id)] : [],
        }),
      ),
    );
    const evidence = await store.records.evidence(workspaceId, incident.id);
    expect(evidence.map((one) => one.id)).toEqual(Array.from({ length: 12 }, (_, index) => `E${index + 1}`));
    const lines = await test.admin<{ line: number }>('select line from run_log where run_id = $1 order by line', [
      run.id,
    ]);
    expect(lines.map((one) => one.line)).toEqual(Array.from({ length: 24 }, (_, index) => index + 1));
  });

  it('moves a step only from the state and epoch that its worker saw', async () => {
    const { store, workspaceId } = test;
    const { run } = await storeARun(store, workspaceId);
    const step = run.steps[0]!;
    const claim = () =>
      store.state.commit({
        workspaceId,
        writes: [
          {
            kind: 'step.update',
            id: step.id,
            expectedState: 'pending',
            expectedEpoch: 0,
            set: { state: 'claimed', epoch: 1 },
          },
        ],
        audit: [anEntry(run.id)],
      });
    const results = await Promise.all([claim(), claim(), claim()]);
    expect(results.filter((result) => result.ok)).toHaveLength(1);
    expect(results.filter((result) => !result.ok && result.refusal === 'conflict')).toHaveLength(2);
    expect((await store.records.run(workspaceId, run.id))?.steps.map((one) => one.state)).toEqual([
      'claimed',
      'pending',
    ]);
    expect(await store.records.step(workspaceId, step.id)).toMatchObject({ state: 'claimed', epoch: 1 });
  });

  it('refuses a run of a plan that does not exist', async () => {
    const { store, workspaceId } = test;
    const before = await everything();
    await expect(
      store.state.commit({ workspaceId, writes: [{ kind: 'run.insert', run: aRun(aPlan(randomUUID())) }], audit: [] }),
    ).rejects.toThrow(/runs_plan/);
    expect(await everything()).toEqual(before);
  });

  it('answers a conflict where another decision has inserted the same thing, and evidence of nothing', async () => {
    const { store, workspaceId } = test;
    const incident = anIncident();
    const insert = () =>
      store.state.commit({
        workspaceId,
        writes: [
          { kind: 'incident.update', id: incident.id, expectedVersion: 0, set: { planVersion: 1 } },
          { kind: 'plan.insert', plan: aPlan(incident.id), inputs: {} },
        ],
        audit: [anEntry(incident.id)],
      });
    await store.state.commit({ workspaceId, writes: [{ kind: 'incident.insert', incident }], audit: [] });
    const results = await Promise.all([insert(), insert()]);
    expect(results.map((result) => (result.ok ? 'ok' : result.refusal)).sort()).toEqual(['conflict', 'ok']);
    const again = await store.state.commit({
      workspaceId,
      writes: [{ kind: 'plan.insert', plan: aPlan(incident.id), inputs: {} }],
      audit: [],
    });
    expect(again).toMatchObject({ ok: false, refusal: 'conflict' });
    const before = await everything();
    const evidence = {
      incidentId: randomUUID(),
      kind: 'log',
      title: '',
      uri: '',
      sha256: 'b'.repeat(64),
      capturedAt: incident.openedAt,
      data: {},
    } as const;
    const lost = await store.state.commit({
      workspaceId,
      writes: [{ kind: 'evidence.insert', evidence }],
      audit: [anEntry(incident.id)],
    });
    expect(lost).toMatchObject({ ok: false, refusal: 'conflict' });
    expect(await everything()).toEqual(before);
  });

  it('lets a rollback token be used once', async () => {
    const { store, workspaceId } = test;
    const token = {
      id: randomUUID(),
      state: 'valid',
      reversible: true,
      issuedAt: '2026-01-15T12:00:00.000Z',
      expiresAt: new Date(Date.now() + 60_000).toISOString(),
      keyId: 'k1',
    } as const;
    const { run } = await storeARun(store, workspaceId, { rollbackToken: token });
    const use = () =>
      store.state.commit({
        workspaceId,
        guards: [{ kind: 'rollback-token.use', id: token.id }],
        writes: [],
        audit: [anEntry(run.id)],
      });
    const results = await Promise.all([use(), use()]);
    expect(results.map((result) => (result.ok ? 'used' : result.refusal)).sort()).toEqual(['token-used', 'used']);
    expect((await store.records.run(workspaceId, run.id))?.rollbackToken?.state).toBe('used');
  });

  it('gives live events contiguous numbers in the order of commits', async () => {
    const { store, workspaceId } = test;
    const subject = { kind: 'incident', id: randomUUID() };
    await Promise.all(
      Array.from({ length: 10 }, () =>
        store.state.commit({
          workspaceId,
          writes: [],
          audit: [],
          events: [
            { type: 'incident.changed', subject },
            { type: 'plan.changed', subject },
          ],
        }),
      ),
    );
    const events = await test.admin<{ seq: string }>(
      'select seq from live_events where workspace_id = $1 order by seq',
      [workspaceId],
    );
    expect(events.map((event) => Number(event.seq))).toEqual(events.map((_, index) => index + 1));
  });
});
