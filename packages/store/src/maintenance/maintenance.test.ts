import { randomUUID } from 'node:crypto';
import { PRODUCTION_TIMINGS, type Approval } from '@autoops/contracts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { aBatch, CHECKOUT, seen } from '../signals/test-batches.ts';
import { anEntry, anIncident, aPlan, storeARun } from '../test-records.ts';
import { openTestStore, type TestStore } from '../test-store.ts';
import { DEFAULT_RETENTION } from './retention.ts';

let test: TestStore;
beforeEach(async () => {
  test = await openTestStore({ timings: { ...PRODUCTION_TIMINGS, sweeperMs: 0, awaitingExecuteMs: 0 } });
});
afterEach(() => test.close());

const DAY = 86_400_000;
const runnable = async () =>
  (await test.store.maintenance.runnable()).map((one) => `${one.why} ${one.queue} ${one.subjectId}`).sort();

async function store(incident: ReturnType<typeof anIncident>, workspaceId = test.workspaceId): Promise<string> {
  await test.store.state.commit({
    workspaceId,
    writes: [{ kind: 'incident.insert', incident }],
    audit: [anEntry(incident.id)],
  });
  return incident.id;
}

describe('runnable', () => {
  it('finds incidents that a stage owns, in every workspace, unless a job is owed for them', async () => {
    const detected = await store(anIncident());
    const planned = await store(anIncident({ state: 'planned' }), test.otherWorkspaceId);
    const closed = await store(anIncident({ state: 'closed', outcome: 'denied', closedAt: new Date().toISOString() }));
    await store(anIncident({ state: 'closed', outcome: 'merged', closedAt: new Date().toISOString() }));
    await store(anIncident({ state: 'awaiting-decision' }));
    expect(await runnable()).toEqual(
      [`lost explainer ${closed}`, `lost forecaster ${detected}`, `lost policy ${planned}`].sort(),
    );
    await test.store.state.commit({
      workspaceId: test.workspaceId,
      writes: [],
      audit: [],
      outbox: [{ queue: 'forecaster', subjectId: detected, delayMs: 60_000 }],
    });
    expect(await runnable()).not.toContain(`lost forecaster ${detected}`);
    expect(await test.store.maintenance.runnable(60_000)).toEqual([]);
  });

  it('finds decided and expired waits', async () => {
    const { workspaceId } = test;
    const decide = async (
      state: 'approved' | 'awaiting-execute' | 'awaiting-approval',
      approval: Partial<Approval>,
    ) => {
      const incident = anIncident({ state: 'awaiting-decision' });
      const plan = aPlan(incident.id, { state });
      await test.store.state.commit({
        workspaceId,
        writes: [
          { kind: 'incident.insert', incident: { ...incident, planId: plan.id } },
          { kind: 'plan.insert', plan, inputs: {} },
          {
            kind: 'approval.insert',
            approval: {
              id: randomUUID(),
              planId: plan.id,
              planHash: plan.hash,
              planVersion: 1,
              incidentId: incident.id,
              environment: 'prod',
              service: 'checkout',
              state: 'waiting',
              version: 0,
              required: 1,
              role: 'approver',
              ruleIds: [],
              requester: { kind: 'system', id: 'planner' },
              author: 'a',
              bundleDigest: plan.hash,
              createdAt: incident.openedAt,
              expiresAt: new Date(Date.now() + 60_000).toISOString(),
              decisions: [],
              summary: '',
              ...approval,
            },
          },
        ],
        audit: [],
      });
      return incident.id;
    };
    const past = new Date(Date.now() - 1000).toISOString();
    const future = new Date(Date.now() + 60_000).toISOString();
    const approved = await decide('approved', { state: 'approved', dispatchBy: future });
    const late = await decide('awaiting-approval', { expiresAt: past });
    const executed = await decide('awaiting-execute', { state: 'void' });
    await decide('awaiting-approval', {});
    expect(await runnable()).toEqual(
      [`expired policy ${executed}`, `expired policy ${late}`, `lost policy ${approved}`].sort(),
    );
  });

  it('finds the step of a run that should move, but not while its worker holds the lease or a person has paused it', async () => {
    const { workspaceId } = test;
    const { run } = await storeARun(test.store, workspaceId, { state: 'running' });
    const [first, second] = run.steps;
    expect(await runnable()).toEqual([`lost remediator ${first!.id}`]);
    const step = (id: string, from: 'pending' | 'dispatched', to: 'dispatched' | 'applied') =>
      ({ kind: 'step.update', id, expectedState: from, expectedEpoch: 0, set: { state: to } }) as const;
    await test.store.state.commit({
      workspaceId,
      guards: [{ kind: 'locks.acquire', keys: [first!.target.key], holder: run.id, leaseMs: 60_000 }],
      writes: [step(first!.id, 'pending', 'dispatched')],
      audit: [anEntry(run.id)],
    });
    expect(await runnable()).toEqual([]);
    await test.store.state.commit({ workspaceId, writes: [step(first!.id, 'dispatched', 'applied')], audit: [] });
    expect(await runnable()).toEqual([`lost remediator ${second!.id}`]);
    const to = (version: number, state: 'verifying' | 'paused' | 'rolling-back') =>
      test.store.state.commit({
        workspaceId,
        writes: [{ kind: 'run.update', id: run.id, expectedVersion: version, set: { state } }],
        audit: [],
      });
    await to(0, 'verifying');
    expect(await runnable()).toEqual([`lost remediator ${second!.id}`]);
    await to(1, 'rolling-back');
    expect(await runnable()).toEqual([`lost remediator ${first!.id}`]); // the second was never applied
    await to(2, 'paused');
    expect(await runnable()).toEqual([]);
  });

  it('finds shards with signals beyond their checkpoint', async () => {
    await test.store.signals.accept(test.workspaceId, aBatch([{ at: Date.now() }]));
    await test.store.outbox.done((await test.store.outbox.claim(10)).map((job) => job.id));
    const [shard] = await test.admin<{ id: string }>('select id from shards');
    expect(await runnable()).toEqual([`lost detector ${shard!.id}`]);
    await test.store.signals.workShard(shard!.id, undefined, async (work) => seen(work));
    expect(await runnable()).toEqual([]);
  });
});

describe('retention', () => {
  it('drops whole days of samples and logs, each class by its own age', async () => {
    const { store: opened, workspaceId } = test;
    const other = await test.another();
    await other.signals.accept(workspaceId, aBatch([{ at: Date.now() - 40 * DAY, metric: 'other' }]));
    for (const days of [0, 5, 20, 40]) {
      const at = Date.now() - days * DAY;
      await opened.signals.accept(
        workspaceId,
        aBatch([{ at, metric: `m${days}` }], {
          logs: [{ timestamp: new Date(at).toISOString(), severity: 'info', body: `${days}`, labels: CHECKOUT }],
        }),
      );
    }
    const pruned = await opened.maintenance.prune({ ...DEFAULT_RETENTION, samplesDays: 30, logsDays: 10 });
    expect(pruned.partitions).toBeGreaterThan(0);
    expect(await test.admin('select count(*)::integer n from samples')).toEqual([{ n: 3 }]);
    expect(await test.admin('select count(*)::integer n from logs')).toEqual([{ n: 2 }]);
    // a dropped day can be stored again, by a process that does not know that it was dropped too
    const again = Date.now() - 40 * DAY;
    for (const one of [other, opened])
      expect(await one.signals.accept(workspaceId, aBatch([{ at: again, metric: 'again' }]))).toMatchObject(
        one === other ? { accepted: 1 } : { duplicates: 1 },
      );
    expect(await opened.maintenance.createPartitions(7)).toBeGreaterThan(0);
    expect(await opened.maintenance.createPartitions(7)).toBe(0);
    await opened.signals.accept(workspaceId, aBatch([{ at: Date.now(), metric: 'today' }]));
  });

  it('removes closed incidents past their age with all that hangs on them, and nothing else', async () => {
    const { store: opened, workspaceId } = test;
    const old = await storeARun(opened, workspaceId);
    const kept = await storeARun(opened, workspaceId);
    for (const [incident, days] of [
      [old.incident, 800],
      [kept.incident, 1],
    ] as const) {
      const closedAt = new Date(Date.now() - days * DAY).toISOString();
      await opened.state.commit({
        workspaceId,
        writes: [
          {
            kind: 'incident.update',
            id: incident.id,
            expectedVersion: 0,
            set: { state: 'closed', outcome: 'verified', closedAt },
          },
        ],
        audit: [],
      });
    }
    await opened.maintenance.prune(DEFAULT_RETENTION);
    expect(await opened.records.incident(workspaceId, old.incident.id)).toBeUndefined();
    expect(await opened.records.run(workspaceId, old.run.id)).toBeUndefined();
    expect(await opened.records.run(workspaceId, kept.run.id)).toMatchObject({ steps: [{}, {}] });
    expect((await opened.readModels.auditVerify(workspaceId)).ok).toBe(true);
  });
});
