import { requestAbort, requestPause, requestResume, requestRollback } from '@autoops/pipeline';
import { FakeTarget } from '@autoops/pipeline/fakes';
import { describe, expect, it } from 'vitest';
import { aPlan, aStep, Scene, WORKSPACE } from './run-scene.fixture.ts';

const person = { kind: 'person' as const, id: 'operator@demo' };

function requestOf(scene: Scene) {
  const incident = scene.store.rows.incidents.get(scene.plan.incidentId);
  const plan = scene.store.rows.plans.get(scene.plan.id);
  if (incident === undefined || plan === undefined) throw new Error('The fixture has an incident and a plan.');
  return { workspaceId: WORKSPACE, run: scene.now(), plan, incident, actor: person, now: scene.clock.now() };
}

describe('a run', () => {
  it('applies its steps in order, issues a rollback token, verifies and closes the incident', async () => {
    const scene = new Scene();
    const run = await scene.settle(scene.worker());
    expect(run.state).toBe('succeeded');
    expect(run.steps.map((step) => step.state)).toEqual(['verified', 'verified', 'verified']);
    expect(run.rollbackToken).toMatchObject({ state: 'valid', reversible: true });
    expect(run.verification).toMatchObject({ verdict: 'verified' });
    expect(run.verification.samples.filter((sample) => sample.phase === 'window').length).toBeGreaterThanOrEqual(5);
    expect(scene.target.effects.map((effect) => effect.key)).toEqual([
      'staging/job',
      'staging/checkout',
      'staging/orders',
    ]);
    expect(scene.store.rows.incidents.get(scene.plan.incidentId)).toMatchObject({
      state: 'closed',
      outcome: 'verified',
    });
    expect([...scene.store.rows.locks.values()].every((lock) => lock.holder === undefined)).toBe(true);
    expect(scene.store.rows.inFlight.size).toBe(0);
  });

  it('has an intent in the record before every effect', async () => {
    const scene = new Scene();
    scene.target.onArrival = (request) => {
      const step = scene.now().steps.find((candidate) => candidate.intent?.opId === request.opId);
      expect(step).toMatchObject({ state: 'dispatched', intent: { epoch: request.epoch, target: request.target } });
    };
    await scene.settle(scene.worker());
    expect(scene.target.effects).toHaveLength(3);
  });

  it.each([
    ['worse than before', (t: number) => (t < 1 ? 0.05 : 0.2), 'harmful'],
    ['no better than before', () => 0.1, 'ineffective'],
  ])('undoes every step in reverse when the clients are %s', async (_case, errorRatio, outcome) => {
    const scene = new Scene();
    scene.errorRatio = errorRatio;
    const run = await scene.settle(scene.worker());
    expect(run).toMatchObject({ state: 'rolled-back', reason: outcome });
    expect(scene.levels()).toEqual([0, 1, 2]);
    expect(scene.target.effects.map((effect) => effect.key)).toEqual([
      'staging/job',
      'staging/checkout',
      'staging/orders',
      'staging/orders',
      'staging/checkout',
      'staging/job',
    ]);
    expect(scene.store.rows.incidents.get(scene.plan.incidentId)).toMatchObject({ state: 'closed', outcome });
  });

  it('never calls missing data a success: it holds and pages', async () => {
    const scene = new Scene();
    scene.errorRatio = () => Number.NaN;
    const run = await scene.settle(scene.worker());
    expect(run).toMatchObject({ state: 'needs-human', reason: 'inconclusive' });
    expect(scene.levels()).toEqual([10, 11, 12]);
    expect(scene.store.rows.notified).toMatchObject([{ type: 'run.needs-human' }]);
  });

  it('does nothing when the target has drifted, policy says no, or a precheck fails', async () => {
    for (const spoil of [
      (scene: Scene) => scene.target.put(aStep(0, 'job').target, { level: 99 }),
      (scene: Scene) => scene.target.put({ ...aStep(0, 'job').target, uid: 'another' }, { level: 0 }),
      (scene: Scene) => (scene.decisionEffect = 'deny'),
      (scene: Scene) => (scene.prechecksPass = false),
    ]) {
      const scene = new Scene();
      spoil(scene);
      const run = await scene.settle(scene.worker());
      expect(run.state).toBe('aborted');
      expect(scene.target.effects).toEqual([]);
      expect(scene.store.rows.plans.get(scene.plan.id)).toMatchObject({ state: 'stale' });
      expect(scene.store.rows.incidents.get(scene.plan.incidentId)).toMatchObject({ state: 'planned' });
    }
  });

  it('stops the rest and undoes what was applied when a precheck fails mid-run', async () => {
    const scene = new Scene();
    scene.target.onArrival = (request) => {
      if (request.target.name === 'checkout') scene.prechecksPass = false;
    };
    const run = await scene.settle(scene.worker());
    expect(run.state).toBe('aborted');
    expect(scene.levels()).toEqual([0, 1, 2]);
    expect(run.steps.map((step) => step.state)).toEqual(['compensated', 'compensated', 'skipped']);
  });

  it('dispatches nothing once a kill switch has closed, and goes on after a person resumes', async () => {
    const scene = new Scene();
    scene.store.controls = [
      {
        scope: 'environment:staging',
        level: 'no-new',
        version: 1,
        reason: 'stop',
        changedBy: person,
        changedAt: '2026-01-15T12:00:00.000Z',
      },
    ];
    const worker = scene.worker();
    expect(await scene.settle(worker)).toMatchObject({ state: 'paused', reason: 'frozen' });
    expect(scene.target.effects).toEqual([]);
    scene.store.controls = [];
    const decision = requestResume(requestOf(scene));
    if (decision.ok) await scene.store.commit(decision.transition);
    expect((await scene.settle(worker)).state).toBe('succeeded');
    expect(scene.target.effects).toHaveLength(3);
  });

  it('retries a definite failure under the same key and gives up after a few attempts', async () => {
    const scene = new Scene();
    const keys: string[] = [];
    scene.target.onArrival = (request) => void keys.push(request.opId);
    for (let attempt = 0; attempt < 2; attempt += 1)
      scene.target.faults.push({ effect: false, outcome: { kind: 'failed', retryable: true, detail: 'busy' } });
    expect((await scene.settle(scene.worker())).state).toBe('succeeded');
    expect(new Set(keys.slice(0, 3)).size).toBe(1);
    expect(scene.target.effects).toHaveLength(3);

    const hopeless = new Scene();
    for (let attempt = 0; attempt < 10; attempt += 1)
      hopeless.target.faults.push({ effect: false, outcome: { kind: 'failed', retryable: true, detail: 'busy' } });
    expect((await hopeless.settle(hopeless.worker())).state).toBe('aborted');
    expect(hopeless.target.effects).toEqual([]);
  });

  it('asks what became of a lost answer: one effect on class C, a person on class D', async () => {
    const lost = { kind: 'unknown' as const, detail: 'no answer' };
    for (const effect of [true, false]) {
      const scene = new Scene();
      scene.target.faults.push({ effect, outcome: lost });
      expect((await scene.settle(scene.worker())).state).toBe('succeeded');
      expect(scene.target.effects.filter((one) => one.key === 'staging/job')).toHaveLength(1);
    }
    const opaque = new Scene(aPlan([aStep(0, 'job', { class: 'D' }), aStep(1, 'checkout')]), new FakeTarget('D'));
    opaque.target.faults.push({ effect: true, outcome: lost });
    const run = await opaque.settle(opaque.worker());
    expect(run.state).toBe('needs-human');
    expect(run.steps[0]?.state).toBe('unknown');
    expect(opaque.target.effects).toHaveLength(1);
  });

  it('rolls back on a click, once, and hands a conflict to a person', async () => {
    const scene = new Scene();
    const worker = scene.worker();
    await scene.settle(worker);
    const request = requestOf(scene);
    const tokenId = request.run.rollbackToken?.id ?? '';
    const decision = requestRollback({ ...request, tokenId });
    if (!decision.ok) throw new Error(decision.detail);
    expect((await scene.store.commit(decision.transition)).ok).toBe(true);
    expect(await scene.store.commit(decision.transition)).toMatchObject({ ok: false, refusal: 'token-used' });
    expect(await scene.settle(worker)).toMatchObject({ state: 'rolled-back' });
    expect(scene.levels()).toEqual([0, 1, 2]);
    expect(scene.store.rows.incidents.get(scene.plan.incidentId)).toMatchObject({
      state: 'closed',
      outcome: 'rolled-back',
    });
    expect(requestRollback({ ...requestOf(scene), tokenId })).toMatchObject({ ok: false });

    const touched = new Scene();
    const other = touched.worker();
    await touched.settle(other);
    touched.target.put(aStep(2, 'orders').target, { level: 77 });
    const again = requestRollback({ ...requestOf(touched), tokenId: touched.now().rollbackToken?.id ?? '' });
    if (again.ok) await touched.store.commit(again.transition);
    expect((await touched.settle(other)).state).toBe('needs-human');
    expect(touched.target.effects).toHaveLength(3);
  });

  it('pauses between steps and aborts with everything undone', async () => {
    const scene = new Scene();
    const worker = scene.worker();
    scene.target.onArrival = async (request) => {
      if (request.target.name !== 'job') return;
      const decision = requestPause(requestOf(scene));
      if (decision.ok) await scene.store.commit(decision.transition);
    };
    expect((await scene.settle(worker)).state).toBe('paused');
    expect(scene.target.effects).toHaveLength(1);
    const abort = requestAbort(requestOf(scene));
    if (abort.ok) await scene.store.commit(abort.transition);
    expect((await scene.settle(worker)).state).toBe('aborted');
    expect(scene.levels()).toEqual([0, 1, 2]);
  });
});

describe('a canary', () => {
  function aScene(errorRatio: (seconds: number) => number): Scene {
    const scene = new Scene(aPlan([aStep(0, 'checkout', { canary: true })]));
    for (const name of ['checkout-1', 'checkout-2']) {
      scene.target.put(
        { ...aStep(0, 'checkout').target, key: `staging/checkout/${name}`, uid: `uid-${name}`, kind: 'replica', name },
        { level: 0, replica: null },
      );
    }
    scene.errorRatio = errorRatio;
    return scene;
  }

  it('changes one replica, watches it, and then the rest', async () => {
    const scene = aScene(() => 0);
    const run = await scene.settle(scene.worker());
    expect(run.state).toBe('succeeded');
    expect(scene.target.effects.map((effect) => effect.key)).toEqual([
      'staging/checkout/checkout-1',
      'staging/checkout',
    ]);
    expect(new Set(scene.target.effects.map((effect) => effect.opId)).size).toBe(2);
    expect(run.steps[0]?.canary.state).toBe('passed');
  });

  it('undoes the one replica when it makes things worse, and never touches the rest', async () => {
    const scene = aScene((seconds) => (seconds < 1 ? 0.01 : 0.3));
    const run = await scene.settle(scene.worker());
    expect(run).toMatchObject({ state: 'rolled-back', reason: 'harmful' });
    expect(scene.target.effects.map((effect) => effect.key)).toEqual([
      'staging/checkout/checkout-1',
      'staging/checkout/checkout-1',
    ]);
    expect(scene.target.states.get('staging/checkout/checkout-1')?.owned).toMatchObject({ level: 0 });
  });
});

class Killed extends Error {}

describe('a worker killed right after any commit', () => {
  it.each([
    ['that goes well', () => 0, 'succeeded', [10, 11, 12]],
    ['that is undone', () => 0.1, 'rolled-back', [0, 1, 2]],
  ])('leaves a run %s with every effect exactly once', async (_case, errorRatio, end, levels) => {
    const whole = new Scene();
    whole.errorRatio = errorRatio;
    await whole.settle(whole.worker());
    const expected = whole.target.effects.map((effect) => effect.opId);
    for (let victim = 1; victim <= whole.store.commits; victim += 1) {
      const scene = new Scene();
      scene.errorRatio = errorRatio;
      scene.store.onCommit = (commit) => {
        if (commit === victim) throw new Killed();
      };
      await scene.settle(scene.worker()).catch((error: unknown) => {
        if (!(error instanceof Killed)) throw error;
      });
      scene.store.onCommit = () => undefined;
      const run = await scene.settle(scene.worker(), 600);
      expect({ victim, state: run.state }).toEqual({ victim, state: end });
      expect(scene.target.effects.map((effect) => effect.opId)).toEqual(expected);
      expect(scene.levels()).toEqual(levels);
    }
  });

  it('leaves one effect when it dies between the effect and the answer', async () => {
    for (const when of ['before the effect', 'after the effect'] as const) {
      const scene = new Scene();
      let killed = false;
      const crashing = new (class extends FakeTarget {
        override async execute(request: Parameters<FakeTarget['execute']>[0]) {
          if (killed) return super.execute(request);
          killed = true;
          if (when === 'after the effect') await super.execute(request);
          throw new Killed();
        }
      })();
      for (const planned of scene.plan.steps) crashing.put(planned.target, planned.before);
      const connectors = new Map([['sandbox', crashing]]);
      await scene
        .worker({ connectors })
        .drive(WORKSPACE, scene.run.id)
        .catch(() => undefined);
      expect((await scene.settle(scene.worker({ connectors }), 600)).state).toBe('succeeded');
      expect(crashing.effects).toHaveLength(3);
    }
  });
});

describe('a worker that was stopped and comes back', () => {
  it('is refused: by its step, by the lease before sending, and by the target for an old epoch', async () => {
    const scene = new Scene();
    const zombie = scene.worker();
    let slept = false;
    // It sleeps for three leases between the commit of DISPATCHED and sending; another worker carries on meanwhile.
    scene.store.onCommit = () => {
      const dispatched = scene.now().steps.some((step) => step.state === 'dispatched');
      if (slept || !dispatched) return;
      slept = true;
      scene.clock.advance(90_000);
    };
    await zombie.drive(WORKSPACE, scene.run.id);
    expect(scene.target.effects).toEqual([]);
    expect((await scene.settle(scene.worker(), 600)).state).toBe('succeeded');
    expect(scene.target.effects).toHaveLength(3);

    const [first] = scene.target.effects;
    const late = await scene.target.execute({
      opId: 'late',
      epoch: (first?.epoch ?? 1) - 1,
      target: aStep(0, 'job').target,
      action: { kind: 'set', args: { level: 50 } },
      timeoutMs: 1000,
    });
    expect(late).toMatchObject({ kind: 'failed' });
    expect(scene.levels()).toEqual([10, 11, 12]);
  });
});
