import { expect } from 'vitest';
import type { Child } from '../stand/child.ts';
import { until, type Placed, type Stand } from '../stand/stand.ts';
import { judge, keep, type Ending } from './judge.ts';

/** One run, and the boundaries of remediation.md at which its worker is killed, one worker after the other. */
export interface Kill {
  readonly at: readonly string[];
  readonly must: string;
  readonly ends: Ending;
  readonly steps?: number;
  readonly opaque?: boolean;
  /** Steps whose effect must be in the ledger (default: all of them), and how many are undone. */
  readonly done?: number;
  readonly undone?: number;
  /** From the death of the worker to the first effect of the next one, its start included. */
  readonly effectWithinMs?: number;
  readonly whileDead?: (stand: Stand, placed: Placed) => Promise<void>;
}

/** A run of two steps that succeeds whatever is killed. */
export const works = (at: string, must: string, more: Partial<Kill> = {}): Kill => ({
  at: [at],
  must,
  ends: 'succeeded',
  ...more,
});
/** A run whose verification fails, so that it is undone: what it changed half of the operations does not help. */
export const fails = (at: string, must: string, more: Partial<Kill> = {}): Kill => ({
  at: [at],
  must,
  ends: 'rolled-back',
  undone: 1,
  steps: 1,
  ...more,
});
/** A run against a target that knows no keys: what is not known is left to a person. */
export const opaque = (at: string, must: string, done: number): Kill => ({
  at: [at],
  must,
  ends: 'needs-human',
  opaque: true,
  steps: 1,
  done,
});

/** The names of the targets of a kill, one for each step; `index` makes them its own. */
export const targetsOf = (kill: Kill, index: number): string[] =>
  Array.from(
    { length: kill.steps ?? 2 },
    (_each, step) => `${kill.opaque === true ? 'opaque' : 'level'}-${index}-${step}`,
  );

/** Starts the run, kills its workers one after the other, lets the next one go on, and expects nothing lost, doubled or stuck. */
export async function killAndJudge(stand: Stand, kill: Kill, targets: readonly string[]): Promise<void> {
  // Breakers and hourly budgets count what earlier kills did on purpose.
  await stand.store.maintenance.resetActions(stand.workspaceId, 'staging');
  let placed: Placed | undefined;
  for (const at of kill.at) {
    const victim = await stand.worker(at);
    if (placed === undefined) {
      placed = await stand.place({
        targets,
        service: kill.undone === undefined ? 'till' : 'bakery',
      });
      await stand.execute(placed);
    }
    expect(await died(stand, victim, placed)).toBe('SIGKILL');
  }
  const diedAt = Date.now();
  if (placed === undefined) throw new Error('Nothing was placed.');
  await kill.whileDead?.(stand, placed);
  const before = await stand.runOf(placed);

  const worker = await stand.worker();
  const judgement = await judge(stand, placed, kill);
  for (const at of kill.at) keep(at, judgement);
  await worker.stop('SIGKILL');
  expect(judgement).toMatchObject({ state: kill.ends, lost: [], doubled: [], stuck: [] });
  if (kill.effectWithinMs !== undefined) {
    const [first] = stand.effects(targets);
    expect(Date.parse(first?.at ?? '') - diedAt).toBeLessThan(kill.effectWithinMs);
  }
  if (before?.state === 'verifying') {
    const after = await stand.runOf(placed);
    expect(after?.verification.startedAt).toBe(before.verification.startedAt);
    expect(after?.verification.samples.slice(0, before.verification.samples.length)).toEqual(
      before.verification.samples,
    );
  }
}

/** Waits for the kill; when it does not come, says what the worker did instead. */
async function died(stand: Stand, victim: Child, placed: Placed): Promise<string> {
  let how: string | undefined;
  void victim.ended.then((signal) => (how = signal));
  return until(
    () => how,
    45_000,
    async () => `the worker lives; the run is ${(await stand.runOf(placed))?.state}\n${victim.output().slice(-3_000)}`,
  );
}
