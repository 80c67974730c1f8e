import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Child } from '../stand/child.ts';
import { openStand, until, type Placed, type Stand } from '../stand/stand.ts';
import { judge, keep, type Ending } from './judge.ts';

/** One run, and the boundaries of remediation.md at which its worker is killed, one worker after the other. */
interface Kill {
  readonly at: readonly string[];
  readonly must: string;
  readonly ends: Ending;
  readonly steps?: number;
  readonly opaque?: boolean;
  /** Steps whose effect must be in the ledger (default: all of them), and how many are undone. */
  readonly done?: number;
  readonly undone?: number;
  readonly whileDead?: (stand: Stand, placed: Placed) => Promise<void>;
}

const works = (at: string, must: string, more: Partial<Kill> = {}): Kill => ({
  at: [at],
  must,
  ends: 'succeeded',
  ...more,
});
/** A run whose verification fails, so that it is undone: what it changed half of the operations does not help. */
const fails = (at: string, must: string, more: Partial<Kill> = {}): Kill => ({
  at: [at],
  must,
  ends: 'rolled-back',
  undone: 1,
  steps: 1,
  ...more,
});
const opaque = (at: string, must: string, done: number): Kill => ({
  at: [at],
  must,
  ends: 'needs-human',
  opaque: true,
  steps: 1,
  done,
});

const IN_EVERY_RUN: readonly Kill[] = [
  works('K3', 'enqueued, not claimed: claimed by the next worker'),
  works('K4', 'claimed, no intent: claimed again, epoch + 1'),
  works('K5', 'intent, not dispatched: provably unsent, dispatched once'),
  works('K6', 'dispatched, bytes unsent: asked and sent under the same key'),
  works('K7', 'applied at the target, reply unread: asked, one effect'),
  works('K8', 'reply read, result not committed: asked, one effect'),
  works('K9', 'result committed, next step not queued: found by the sweeper'),
  works('K6:2', 'the same at the second step'),
  works('K7:2', 'the same at the second step'),
  works('K10:2', 'inside the verification window: it goes on with the time that is left'),
  works('K13', 'run at an end, message unsent: sent under the same key', { whileDead: theRunHasEnded }),
  works('K15', 'in the terminal transaction: locks and budget freed if and only if its row is there', {
    whileDead: freedOrNot,
  }),
  fails('K11', 'verification failed, no intent to undo: undone once'),
  fails('K12', 'undone at the target, unrecorded: undone once'),
  fails('K7:2', 'the undo applied, its reply unread: undone once'),
  fails('K5:2', 'the undo intended, not dispatched: undone once'),
  opaque('K6', 'class D, bytes unsent: never sent by itself again', 0),
  opaque('K7', 'class D, applied: unknown, a person looks', 1),
  { at: ['K5', 'K7'], must: 'two workers die of one run', ends: 'succeeded' },
];
const ONLY_IN_CAMPAIGNS: readonly Kill[] = [
  works('K4:2', 'at the second step'),
  works('K5:2', 'at the second step'),
  works('K8:2', 'at the second step'),
  works('K9:2', 'at the last step'),
  works('K10:1', 'at the first look'),
  works('K10:3', 'at the last look'),
  fails('K4:2', 'the undo claimed, no intent'),
  fails('K6:2', 'the undo dispatched, bytes unsent'),
  fails('K8:2', 'the reply of the undo read, not committed'),
  fails('K9:2', 'the undo committed'),
  fails('K13', 'undone, message unsent', { whileDead: theRunHasEnded }),
  fails('K15', 'in the terminal transaction of an undo', { whileDead: freedOrNot }),
  { at: ['K6', 'K8', 'K10'], must: 'three workers die of one run', ends: 'succeeded' },
];
const KILLS = process.env['AUTOOPS_CAMPAIGN'] === '1' ? [...IN_EVERY_RUN, ...ONLY_IN_CAMPAIGNS] : IN_EVERY_RUN;
const namesOf = (kill: Kill, index: number): string[] =>
  Array.from(
    { length: kill.steps ?? 2 },
    (_each, step) => `${kill.opaque === true ? 'opaque' : 'level'}-${index}-${step}`,
  );

let stand: Stand;
beforeAll(async () => {
  stand = await openStand(KILLS.flatMap(namesOf));
});
afterAll(async () => {
  await stand?.close();
});

describe('a worker killed by SIGKILL', () => {
  for (const [index, kill] of KILLS.entries()) {
    it(`at ${kill.at.join(', then ')}: ${kill.must}`, async () => {
      // Breakers and hourly budgets count what earlier kills did on purpose.
      await stand.store.maintenance.resetActions(stand.workspaceId, 'staging');
      let placed: Placed | undefined;
      for (const at of kill.at) {
        const victim = await stand.worker(at);
        if (placed === undefined) {
          placed = await stand.place({
            targets: namesOf(kill, index),
            service: kill.undone === undefined ? 'till' : 'bakery',
          });
          await stand.execute(placed);
        }
        expect(await died(victim, placed)).toBe('SIGKILL');
      }
      if (placed === undefined) throw new Error('Nothing was placed.');
      await kill.whileDead?.(stand, placed);
      const before = await stand.runOf(placed);

      const worker = await stand.worker();
      const judgement = await judge(stand, placed, kill);
      for (const at of kill.at) keep(at, judgement);
      await worker.stop('SIGKILL');
      expect(judgement).toMatchObject({ state: kill.ends, lost: [], doubled: [], stuck: [] });
      if (before?.state === 'verifying') {
        const after = await stand.runOf(placed);
        expect(after?.verification.startedAt).toBe(before.verification.startedAt);
        expect(after?.verification.samples.slice(0, before.verification.samples.length)).toEqual(
          before.verification.samples,
        );
      }
    });
  }
});

/** Waits for the kill; when it does not come, says what the worker did instead. */
async function died(victim: Child, placed: Placed): Promise<string> {
  let how: string | undefined;
  void victim.ended.then((signal) => (how = signal));
  return until(
    () => how,
    45_000,
    async () => `the worker lives; the run is ${(await stand.runOf(placed))?.state}\n${victim.output().slice(-3_000)}`,
  );
}

async function theRunHasEnded(here: Stand, placed: Placed): Promise<void> {
  expect(['succeeded', 'rolled-back']).toContain((await here.runOf(placed))?.state);
}

async function freedOrNot(here: Stand, placed: Placed): Promise<void> {
  // The database ends the dead worker's transaction when it notices that its connection is gone.
  await new Promise((wait) => setTimeout(wait, 300));
  const run = await here.runOf(placed);
  const [held] = await here.sql<{ n: number }>(
    `select (select count(*) from target_locks where holder = $1)::int
       + (select count(*) from action_reservations where holder = $1 and released_at is null)::int as n`,
    [run?.id],
  );
  expect((held?.n ?? 0) === 0).toBe(run?.finishedAt !== undefined);
}
