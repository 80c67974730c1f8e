import type { Incident, Plan, Run } from '@autoops/contracts';
import { FakeClock } from '@autoops/pipeline/fakes';
import type { CommitResult, Transition } from '@autoops/pipeline/ports';
import { describe, expect, it } from 'vitest';
import { endRuns } from './end-runs.ts';

const start = new Date('2026-01-15T12:00:00.000Z');
const incident: Incident = {
  id: '00000000-0000-7000-8000-0000000000c1',
  number: 7,
  version: 3,
  state: 'executing',
  service: 'checkout',
  environment: 'staging',
  kind: 'level',
  source: 'detector',
  severity: 'high',
  title: 'x',
  openedAt: start.toISOString(),
  updatedAt: start.toISOString(),
  correlation: [],
  planVersion: 1,
  demo: true,
};
const plan = { id: '00000000-0000-7000-8000-0000000000b1', title: 'Park' } as Plan;
const running: Run = {
  id: '00000000-0000-7000-8000-0000000000a1',
  planId: plan.id,
  planHash: 'b'.repeat(64),
  incidentId: incident.id,
  environment: 'staging',
  service: 'checkout',
  state: 'running',
  version: 1,
  requester: { kind: 'person', id: 'operator@demo' },
  createdAt: start.toISOString(),
  steps: [
    {
      id: '00000000-0000-7000-8000-0000000000f1',
      runId: '00000000-0000-7000-8000-0000000000a1',
      index: 0,
      title: 'Park',
      runbook: 'park-poison',
      state: 'applied',
      direction: 'do',
      epoch: 1,
      attempt: 1,
      target: { key: 'q', uid: 'q', kind: 'queue', name: 'orders', service: 'orders', environment: 'staging' },
      action: { kind: 'park', args: {} },
      irreversible: false,
      prechecks: [],
      canary: { state: 'not-needed', detail: '' },
    },
  ],
  verification: { state: 'pending', worstBefore: {}, samples: [], reason: '' },
};

/** A run that a worker undoes: `undone` looks after it was aborted. The first commits lose their races where `lost` says so. */
function scene({ undoneAfter, lost = 0 }: { readonly undoneAfter: number; readonly lost?: number }) {
  const clock = new FakeClock(start);
  let run = running;
  let looks = 0;
  let refused = lost;
  return {
    run: () => run,
    clock,
    ending: endRuns({
      workspaceId: 'default',
      actor: { kind: 'person', id: 'operator@demo' },
      incidents: async () => [incident],
      records: { runsOf: async () => [run], plan: async () => plan },
      state: {
        async commit(transition: Transition): Promise<CommitResult> {
          if (refused-- > 0) return { ok: false, refusal: 'conflict', detail: 'the run has moved on' };
          for (const write of transition.writes) if (write.kind === 'run.update') run = { ...run, ...write.set };
          return { ok: true, auditIds: ['A1'], epochs: {} };
        },
      },
      clock,
      sleep: async (milliseconds) => {
        clock.advance(milliseconds);
        if (run.state === 'rolling-back' && ++looks >= undoneAfter) run = { ...run, state: 'aborted' };
      },
    }),
  };
}

describe('endRuns', () => {
  it('comes back only when what the aborted run did is undone', async () => {
    const { ending, run, clock } = scene({ undoneAfter: 8 });
    await ending;
    expect(run().state).toBe('aborted');
    expect(clock.now().getTime() - start.getTime()).toBe(8 * 250);
  });

  it('asks again for an abort that lost its race against the run', async () => {
    const { ending, run } = scene({ undoneAfter: 1, lost: 2 });
    await ending;
    expect(run().state).toBe('aborted');
  });

  it('gives up with what to do when the undo does not end', async () => {
    const { ending, run } = scene({ undoneAfter: Number.POSITIVE_INFINITY });
    await expect(ending).rejects.toMatchObject({ code: 'wrong-state', message: expect.stringContaining('INC-0007') });
    expect(run().state).toBe('rolling-back');
  });
});
