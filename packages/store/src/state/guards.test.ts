import { randomUUID } from 'node:crypto';
import type { Guard, Transition, Write } from '@autoops/pipeline/ports';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { anEntry, anIncident, storeARun } from '../test-records.ts';
import { openTestStore, type TestStore } from '../test-store.ts';
import { opens } from './breakers.ts';

let test: TestStore;
beforeAll(async () => {
  test = await openTestStore();
});
afterAll(() => test.close());

/** Commits an incident under some guards: the incident shows whether anything was written. */
async function tryGuards(...guards: Guard[]): Promise<string> {
  const incident = anIncident();
  const result = await test.store.state.commit({
    workspaceId: test.workspaceId,
    guards,
    writes: [{ kind: 'incident.insert', incident }],
    audit: [anEntry(incident.id)],
    outbox: [{ queue: 'forecaster', subjectId: incident.id }],
  });
  const written = (await test.store.records.incident(test.workspaceId, incident.id)) !== undefined;
  const owed = (await test.admin('select 1 from outbox where subject_id = $1', [incident.id])).length > 0;
  expect([written, owed]).toEqual([result.ok, result.ok]);
  return result.ok ? 'ok' : result.refusal;
}

const commit = (changes: Partial<Transition>) =>
  test.store.state.commit({ workspaceId: test.workspaceId, writes: [], audit: [anEntry(randomUUID())], ...changes });
const write = (...writes: Write[]) => commit({ writes });

describe('locks', () => {
  const acquire = (keys: readonly string[], holder: string, leaseMs = 60_000) =>
    ({ kind: 'locks.acquire', keys, holder, leaseMs }) as const;

  it('lets one holder have a target, with a higher epoch for each new one', async () => {
    const keys = ['k-b', 'k-a'];
    const first = await commit({ guards: [acquire(keys, 'run-1')] });
    expect(first).toMatchObject({ ok: true, epochs: { 'k-a': 1, 'k-b': 1 } });
    expect(await tryGuards(acquire(['k-a'], 'run-2'))).toBe('target-locked');
    expect(await tryGuards(acquire(['k-c', 'k-a'], 'run-2'))).toBe('target-locked');
    expect(await tryGuards(acquire(['k-c'], 'run-3'))).toBe('ok'); // the refused one kept nothing
    await write({ kind: 'locks.release', holder: 'run-1' });
    expect(await commit({ guards: [acquire(['k-a'], 'run-2')] })).toMatchObject({ ok: true, epochs: { 'k-a': 2 } });
  });

  it('takes over an expired lease, and the one who lost it holds nothing any more', async () => {
    await commit({ guards: [acquire(['e-1', 'e-2'], 'old', 0)] });
    expect(await commit({ guards: [acquire(['e-1'], 'new')] })).toMatchObject({ ok: true, epochs: { 'e-1': 2 } });
    expect(await tryGuards({ kind: 'locks.hold', holder: 'old', leaseMs: 60_000 })).toBe('target-locked');
    expect(await commit({ guards: [{ kind: 'locks.hold', holder: 'new', leaseMs: 60_000 }] })).toMatchObject({
      ok: true,
      epochs: { 'e-1': 2 },
    });
  });

  it('keeps a target closed while the outcome of an operation at it is unknown, whatever the lease says', async () => {
    const { run } = await storeARun(test.store, test.workspaceId);
    const step = run.steps[0]!;
    const key = step.target.key;
    await commit({
      guards: [acquire([key], run.id, 0)],
      writes: [
        { kind: 'step.update', id: step.id, expectedState: 'pending', expectedEpoch: 0, set: { state: 'dispatched' } },
      ],
    });
    expect(await tryGuards(acquire([key], 'another'))).toBe('target-locked');
    expect(await tryGuards(acquire([key], run.id))).toBe('ok'); // its own run may resolve it
    await write(
      { kind: 'step.update', id: step.id, expectedState: 'dispatched', expectedEpoch: 0, set: { state: 'applied' } },
      { kind: 'locks.release', holder: run.id },
    );
    expect(await tryGuards(acquire([key], 'another'))).toBe('ok');
  });

  it('never lets two holders hold one key, in any order of racing acquisitions', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.uniqueArray(fc.constantFrom('r-1', 'r-2', 'r-3', 'r-4'), { minLength: 1 }), {
          minLength: 2,
          maxLength: 6,
        }),
        async (wishes) => {
          await test.admin("delete from target_locks where target_key like 'r-%'");
          const results = await Promise.all(
            wishes.map((keys, index) => commit({ guards: [acquire(keys, `holder-${index}`)] })),
          );
          const taken = results.flatMap((result, index) => (result.ok ? (wishes[index] ?? []) : []));
          expect(new Set(taken).size).toBe(taken.length);
          expect(results.some((result) => result.ok)).toBe(true);
        },
      ),
      { numRuns: 10 },
    );
  });
});

describe('budget', () => {
  const limits = { perServiceInFlight: 1, perEnvironmentInFlight: 2, targetsPerHour: 4, rollbackReservePerHour: 1 };
  const reserve = (
    environment: string,
    service: string,
    holder: string,
    targetKeys: readonly string[],
    rollback = false,
  ): Guard => ({
    kind: 'budget.reserve',
    holder,
    service,
    environment,
    targetKeys,
    unavailable: 0,
    rollback,
    limits,
  });

  it('counts what is in flight per service and environment, and frees it with its holder', async () => {
    expect(await tryGuards(reserve('b1', 'checkout', 'h1', ['t1']))).toBe('ok');
    expect(await tryGuards(reserve('b1', 'checkout', 'h1', ['t1']))).toBe('ok'); // a retry of the same run
    expect(await tryGuards(reserve('b1', 'checkout', 'h2', ['t2']))).toBe('budget-exhausted');
    expect(await tryGuards(reserve('b1', 'orders', 'h2', ['t2']))).toBe('ok');
    expect(await tryGuards(reserve('b1', 'catalogue', 'h3', ['t3']))).toBe('budget-exhausted');
    expect(await tryGuards(reserve('b2', 'catalogue', 'h3', ['t3']))).toBe('ok');
    expect(await test.store.history.actionsInFlight(test.workspaceId, 'b1')).toEqual([
      { service: 'checkout', targetKey: 't1', rollback: false },
      { service: 'orders', targetKey: 't2', rollback: false },
    ]);
    await write({ kind: 'budget.release', holder: 'h1' });
    expect(await tryGuards(reserve('b1', 'checkout', 'h4', ['t1']))).toBe('ok');
  });

  it('limits targets an hour, and keeps a reserve for rollbacks', async () => {
    expect(await tryGuards(reserve('b3', 'checkout', 'b3-h1', ['t1', 't2', 't3']))).toBe('ok');
    await write({ kind: 'budget.release', holder: 'b3-h1' });
    expect(await tryGuards(reserve('b3', 'checkout', 'b3-h2', ['t4', 't5']))).toBe('budget-exhausted');
    expect(await tryGuards(reserve('b3', 'checkout', 'b3-h2', ['t1', 't4']))).toBe('ok'); // t1 was counted already
    expect(await tryGuards(reserve('b3', 'checkout', 'b3-h2', ['t4'], true))).toBe('ok');
    expect(await tryGuards(reserve('b3', 'checkout', 'b3-h2', ['t1'], true))).toBe('budget-exhausted');
    await test.store.maintenance.resetActions(test.workspaceId, 'b3');
    expect(await tryGuards(reserve('b3', 'checkout', 'b3-h5', ['t5', 't6']))).toBe('ok');
  });

  it('never passes a limit in any interleaving of racing runs', async () => {
    let round = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.record({
            service: fc.constantFrom('a', 'b', 'c'),
            targets: fc.uniqueArray(fc.nat(5), { minLength: 1, maxLength: 3 }),
            release: fc.boolean(),
          }),
          { minLength: 2, maxLength: 8 },
        ),
        async (wishes) => {
          const environment = `race-${(round += 1)}`;
          await Promise.all(
            wishes.map(async (wish, index) => {
              const result = await commit({
                guards: [
                  reserve(
                    environment,
                    wish.service,
                    `h${index}`,
                    wish.targets.map((target) => `t${target}`),
                  ),
                ],
                audit: [],
              });
              const flying = await test.admin<{ service: string; n: number }>(
                'select service, count(distinct holder)::integer n from action_reservations where environment = $1 and released_at is null group by 1',
                [environment],
              );
              for (const one of flying) expect(one.n).toBeLessThanOrEqual(limits.perServiceInFlight);
              expect(flying.reduce((sum, one) => sum + one.n, 0)).toBeLessThanOrEqual(limits.perEnvironmentInFlight);
              if (result.ok && wish.release)
                await commit({ writes: [{ kind: 'budget.release', holder: `h${index}` }], audit: [] });
            }),
          );
          const [touched] = await test.admin<{ n: number }>(
            'select count(distinct target_key)::integer n from action_reservations where environment = $1',
            [environment],
          );
          expect(touched!.n).toBeLessThanOrEqual(limits.targetsPerHour);
        },
      ),
      { numRuns: 20 },
    );
  });
});

describe('breaker', () => {
  const key = { runbook: 'scale-replicas', targetKind: 'service', environment: 'prod' };
  const record = (outcome: 'success' | 'failure' | 'rollback', targetKey = randomUUID()) =>
    write({ kind: 'breaker.record', ...key, targetKey, outcome });
  const closed = (halfOpenAfterMs: number) =>
    tryGuards({ kind: 'breaker.closed', ...key, targetKey: 'any', halfOpenAfterMs });

  it('opens after 3 failures of 5, passes half-open after its time, and closes on a success', async () => {
    for (const outcome of ['failure', 'success', 'failure', 'success'] as const) await record(outcome);
    expect(await closed(60_000)).toBe('ok');
    await record('failure');
    expect(await closed(60_000)).toBe('breaker-open');
    expect(
      await test.store.history.breaker(test.workspaceId, key.runbook, key.targetKind, key.environment, 'any'),
    ).toBe('open');
    expect(await closed(0)).toBe('ok');
    await record('success');
    expect(await closed(60_000)).toBe('ok');
  });

  it.each([
    [
      '2 rollbacks in an hour',
      [
        ['rollback', 'a', 0],
        ['rollback', 'b', 50],
      ],
      true,
    ],
    [
      '2 rollbacks, one long ago',
      [
        ['rollback', 'a', 0],
        ['rollback', 'b', 90],
      ],
      false,
    ],
    [
      '3 runs at one target in an hour',
      [
        ['success', 'a', 0],
        ['success', 'a', 10],
        ['success', 'a', 20],
      ],
      true,
    ],
    [
      '3 runs at three targets',
      [
        ['success', 'a', 0],
        ['success', 'b', 10],
        ['success', 'c', 20],
      ],
      false,
    ],
    [
      '3 failures of the last 6',
      [
        ['failure', 'a', 0],
        ['success', 'b', 90],
        ['success', 'c', 100],
        ['failure', 'd', 110],
        ['success', 'e', 120],
        ['failure', 'f', 130],
      ],
      false,
    ],
  ] as const)('judges %s', (_case, outcomes, expected) => {
    expect(
      opens(outcomes.map(([outcome, targetKey, minutes]) => ({ outcome, targetKey, ageMs: minutes * 60_000 }))),
    ).toBe(expected);
  });
});

describe('kill switch', () => {
  const dispatch = (level: 'no-new' | 'freeze' = 'freeze'): Guard => ({
    kind: 'control',
    scopes: ['workspace', 'environment:prod', 'runbook:scale-replicas'],
    level,
  });
  const flip = (level: 'open' | 'no-new' | 'freeze', scope = 'environment:prod') =>
    test.store.controls.set(test.workspaceId, {
      scope,
      level,
      reason: 'a "drill"\n',
      actor: { kind: 'person', id: 'ops@demo' },
    });

  it('stops what its scope and level cover', async () => {
    expect(await tryGuards(dispatch('no-new'))).toBe('ok');
    await flip('no-new');
    expect(await tryGuards(dispatch('no-new'))).toBe('frozen');
    expect(await tryGuards(dispatch('freeze'))).toBe('ok'); // rollbacks still may
    await flip('freeze', 'runbook:scale-replicas');
    expect(await tryGuards(dispatch('freeze'))).toBe('frozen');
    expect(await tryGuards({ kind: 'control', scopes: ['workspace', 'environment:staging'], level: 'no-new' })).toBe(
      'ok',
    );
    await flip('open');
    await flip('open', 'runbook:scale-replicas');
    expect(await tryGuards(dispatch('no-new'))).toBe('ok');
  });

  it('lets no dispatch commit after the flip has', async () => {
    for (let round = 0; round < 5; round += 1) {
      await flip('open');
      const order: string[] = [];
      await Promise.all([
        ...Array.from({ length: 8 }, async (_, index) => {
          await new Promise((done) => setTimeout(done, index * 2));
          const result = await commit({
            guards: [dispatch()],
            audit: [anEntry(`dispatch-${round}`, { verb: 'step.dispatched' })],
          });
          if (result.ok) order.push(result.auditIds[0]!);
        }),
        (async () => {
          await new Promise((done) => setTimeout(done, 6));
          order.push(`flip ${(await flip('freeze')).auditId}`);
        })(),
      ]);
      const flipped = Number(order.find((one) => one.startsWith('flip'))!.slice('flip A'.length));
      for (const one of order) if (!one.startsWith('flip')) expect(Number(one.slice(1))).toBeLessThan(flipped);
      expect(await tryGuards(dispatch())).toBe('frozen');
    }
    await flip('open');
  });

  it('answers the control, its audit entry and a live event', async () => {
    const { control, auditId } = await flip('no-new');
    expect(control).toMatchObject({
      scope: 'environment:prod',
      level: 'no-new',
      reason: 'a "drill"\n',
      changedBy: { kind: 'person', id: 'ops@demo' },
    });
    const entry = await test.store.readModels.auditEntry(test.workspaceId, auditId);
    expect(entry).toMatchObject({
      verb: 'control.changed',
      at: control.changedAt,
      detail: {
        level: 'no-new',
        previous: 'open',
        reason: 'a "drill"\n',
        scope: 'environment:prod',
        version: control.version,
      },
    });
    expect(await test.store.readModels.controls(test.workspaceId)).toContainEqual(control);
    expect((await test.store.readModels.auditVerify(test.workspaceId)).ok).toBe(true);
    const events = await test.store.liveEvents.since(
      test.workspaceId,
      (await test.store.liveEvents.head(test.workspaceId)) - 1,
      10,
    );
    expect(events).toMatchObject([{ type: 'control.changed', data: { level: 'no-new' } }]);
    await expect(
      test.store.controls.set(test.workspaceId, {
        scope: 'everything',
        level: 'freeze',
        reason: '',
        actor: { kind: 'person', id: 'x' },
      }),
    ).rejects.toThrow(/scope must be/);
  });
});
